import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, canonicalPart, digest, MAX_PART_BYTES } from '../../../core/delivery/canonical';
import { envelopeOf, readEnvelope, refOf } from '../../../core/delivery/envelope';
import {
	canonicalRef,
	deliveryKey,
	emailIdempotencyKey,
	modeOf,
	parseDeliveryKey,
	spaceOf,
	vendorJobKey,
} from '../../../core/delivery/key';
import type { DeliveryRef } from '../../../core/delivery/types';
import { ReleaseGateError } from '../../../core/errors';

const codeOf = (run: () => unknown): string | null => {
	try {
		run();
		return null;
	} catch (error) {
		return error instanceof ReleaseGateError ? error.code : `foreign: ${String(error)}`;
	}
};
const accepts = (text: string): boolean => codeOf(() => canonicalPart(text, 'part')) === null;

/** Text rich in the signs that keys are made of. */
const part = fc
	.oneof(
		fc.string({
			unit: fc.constantFrom('%', ':', '/', 'a', '2', '5', 'F', '3', 'A', '-', 'é', '💌'),
			maxLength: 8,
		}),
		fc.string({ unit: 'binary', maxLength: 12 }),
	)
	.filter(accepts)
	.map((text) => canonicalPart(text, 'part'));
const refs: fc.Arbitrary<DeliveryRef> = fc.record({
	spine: fc.constantFrom('news', 'dry-run', 'a.b', '0'),
	space: fc.oneof(
		fc.constant('live' as const),
		part.map((label) => `dry-run:${label}` as const),
	),
	slot: part,
	recipient: part,
});

describe('canonical parts', () => {
	it('refuse what cannot be a key, each with its own error', () => {
		expect(codeOf(() => canonicalPart('', 'recipient'))).toBe('key-part-empty');
		expect(codeOf(() => canonicalPart(' \t', 'recipient'))).toBe('key-part-empty');
		expect(codeOf(() => canonicalPart('a\u0000b', 'recipient'))).toBe('key-part-invisible');
		expect(codeOf(() => canonicalPart('a\u202eb', 'recipient'))).toBe('key-part-invisible');
		expect(codeOf(() => canonicalPart('a\u200bb', 'recipient'))).toBe('key-part-invisible');
		expect(codeOf(() => canonicalPart('a\ud800', 'recipient'))).toBe('key-part-malformed');
		expect(codeOf(() => canonicalPart('é'.repeat(MAX_PART_BYTES / 2 + 1), 'recipient'))).toBe(
			'key-part-too-long',
		);
		for (const value of [null, undefined, {}, [], true, 1.5, NaN, 1e20]) {
			expect(codeOf(() => canonicalPart(value, 'recipient'))).toBe('key-part-type');
		}
	});

	it('make one of what is the same', () => {
		expect(canonicalPart('e\u0301', 'recipient')).toBe(canonicalPart(' \u00e9 ', 'recipient'));
		expect(canonicalPart(4711, 'recipient')).toBe(canonicalPart('4711', 'recipient'));
		expect(canonicalPart(-0, 'recipient')).toBe('0');
	});

	it('never echo a whole value', () => {
		const secret = 'somebody.private@example.com\u0007';
		expect(() => canonicalPart(secret, 'recipient')).toThrow(/somebody\.pri…/);
		expect(() => canonicalPart(secret, 'recipient')).not.toThrow(/example/);
	});

	it('are canonical already (idempotent), whatever passed', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				if (!accepts(text)) return;
				const once = canonicalPart(text, 'part');
				expect(canonicalPart(once, 'part')).toBe(once);
				expect(Buffer.byteLength(once)).toBeLessThanOrEqual(MAX_PART_BYTES);
			}),
		);
	});
});

