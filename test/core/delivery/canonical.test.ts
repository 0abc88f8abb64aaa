import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, sameJson } from '../../../core/delivery/canonical';

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
