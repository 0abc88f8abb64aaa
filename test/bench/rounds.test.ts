import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Contestant, inRounds, medianOf, ratioOf, shown, rotated } from '../../bench/harness/rounds';
import { isMet } from '../../bench/harness/types';

/** A contestant that takes what it is told, in milliseconds, and notes when it ran. */
const scripted = (name: string, takes: readonly number[], diary: string[]): Contestant => ({
	name,
	prepare: async (round) => void diary.push(`prepare ${name} ${round}`),
	run: async (round) => {
		diary.push(`run ${name} ${round}`);
		return takes[round] ?? 0;
	},
});

it('runs everybody once per round after a warm-up that does not count, each prepared right before', async () => {
	const diary: string[] = [];
	const samples = await inRounds(
		[scripted('a', [99, 1, 2, 9], diary), scripted('b', [99, 4, 4, 9], diary)],
		3,
	);
	expect(samples.get('a')).toEqual([1, 2, 9]);
	expect(samples.get('b')).toEqual([4, 4, 9]);
	expect(diary).toHaveLength(16);
	for (let at = 0; at < diary.length; at += 2)
		expect(diary[at + 1]).toBe(diary[at]?.replace('prepare', 'run'));
});

it('compares within each round, so that a slow moment of the machine hits both sides', async () => {
	const samples = await inRounds(
		[scripted('a', [0, 10, 100, 10], []), scripted('b', [0, 20, 200, 20], [])],
		3,
	);
	expect(medianOf(samples, 'a')).toBe(10);
	expect(ratioOf(samples, 'b', 'a')).toBe(2);
});

it('has no figure for what was not measured', async () => {
	const samples = await inRounds([scripted('a', [1], [])], 1);
	expect(samples.get('a')).toEqual([1]);
	expect(() => medianOf(samples, 'b')).toThrow('Nothing was measured for b.');
});

it('lets everybody be first as often as anybody', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 50 }), (size, round) => {
			const items = Array.from({ length: size }, (_none, index) => index);
			expect([...rotated(items, round)].sort()).toEqual(items);
			expect(rotated(items, round)).toEqual(rotated(items, round + 2 * size));
		}),
	);
	expect(new Set([0, 1, 2, 3].map((round) => rotated(['a', 'b'], round).join(''))).size).toBe(2);
});

it.each([
	[0, '0'],
	[0.01234, '0.012'],
	[1.2345, '1.23'],
	[52.04, '52.0'],
	[6548.2, '6548'],
	[158297, '158 297'],
])('shows %d as %s', (value, text) => expect(shown(value)).toBe(text));

it('says of a goal at its bound that it is met', () => {
	const goal = { what: '', unit: 'x' };
	expect(isMet({ ...goal, measured: 1.5, bound: { most: 1.5 } })).toBe(true);
	expect(isMet({ ...goal, measured: 1.51, bound: { most: 1.5 } })).toBe(false);
	expect(isMet({ ...goal, measured: 100, bound: { least: 100 } })).toBe(true);
	expect(isMet({ ...goal, measured: 99, bound: { least: 100 } })).toBe(false);
});
