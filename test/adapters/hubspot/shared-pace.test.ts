import { describe, expect, it } from '@jest/globals';
import { RateBucket } from '../../../adapters/hubspot/limiter';
import { SharedPace } from '../../../adapters/hubspot/shared-pace';
import type { CallBudget } from '../../../app/ports/call-budget';
import { type Given, giveStarts, holdStarts, nothingGiven } from '../../../core/delivery/pace';

const limit = { most: 100, windowMs: 10_000 };

/** A budget in memory that counts how often it is asked. */
function counted(clock: { at: number }) {
	let given: Given = nothingGiven;
	const asked: number[] = [];
	const budget: CallBudget = {
		take: async (_account, of, wanted) => {
			asked.push(wanted);
			const next = giveStarts(given, of, wanted, clock.at);
			given = next.given;
			return next.starts.map((start) => start - clock.at);
		},
		hold: async (_account, ms) => {
			given = holdStarts(given, clock.at + ms);
		},
	};
	return { budget, asked };
}
const paceOf = (budget: CallBudget, clock: { at: number }): SharedPace =>
	new SharedPace(budget, 'a', limit, () => clock.at, new RateBucket(100, 10_500));

describe('the share of one process in a rate', () => {
	it('asks for blocks while it is busy: a hundred calls cost some fifteen questions', async () => {
		const clock = { at: 1_000_000 };
		const { budget, asked } = counted(clock);
		const pace = paceOf(budget, clock);
		for (let call = 0; call < 100; call += 1) {
			const start = await pace.next(clock.at);
			expect(start.at).toBeLessThanOrEqual(clock.at);
			expect(start.until).toBeGreaterThan(clock.at);
			clock.at += 20;
		}
		expect(asked.length).toBeLessThanOrEqual(15);
	});

	it('takes one at a time where calls are rare, so that nothing is lost to others', async () => {
		const clock = { at: 1_000_000 };
		const { budget, asked } = counted(clock);
		const pace = paceOf(budget, clock);
		for (let call = 0; call < 10; call += 1) {
			await pace.next(clock.at);
			clock.at += 5_000;
		}
		expect(asked.slice(4)).toEqual(asked.slice(4).map(() => 1));
	});

	it('holds everybody back after a refusal', async () => {
		const clock = { at: 1_000_000 };
		const { budget } = counted(clock);
		const [one, other] = [paceOf(budget, clock), paceOf(budget, clock)];
		await one.hold(clock.at + 3_000);
		expect(one.isHeld(clock.at)).toBe(true);
		expect((await one.next(clock.at)).at).toBe(clock.at + 3_000);
		expect((await other.next(clock.at)).at).toBe(clock.at + 3_000);
	});

	it('keeps the limit for itself while the budget cannot be asked', async () => {
		const clock = { at: 1_000_000 };
		const gone = (): Promise<never> => Promise.reject(new Error('the ledger is away'));
		const pace = paceOf({ take: gone, hold: gone }, clock);
		const starts: number[] = [];
		for (let call = 0; call < 101; call += 1) starts.push((await pace.next(clock.at)).at);
		expect(starts.slice(0, 100)).toEqual(starts.slice(0, 100).map(() => clock.at));
		expect(starts[100]).toBe(clock.at + 10_500);
	});
});
