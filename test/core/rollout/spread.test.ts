import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, evaluateExactly, evaluateFlag, hashOf, moveFlag, parseFlag } from '../../../core/rollout';
import { isWithin } from '../../../core/rollout/bucket';
import { flagsHash } from '../../../core/rollout/report';

const flag = (fields: Record<string, unknown>) => ({ key: 'new-renderer', state: 'everyone', ...fields });
const attributes = { plan: 'Pro', seats: 12, born: '2026-03-01', version: '1.10.0-beta.2', company: 'acme' };
const holds = (condition: Record<string, unknown>, given: object = attributes) =>
	evaluateFlag(flag({ targeting: [condition] }), { id: '1', attributes: { ...given } }).on;

describe('shares', () => {
	it('of 0.9 % reach 0.9 % (D10)', () => {
		const reached = (share: number) => {
			let on = 0;
			for (let id = 0; id < 100_000; id += 1) if (isWithin('new-renderer', String(id), share)) on += 1;
			return on / 1000;
		};
		expect(reached(0.9)).toBeGreaterThan(0.8);
		expect(reached(0.9)).toBeLessThan(1);
		expect(reached(12.5)).toBeGreaterThan(12.2);
		expect(reached(12.5)).toBeLessThan(12.8);
	});

	it('of whole percents are the buckets of Unleash, and grow without putting anybody out', () => {
		const share = fc.double({ min: 0, max: 100, noNaN: true });
		fc.assert(
			fc.property(fc.string(), fc.integer({ min: 0, max: 100 }), share, share, (id, whole, a, b) => {
				expect(isWithin('g', id, whole)).toBe(bucketOf('g', id) <= whole);
				const [less, more] = [Math.min(a, b), Math.max(a, b)];
				expect(isWithin('g', id, less) && !isWithin('g', id, more)).toBe(false);
			}),
		);
	});
});

describe('groups and stickiness', () => {
	const half = { state: 'percentage', percentage: 50 };

	it('takes keys with capitals, apart from those without', () => {
		expect(parseFlag({ key: 'NewRenderer' }).key).toBe('NewRenderer');
		expect(() => parseFlag({ key: 'new renderer' })).toThrow();
	});

	it('reaches the same subjects with flags of one group, and others with another', () => {
		const ids = Array.from({ length: 500 }, (_, id) => String(id));
		const on = (fields: object) =>
			ids.filter((id) => evaluateFlag(flag({ ...half, ...fields }), { id }).on).join();
		expect(on({ key: 'a', groupId: 'g' })).toBe(on({ key: 'b', groupId: 'g' }));
		expect(on({ key: 'a' })).not.toBe(on({ key: 'b' }));
	});

	it('keeps all of a company together, and is off where the company is missing', () => {
		const sticky = flag({ ...half, stickiness: 'company' });
		for (const company of ['acme', 'globex', 'initech', 'hooli']) {
			const seen = ['1', '2', '3'].map((id) => evaluateFlag(sticky, { id, attributes: { company } }).on);
			expect(new Set(seen).size).toBe(1);
		}
		expect(evaluateFlag(sticky, { id: '1' })).toEqual({ on: false, reason: 'no-stickiness', bucket: null });
	});

	it('keeps companies together in an exact share of a list', () => {
		const subjects = Array.from({ length: 40 }, (_, id) => ({
			id: String(id),
			attributes: { company: `c${id % 10}` },
		}));
		const decisions = evaluateExactly(flag({ ...half, percentage: 30, stickiness: 'company' }), subjects);
		const on = subjects.filter((_, at) => decisions[at]?.on).map(({ attributes: { company } }) => company);
		expect(new Set(on).size).toBe(3);
		expect(on).toHaveLength(12);
	});
});

