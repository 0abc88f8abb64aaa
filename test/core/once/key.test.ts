import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../core/delivery/canonical';
import { readKeyClaim } from '../../../core/once/claim';
import { contentAt, contentDigest, contentOf } from '../../../core/once/content';
import { claimKey } from '../../../core/once/key';

const parts = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-composite' }), {
	minLength: 1,
	maxLength: 4,
});
const keyOrNull = (list: readonly unknown[]): string | null => {
	try {
		return claimKey(list);
	} catch {
		return null;
	}
};

describe('a key', () => {
	test('is the same for what is the same, and another for another list of parts', () => {
		expect(claimKey(['evt_1'])).toBe('evt_1');
		expect(claimKey([' evt_1 '])).toBe('evt_1');
		expect(claimKey([4711])).toBe('4711');
		expect(claimKey(['a', 'b'])).toBe('a:b');
		expect(claimKey(['a:b'])).toBe('a%3Ab');
		expect(claimKey(['100%'])).toBe('100%25');
		const canonical = (list: readonly string[]): string =>
			JSON.stringify(list.map((part) => part.trim().normalize('NFC')));
		fc.assert(
			fc.property(parts, parts, (a, b) => {
				const [one, other] = [keyOrNull(a), keyOrNull(b)];
				fc.pre(one !== null && other !== null);
				expect(one === other).toBe(canonical(a) === canonical(b));
			}),
			{ numRuns: 2000 },
		);
	});

	test.each([
		[[''], 'key-part-empty'],
		[[undefined], 'key-part-type'],
		[['a', {}], 'key-part-type'],
		[['a\u0000'], 'key-part-malformed|key-part-invisible'],
		[['a\ud800'], 'key-part-malformed'],
		[['a'.repeat(500), 'b'.repeat(500), 'c'.repeat(100)], 'once-key-too-long'],
		[['é'.repeat(200), 'é'.repeat(200), 'é'.repeat(200)], 'once-key-too-long'],
	])('that cannot be one is refused: %j', (list, code) => {
		let thrown: unknown;
		try {
			claimKey(list);
		} catch (error) {
			thrown = error;
		}
		expect((thrown as { code: string }).code).toMatch(new RegExp(code));
	});
});

describe('content', () => {
	test('is told by a digest that follows it and not the order it is written in', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
				const same = canonicalJson(a) === canonicalJson(b);
				expect(contentDigest(a) === contentDigest(b)).toBe(same);
			}),
		);
		expect(contentDigest({ a: 1, b: { c: 2, d: 3 } })).toBe(contentDigest({ b: { d: 3, c: 2 }, a: 1 }));
		expect(contentDigest(undefined)).toBeNull();
	});

	test('of a webhook is its body, of a schedule nothing, of others all of it', () => {
		const call = { headers: { a: '1' }, params: {}, query: {}, body: { id: 1 }, webhookUrl: 'x' };
		expect(contentOf(call)).toEqual({ id: 1 });
		expect(contentOf({ timestamp: 'x', 'Readable date': 'x', Timezone: 'UTC' })).toBeUndefined();
		expect(contentOf({ id: 1 })).toEqual({ id: 1 });
		expect(contentAt({ a: { b: 1 } }, ['a.b', 'c'])).toEqual([1, null]);
	});
});

describe('a key claim on an item', () => {
	test('is read as it was written, and nothing else is', () => {
		const claim = { scope: 'orders', key: 'a:b', token: 1 };
		expect(readKeyClaim(claim)).toEqual(claim);
		expect(readKeyClaim({ scope: 'orders', key: 'a:b' })).toEqual({ scope: 'orders', key: 'a:b' });
		const long = claimKey(['a'.repeat(500), 'b'.repeat(500)]);
		expect(readKeyClaim({ scope: 'orders', key: long, token: 1 })).not.toBeNull();
		for (const strange of [
			null,
			'orders',
			[claim],
			{ ...claim, more: 1 },
			{ ...claim, token: 0 },
			{ ...claim, token: '1' },
			{ ...claim, scope: ' orders' },
			{ ...claim, key: '' },
			{ ...claim, key: 'a\u0000' },
			{ ...claim, key: 'x'.repeat(2000) },
			{ key: 'a' },
		])
			expect(readKeyClaim(strange)).toBeNull();
	});
});
