import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SlotCounts } from '../../../core/stability/observation';
import { nearest, phasesOf } from '../../../core/stability/phases';

const DAY = 86_400_000;

const slot = (index: number, changes: Partial<SlotCounts> = {}): SlotCounts => ({
	slot: `s-${index}`,
	index,
	opensAt: index * DAY,
	closesAt: index * DAY + DAY / 2,
	registered: 10,
	committed: 8,
	onTime: 7,
	missed: 1,
	held: 1,
	inDoubt: 0,
	open: 0,
	failedForGood: 0,
	failures: {},
	recovered: 0,
	bounced: 1,
	complained: 0,
	...changes,
});

const names = (list: ReturnType<typeof phasesOf>) =>
	list.map(({ name, slots }) => [name, slots.map(({ index }) => index)]);

describe('the slots of a release', () => {
	const slots = [0, 1, 2, 3, 4, 5].map((index) => slot(index));

	it('are those before it, with it and after it went back; the one it shipped in is with it', () => {
		expect(names(phasesOf(slots, 2 * DAY + 1, 4 * DAY))).toEqual([
			['before', [0, 1]],
			['with', [2, 3]],
			['after', [4, 5]],
		]);
		expect(names(phasesOf(slots, 2 * DAY + 1, null))).toEqual([
			['before', [0, 1]],
			['with', [2, 3, 4, 5]],
		]);
		expect(names(phasesOf(slots, null, null))).toEqual([['before', [0, 1, 2, 3, 4, 5]]]);
		expect(phasesOf([], 0, null)).toEqual([]);
	});

	it('are summed up: owed is what was not held', () => {
		expect(phasesOf(slots.slice(0, 2), null, null)).toMatchObject([
			{ owed: 18, sent: 16, onTime: 14, failed: 2, inDoubt: 0, held: 2, unwelcome: 2 },
		]);
	});

	it('are shown from the moment on: the last before, the first with it', () => {
		const [before, live] = phasesOf(slots, 3 * DAY, null);
		expect(before && nearest(before, 2).map(({ index }) => index)).toEqual([1, 2]);
		expect(live && nearest(live, 2).map(({ index }) => index)).toEqual([3, 4]);
	});

	it('lie each in one phase, in their order, and none is lost', () => {
		const instant = fc.option(fc.integer({ min: -DAY, max: 8 * DAY }));
		fc.assert(
			fc.property(instant, instant, (shippedAt, wentBackAt) => {
				const found = phasesOf(slots, shippedAt, wentBackAt);
				const sorted = found.flatMap((phase) => phase.slots);
				expect(new Set(sorted).size).toBe(slots.length);
				if (shippedAt === null || wentBackAt === null || wentBackAt >= shippedAt)
					expect(sorted).toEqual(slots);
			}),
		);
	});
});