describe('operators', () => {
	it.each<[string, string, boolean]>([
		['in', 'Pro', true],
		['in', 'pro', false],
		['not-in', 'pro', true],
		['str-starts-with', 'Pr', true],
		['str-ends-with', 'ro', true],
		['str-contains', 'r', true],
		['str-contains', 'R', false],
	])('%s %s', (operator, value, expected) => {
		expect(holds({ attribute: 'plan', operator, values: ['x', value] })).toBe(expected);
		expect(holds({ attribute: 'plan', operator, values: ['x', value], inverted: true })).toBe(!expected);
	});

	it.each<[string, string, string, boolean]>([
		['seats', 'num-eq', '12.0', true],
		['seats', 'num-gt', '12', false],
		['seats', 'num-gte', '12', true],
		['seats', 'num-lt', '100', true],
		['seats', 'num-lte', '11', false],
		['born', 'date-after', '2026-02-28T23:59:59Z', true],
		['born', 'date-before', '2026-03-01', false],
		['version', 'semver-eq', '1.10.0-beta.2+build', true],
		['version', 'semver-gt', '1.9.9', true],
		['version', 'semver-lt', '1.10.0', true],
		['version', 'semver-gte', '1.10.0-beta.11', false],
		['version', 'semver-lte', '1.10.0-beta.11', true],
	])('%s %s %s', (attribute, operator, value, expected) => {
		expect(holds({ attribute, operator, values: [value] })).toBe(expected);
		expect(holds({ attribute, operator, values: [value], inverted: true })).toBe(!expected);
	});

	it('looks at case only where asked to leave it out', () => {
		expect(
			holds({ attribute: 'plan', operator: 'str-contains', values: ['PRO'], caseInsensitive: true }),
		).toBe(true);
	});

	it('never match what is missing or cannot be read, inverted or not', () => {
		for (const operator of ['not-in', 'num-eq', 'date-after', 'semver-eq']) {
			const value = { 'not-in': 'x', 'num-eq': '1', 'date-after': '2026-01-01', 'semver-eq': '1.0.0' }[
				operator
			];
			for (const inverted of [false, true]) {
				expect(holds({ attribute: 'none', operator, values: [value], inverted })).toBe(false);
				if (operator !== 'not-in')
					expect(holds({ attribute: 'plan', operator, values: [value], inverted })).toBe(false);
			}
		}
	});

	it.each([
		['num-gt', ['many']],
		['num-gt', ['1', '2']],
		['num-gt', ['']],
		['date-after', ['yesterday']],
		['semver-gt', ['v1.0.0']],
		['semver-gt', ['1.0']],
		['sounds-like', ['x']],
	])('%s of %j is refused when the flag is defined', (operator, values) => {
		expect(() => parseFlag({ key: 'f', targeting: [{ attribute: 'a', operator, values }] })).toThrow();
	});
});

describe('variants', () => {
	const variants = [
		{ name: 'control', weight: 50 },
		{ name: 'red', weight: 30, payload: { type: 'string', value: '#f00' } },
		{ name: 'blue', weight: 20, overrides: [{ attribute: 'company', values: ['acme'] }] },
		{ name: 'later', weight: 0 },
	];
	const variantOf = (id: string, given: object = {}, fields: object = {}) =>
		evaluateFlag(flag({ variants, ...fields }), { id, attributes: { ...given } }).variant?.name;

	it('share the subjects by their weights, and stay with each', () => {
		const counts: Record<string, number> = {};
		for (let id = 0; id < 20_000; id += 1) {
			const name = variantOf(String(id)) ?? 'none';
			counts[name] = (counts[name] ?? 0) + 1;
			if (id < 200) expect(variantOf(String(id))).toBe(name);
		}
		expect(Object.keys(counts).sort()).toEqual(['blue', 'control', 'red']);
		expect((counts.red ?? 0) / 20_000).toBeCloseTo(0.3, 1);
		expect((counts.blue ?? 0) / 20_000).toBeCloseTo(0.2, 1);
	});

	it('are placed by the hash of Unleash with its seed, apart from buckets', () => {
		const id = '4711';
		const place = (hashOf('new-renderer', id, 86_028_157) % 100) + 1;
		expect(variantOf(id)).toBe(place <= 50 ? 'control' : place <= 80 ? 'red' : 'blue');
	});

	it('give way to an override, and are not there while the flag is off', () => {
		expect(variantOf('1', { company: 'acme' })).toBe('blue');
		expect(variantOf('1', {}, { state: 'off' })).toBeUndefined();
		expect(variantOf('1', {}, { variants: [{ name: 'a', weight: 0 }] })).toBeUndefined();
	});

	it('are defined and taken away, and change the hash of the flags', () => {
		const before = parseFlag({ key: 'f' });
		const after = moveFlag(before, { to: 'define', spread: { variants, stickiness: 'company' } }, null);
		expect(after.variants).toHaveLength(4);
		expect(flagsHash([after])).not.toBe(flagsHash([before]));
		expect(
			flagsHash([moveFlag(after, { to: 'define', spread: { variants: null, stickiness: null } }, null)]),
		).toBe(flagsHash([before]));
		expect(() => moveFlag(before, { to: 'define', spread: { state: 'everyone' } }, null)).toThrow();
		const up = parseFlag({ key: 'f', state: 'everyone' });
		expect(() => moveFlag(up, { to: 'define', spread: { groupId: 'other' } }, null)).toThrow();
	});
});
