import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { canonicalJson, sameJson } from '../../../core/delivery/canonical';
import { canonicalText } from '../../../core/delivery/canonical-text';

/** The same value with its members put in the other way round. */
const reversed = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(reversed);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([key, member]) => [key, reversed(member)]),
	);
};

const json = fc.jsonValue({ maxDepth: 3 });

describe('sameJson', () => {
	it('does not see the order of members', () => {
		fc.assert(fc.property(json, (value) => sameJson(value, reversed(value))));
	});

	it('sees every other difference', () => {
		fc.assert(fc.property(json, json, (a, b) => sameJson(a, b) === (canonicalJson(a) === canonicalJson(b))));
		expect(sameJson([1, 2], [2, 1])).toBe(false);
		expect(sameJson({ a: null }, {})).toBe(false);
	});

	it('takes what is absent for null', () => {
		expect(sameJson(undefined, null)).toBe(true);
		expect(sameJson({ a: undefined }, {})).toBe(true);
		expect(sameJson(undefined, {})).toBe(false);
	});
});

describe('canonicalText writes what the library writes', () => {
	const either = (write: (value: unknown) => string | undefined, value: unknown): string | undefined => {
		try {
			return write(value);
		} catch {
			return 'refused';
		}
	};
	const same = (value: unknown): void =>
		expect(either(canonicalText, value)).toBe(either(canonicalize, value));

	it('of any JSON, of text of any kind, and of names in any order', () => {
		fc.assert(
			fc.property(fc.json({ stringUnit: 'binary', depthSize: 'large' }), (text) => same(JSON.parse(text))),
		);
		fc.assert(fc.property(fc.string({ unit: 'binary' }), same));
		fc.assert(fc.property(fc.double(), same));
		fc.assert(fc.property(fc.dictionary(fc.oneof(fc.nat().map(String), fc.string()), json), same));
	});

	it('of anything else: lone surrogates, dates, boxes, classes, holes, symbols, bigint', () => {
		const anything = fc.anything({
			withBigInt: true,
			withBoxedValues: true,
			withDate: true,
			withMap: true,
			withNullPrototype: true,
			withSparseArray: true,
			withTypedArray: true,
			stringUnit: 'binary',
		});
		fc.assert(fc.property(anything, same), { numRuns: 2000 });
		class Kept {
			readonly a = 1;
			readonly #b = 2;
			get b(): number {
				return this.#b;
			}
		}
		const around: unknown[] = [];
		around.push({ around });
		const odd = [
			...['\ud800', { '\udc00': 1 }, new Date(0), new Date(NaN), [new Date(0)], Object('a'), Object(1)],
			...[new Kept(), Symbol('a'), { a: Symbol('a') }, [Symbol('a')], () => 1, { a: () => 1 }, 1n, { a: 1n }],
			...[
				undefined,
				[undefined],
				{ a: undefined },
				NaN,
				{ a: Infinity },
				-0,
				[-0],
				around,
				new Map([[1, 2]]),
			],
			...[Object.assign([1], { toJSON: () => 'a' }), { toJSON: () => undefined }, { a: { toJSON: () => 1 } }],
			...[JSON.parse('{"__proto__":{"a":1},"b":2}'), Object.create({ toJSON: () => 'inherited' })],
			...[
				JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`),
				runInNewContext('({ b: [1, { a: 2 }], a: 1 })'),
			],
		];
		for (const value of odd) same(value);
	});
});
