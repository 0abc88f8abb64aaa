import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Given, giveStarts, holdStarts, nothingGiven, startLifeMs } from '../../../core/delivery/pace';

const asks = fc.array(
	fc.record({
		after: fc.integer({ min: 0, max: 900 }),
		wanted: fc.integer({ min: 1, max: 12 }),
		hold: fc.option(fc.nat(3_000)),
	}),
	{ maxLength: 80 },
);

describe('the starts of one limit', () => {
	test('never more in any window than it allows, however late in its life each is used', () => {
		fc.assert(
			fc.property(
				asks,
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 100, max: 10_000 }),
				fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
				(steps, most, windowMs, late) => {
					const limit = { most, windowMs };
					let given: Given = nothingGiven;
					let now = 1_800_000_000_000;
					let held = 0;
					const used: number[] = [];
					for (const { after, wanted, hold } of steps) {
						now += after;
						if (hold !== null) given = holdStarts(given, (held = Math.max(held, now + hold)));
						const next = giveStarts(given, limit, wanted, now);
						given = next.given;
						expect(next.starts).toHaveLength(wanted);
						for (const start of next.starts) {
							expect(start).toBeGreaterThanOrEqual(Math.max(now, held));
							used.push(start + Number(late.next().value) * startLifeMs(limit));
						}
					}
					used.sort((a, b) => a - b);
					used.forEach((start, at) => {
						const first = used[at - most];
						if (first !== undefined) expect(start - first).toBeGreaterThanOrEqual(windowMs);
					});
				},
			),
		);
	});

	test('makes nobody wait within the limit, and gives at least nine tenths of it', () => {
		const limit = { most: 100, windowMs: 10_000 };
		const first = giveStarts(nothingGiven, limit, 100, 5_000);
		expect(new Set(first.starts)).toEqual(new Set([5_000]));
		const { starts } = giveStarts(first.given, limit, 1_000, 5_000);
		expect(1_000 / ((Number(starts.at(-1)) - 5_000) / 10_000) / 100).toBeGreaterThanOrEqual(0.9);
	});

	test('forgets what a clock that was ahead gave out', () => {
		const limit = { most: 2, windowMs: 1_000 };
		const ahead = giveStarts(nothingGiven, limit, 2, 1_800_000_000_000);
		const { starts } = giveStarts(holdStarts(ahead.given, 1_800_000_000_000), limit, 1, 5_000);
		expect(starts).toEqual([5_000]);
	});
});
