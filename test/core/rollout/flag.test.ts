import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, evaluateFlag, exactShare, hashOf, parseFlag } from '../../../core/rollout';
import { ReleaseGateError } from '../../../core/errors';

/**
 * Second, independent implementation: MurmurHash3_x86_32 after Austin Appleby's public-domain reference (SMHasher,
 * MurmurHash3.cpp), over a byte array with Math.imul, sharing nothing with the library.
 */
function reference(bytes: Uint8Array, seed = 0): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));
	const mix = (k: number) => Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
	const blocks = bytes.length >> 2;
	let h = seed;
	for (let i = 0; i < blocks; i += 1)
		h = (Math.imul(rotl(h ^ mix(view.getUint32(i * 4, true)), 13), 5) + 0xe6546b64) | 0;
	let tail = 0;
	for (let i = bytes.length - 1; i >= blocks * 4; i -= 1) tail = (tail << 8) | (bytes[i] ?? 0);
	if (bytes.length & 3) h ^= mix(tail);
	h ^= bytes.length;
	h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
	h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
	return (h ^ (h >>> 16)) >>> 0;
}

const flag = (fields: Record<string, unknown>) => ({ key: 'new-renderer', ...fields });
const ORDER = ['off', 'team', 'percentage', 'everyone'] as const;

describe('buckets', () => {
	it('the reference gives the published check values of MurmurHash3_x86_32', () => {
		// Test vectors of the reference with seed 0, as listed in Wikipedia's "MurmurHash".
		expect(reference(Buffer.from('test'))).toBe(0xba6bd213);
		expect(reference(Buffer.from('Hello, world!'))).toBe(0xc0363e43);
		expect(reference(Buffer.from('The quick brown fox jumps over the lazy dog'))).toBe(0x2e4ff723);
	});

	const vectors: Array<[string, string]> = [
		['a', '1'],
		['a', '12'],
		['a', '123'],
		['a', '1234'],
		['new-renderer', '4711'],
		['new-renderer', 'ada'],
		['gruppe', 'é'],
		['gruppe', 'Zoë Müller'],
		['группа', '東京'],
		['flag', '💌'],
	];
	it.each(vectors)('%s:%s equals the reference over UTF-8 bytes', (group, id) => {
		const expected = reference(Buffer.from(`${group}:${id}`, 'utf8'));
		expect(hashOf(group, id)).toBe(expected);
		expect(bucketOf(group, id)).toBe((expected % 100) + 1);
	});

	it('equal the reference for any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (group, id) => {
				expect(hashOf(group, id)).toBe(reference(Buffer.from(`${group}:${id}`, 'utf8')));
			}),
		);
	});

	it('share 100,000 ids within 1 % of the population', () => {
		const counts = new Array<number>(101).fill(0);
		const total = 100_000;
		for (let id = 0; id < total; id += 1) {
			const bucket = bucketOf('new-renderer', String(id));
			counts[bucket] = (counts[bucket] ?? 0) + 1;
		}
		expect(counts[0]).toBe(0);
		let reached = 0;
		for (let share = 1; share <= 100; share += 1) {
			reached += counts[share] ?? 0;
			expect(Math.abs(reached / total - share / 100)).toBeLessThanOrEqual(0.01);
		}
		expect(reached).toBe(total);
	});
});

describe('exact share', () => {
	const lists = fc.uniqueArray(fc.string(), { maxLength: 40 });
	it('is exact, independent of order, and monotone', () => {
		fc.assert(
			fc.property(lists, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (ids, a, b) => {
				const [low, high] = [Math.min(a, b), Math.max(a, b)];
				const few = exactShare(ids, low, 'f');
				const many = exactShare([...ids].reverse(), high, 'f');
				expect(few.size).toBe(Math.ceil((low * ids.length) / 100));
				for (const id of few) expect(many.has(id)).toBe(true);
			}),
		);
		expect(exactShare(['a'], 1, 'f').size).toBe(1);
		const thousand = Array.from({ length: 1000 }, (_, id) => String(id));
		expect(exactShare(thousand, 16.1, 'f').size).toBe(161);
	});

	it.each([NaN, -1, 101, Infinity, 0])('selects nobody for %s', (share) => {
		expect(exactShare(['a', 'b'], share, 'f').size).toBe(0);
	});
});

describe('flags', () => {
	it('are off for everything unclear', () => {
		const subject = { id: '1' };
		expect(evaluateFlag(null, subject)).toEqual({ on: false, reason: 'unknown-flag', bucket: null });
		expect(evaluateFlag(flag({}), subject).reason).toBe('state-off');
		for (const bad of [
			1,
			'x',
			{},
			flag({ state: 'on' }),
			flag({ percentage: 101 }),
			flag({ extra: 1 }),
			{ key: 'a b' },
		]) {
			expect(evaluateFlag(bad, subject)).toEqual({ on: false, reason: 'invalid-flag', bucket: null });
		}
		expect(evaluateFlag(flag({ state: 'everyone' }), { id: '' }).reason).toBe('no-subject');
		expect(() => parseFlag({ key: 'A', percentage: -1 })).toThrow(ReleaseGateError);
		fc.assert(fc.property(fc.anything(), (value) => !evaluateFlag(value, subject).on));
	});

	it('obey team, targeting and the kill switch', () => {
		const targeting = [{ attribute: 'plan', operator: 'in', values: ['pro'] }];
		const everyone = flag({ state: 'everyone', team: ['t'], targeting });
		expect(evaluateFlag(everyone, { id: '1', attributes: { plan: 'pro' } }).reason).toBe('everyone');
		expect(evaluateFlag(everyone, { id: '1', attributes: { plan: 'free' } }).reason).toBe('not-targeted');
		expect(evaluateFlag(everyone, { id: '1' }).reason).toBe('not-targeted');
		expect(evaluateFlag(everyone, { id: 't' }).reason).toBe('team');
		const except = flag({
			state: 'everyone',
			targeting: [{ attribute: 'plan', operator: 'not-in', values: ['pro'] }],
		});
		expect(evaluateFlag(except, { id: '1', attributes: { plan: 'free' } }).on).toBe(true);
		expect(evaluateFlag(except, { id: '1' }).on).toBe(false);
		for (const state of ORDER) {
			expect(evaluateFlag(flag({ state, killed: true, percentage: 100, team: ['1'] }), { id: '1' }).on).toBe(
				false,
			);
		}
	});

	it('never turn anyone off when the state rises or the share grows', () => {
		const step = fc.tuple(fc.nat({ max: 3 }), fc.double({ min: 0, max: 100, noNaN: true }));
		const ids = fc.oneof(fc.constant('t'), fc.string({ minLength: 1 }));
		fc.assert(
			fc.property(step, step, ids, ([rankA, shareA], [rankB, shareB], id) => {
				const at = (rank: number, percentage: number) =>
					evaluateFlag(flag({ state: ORDER[rank], percentage, team: ['t'] }), { id }).on;
				const before = at(Math.min(rankA, rankB), Math.min(shareA, shareB));
				const after = at(Math.max(rankA, rankB), Math.max(shareA, shareB));
				expect(before && !after).toBe(false);
			}),
			{ numRuns: 1000 },
		);
	});
});
