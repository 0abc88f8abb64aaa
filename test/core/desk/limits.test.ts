import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallLimits, worthKeeping } from '../../../core/desk/limits';

const at = 1_800_000_000_000;
const minute = 60_000;

const reading = (changes: Partial<CallLimits> = {}): CallLimits => ({
	at,
	day: { left: 900, most: 1000 },
	burst: { left: 90, most: 100, windowMs: 10_000 },
	...changes,
});

describe('a reading of limits', () => {
	it('is kept first, after five minutes, and when a twentieth of a window is gone', () => {
		expect(worthKeeping(null, reading())).toBe(true);
		expect(worthKeeping(reading(), reading({ at: at + 1 }))).toBe(false);
		expect(worthKeeping(reading(), reading({ at: at + 5 * minute }))).toBe(true);
		expect(worthKeeping(reading(), reading({ at: at + 1, day: { left: 850, most: 1000 } }))).toBe(true);
		expect(worthKeeping(reading(), reading({ at: at + 1, day: { left: 851, most: 1000 } }))).toBe(false);
		expect(worthKeeping(reading(), reading({ at: at + 1, day: null }))).toBe(true);
	});

	it('is never kept over a newer one', () => {
		const calls = fc.record({ left: fc.nat(100), most: fc.constant(100) });
		fc.assert(
			fc.property(calls, calls, fc.nat(10 * minute), (before, now, older) => {
				const kept = reading({ at: at + older, day: before });
				expect(worthKeeping(kept, reading({ day: now }))).toBe(false);
			}),
		);
	});
});