describe('canonical JSON', () => {
	it('sorts keys and does not depend on their order', () => {
		expect(canonicalJson({ b: [1, 1e30], a: null })).toBe('{"a":null,"b":[1,1e+30]}');
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
				const turned = Object.fromEntries(Object.entries(value).reverse());
				// fromEntries and dictionary both define own keys, `__proto__` included.
				expect(digest(turned as never)).toBe(digest(value as never));
				// V8 of Node 24 (not of 20 and 22) misreads names of one escaped character: where an object {"a":1,"\\":1} was
				// seen before, JSON.parse takes the second name of {"a":1,"\"":1} for a backslash. What is written is right.
				fc.pre(!/"\\(?:u[0-9a-f]{4}|.)":/.test(JSON.stringify(value)));
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('keeps an own __proto__ key', () => {
		const value: unknown = JSON.parse('{"__proto__":{"x":1},"a":2}');
		expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"a":2}');
	});

	it('refuses what is not JSON', () => {
		const cycle: Record<string, unknown> = {};
		cycle.self = cycle;
		for (const value of [
			undefined,
			() => 1,
			NaN,
			Infinity,
			'\ud800',
			{ a: '\udfff' },
			{ '\ud800': 1 },
			1n,
			cycle,
		]) {
			expect(codeOf(() => canonicalJson(value))).toBe('not-json');
		}
	});
});

describe('delivery keys', () => {
	it('read as spine:recipient:slot, dry runs in their own space', () => {
		const ref: DeliveryRef = { spine: 'news', space: 'live', recipient: '47:11', slot: '2026-11-20' };
		expect(deliveryKey(ref)).toBe('news:47%3A11:2026-11-20');
		expect(deliveryKey({ ...ref, space: spaceOf('dry-run', 'r 1/a') })).toBe(
			'dry-run:r 1%2Fa/news:47%3A11:2026-11-20',
		);
		expect(modeOf('live')).toBe('live');
		expect(modeOf(spaceOf('dry-run', 'x'))).toBe('dry-run');
		expect(codeOf(() => spaceOf('dry-run'))).toBe('key-part-type');
		expect(codeOf(() => deliveryKey({ ...ref, spine: 'News' }))).toBe('spine-id');
	});

	it('come back as they were, so different refs have different keys', () => {
		fc.assert(
			fc.property(refs, (ref) => {
				expect(parseDeliveryKey(deliveryKey(ref))).toEqual(canonicalRef(ref));
			}),
			{ numRuns: 1000 },
		);
	});

	it('are read only as they are written', () => {
		for (const key of [
			'',
			'a:b',
			'a:b:c:d',
			'a:b%41:c',
			'a:b%3a:c',
			'x/a:b:c',
			'A:b:c',
			'dry-run:/a:b:c',
			'a: b:c',
		]) {
			expect(codeOf(() => parseDeliveryKey(key))).toBe('key-unreadable');
		}
	});

	it('derive short, header-safe keys, different by delivery, purpose and mode', () => {
		fc.assert(
			fc.property(refs, refs, (one, other) => {
				const keys = [
					emailIdempotencyKey(one, '1'),
					emailIdempotencyKey(one, '2'),
					vendorJobKey(one, 'openai', 'text'),
					vendorJobKey(one, 'openai', 'image'),
				];
				expect(new Set(keys).size).toBe(keys.length);
				for (const key of keys) expect(key).toMatch(/^rgd?-[0-9a-f]{64}$/);
				expect(keys[0]).toBe(emailIdempotencyKey({ ...one }, '1'));
				const same = deliveryKey(one) === deliveryKey(other);
				expect(emailIdempotencyKey(other, '1') === keys[0]).toBe(same);
				const label = one.space === 'live' ? spaceOf('dry-run', 'x') : 'live';
				expect(emailIdempotencyKey({ ...one, space: label }, '1')).not.toBe(keys[0]);
			}),
		);
	});
});

describe('envelopes', () => {
	it('come back from JSON with their ref', () => {
		fc.assert(
			fc.property(refs, fc.option(fc.integer({ min: 1 }), { nil: undefined }), (ref, token) => {
				const envelope = { ...envelopeOf(ref), ...(token ? { token } : {}) };
				const read = readEnvelope(JSON.parse(JSON.stringify(envelope)));
				expect(read).toEqual(envelope);
				expect(read && refOf(read)).toEqual(canonicalRef(ref));
			}),
		);
	});

	it('are not mistaken for what vendors call a delivery', () => {
		const good = envelopeOf({ spine: 'news', space: 'live', recipient: '1', slot: '2026-11-20' });
		expect(readEnvelope(good)).toEqual(good);
		const foreign: unknown[] = [
			null,
			'x',
			[],
			{},
			{ status: 'delivered', id: 1 },
			{ ...good, address: 'x' },
			{ ...good, recipient: '2' },
			{ ...good, mode: 'dry-run' },
			{ ...good, run: 'r' },
			{ ...good, token: 0 },
			{ ...good, token: '1' },
			{ ...good, key: undefined },
			{ ...good, inputDigest: 'abc' },
		];
		for (const value of foreign) expect(readEnvelope(value)).toBeNull();
	});
});
