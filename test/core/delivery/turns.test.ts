import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReadingMark } from '../../../core/delivery/reading';
import {
	decideTurn,
	listRestMs,
	mostTurns,
	type Place,
	placeRestMs,
	type TurnFacts,
} from '../../../core/delivery/turns';

const now = 1_800_000_000_000;
const leaseMs = 900_000;
const facts = (more: Partial<TurnFacts> = {}): TurnFacts => ({
	paused: false,
	slot: '2026-11-20',
	budget: 'unknown',
	parallelRuns: 1,
	leaseMs,
	served: 0,
	mark: null,
	waiting: false,
	...more,
});
const mark: ReadingMark = { position: null, pass: 2, endedAt: now, token: 3, leaseUntil: null };

/** The place after a decision. */
const placeOf = (turn: ReturnType<typeof decideTurn>): Place => {
	if (turn.status === 'none') throw new Error(turn.reason);
	return turn.place;
};
const reasonOf = (turn: ReturnType<typeof decideTurn>): string =>
	turn.status === 'none' ? turn.reason : 'turn';

describe('who runs a spine again and again', () => {
	test('as many at once as it has parallel runs, whatever is asked in which order', () => {
		const actions = fc.array(
			fc.record({
				owner: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
				after: fc.integer({ min: 0, max: leaseMs / 2 }),
				served: fc.integer({ min: 0, max: 3 }),
			}),
			{ maxLength: 60 },
		);
		fc.assert(
			fc.property(actions, fc.integer({ min: 1, max: 4 }), (steps, parallelRuns) => {
				let places: Place[] = [];
				let at = now;
				for (const { owner, after, served } of steps) {
					at += after;
					const turn = decideTurn(places, owner, facts({ served, parallelRuns }), at);
					const place = turn.status === 'turn' ? turn.place : turn.left;
					if (place !== null) {
						places = [...places.filter((one) => one.place !== place.place), place];
					}
					const held = places.filter(({ owner: by, until }) => by !== null && until > at);
					expect(held.length).toBeLessThanOrEqual(parallelRuns);
					expect(new Set(held.map(({ owner: by }) => by)).size).toBe(held.length);
				}
			}),
		);
	});

	test('takes the place of one that gave no sign of life for its lease, who has none when it comes back', () => {
		const first = placeOf(decideTurn([], 'a', facts(), now));
		expect(reasonOf(decideTurn([first], 'b', facts(), now + leaseMs - 1))).toBe('no-place');
		const second = placeOf(decideTurn([first], 'b', facts(), now + leaseMs));
		expect(second).toMatchObject({ place: 1, owner: 'b', turns: 1 });
		expect(reasonOf(decideTurn([second], 'a', facts({ served: 9 }), now + leaseMs + 1))).toBe('no-place');
	});

	test.each([
		['paused', { paused: true }],
		['closed', { slot: null }],
		['budget-spent', { budget: 'spent' as const }],
		['nothing-due', { mark }],
	])('nobody begins, and everybody ends and leaves the place, when it is %s', (reason, against) => {
		const more = against as Partial<TurnFacts>;
		expect(decideTurn([], 'a', facts(more), now)).toEqual({ status: 'none', reason, left: null });
		const held = placeOf(decideTurn([], 'a', facts(), now));
		const turn = decideTurn([held], 'a', facts({ served: 7, ...more }), now + 1);
		expect(turn).toMatchObject({ status: 'none', reason, left: { owner: null, until: now + 1 } });
	});

	test('goes on as long as each run served somebody; else the place rests', () => {
		let held = placeOf(decideTurn([], 'a', facts({ served: 5 }), now));
		held = placeOf(decideTurn([held], 'a', facts({ served: 9 }), now + 60_000));
		expect(held).toMatchObject({ turns: 2, served: 9, until: now + 60_000 + leaseMs });
		const turn = decideTurn([held], 'a', facts({ served: 9 }), now + 120_000);
		expect(reasonOf(turn)).toBe('nobody-served');
		const left = turn.status === 'none' && turn.left !== null ? [turn.left] : [];
		expect(reasonOf(decideTurn(left, 'b', facts(), now + 120_000 + placeRestMs - 1))).toBe('no-place');
		expect(placeOf(decideTurn(left, 'b', facts(), now + 120_000 + placeRestMs)).place).toBe(1);
	});

	test('ends after fifty turns and leaves the place free', () => {
		let held = placeOf(decideTurn([], 'a', facts(), now));
		for (let turn = 1; turn < mostTurns; turn += 1)
			held = placeOf(decideTurn([held], 'a', facts({ served: turn }), now));
		const end = decideTurn([held], 'a', facts({ served: mostTurns }), now);
		expect(end).toMatchObject({ status: 'none', reason: 'turns-over', left: { until: now } });
	});

	test('a list that was read to its end is read anew a quarter of an hour later, or for what waits', () => {
		expect(reasonOf(decideTurn([], 'a', facts({ mark }), now + listRestMs - 1))).toBe('nothing-due');
		expect(reasonOf(decideTurn([], 'a', facts({ mark }), now + listRestMs))).toBe('turn');
		expect(reasonOf(decideTurn([], 'a', facts({ mark, waiting: true }), now + 1))).toBe('turn');
		expect(reasonOf(decideTurn([], 'a', facts({ mark: { ...mark, position: '7' } }), now + 1))).toBe('turn');
	});

	test('what a clock that was ahead left behind holds nothing up', () => {
		const held = placeOf(decideTurn([], 'a', facts(), now + 400 * 86_400_000));
		expect(reasonOf(decideTurn([held], 'b', facts(), now))).toBe('turn');
		const ahead = { ...mark, endedAt: now + 86_400_000 };
		expect(reasonOf(decideTurn([], 'a', facts({ mark: ahead }), now))).toBe('turn');
	});
});
