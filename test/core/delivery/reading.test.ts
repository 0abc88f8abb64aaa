import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
	freeMark,
	handOutMs,
	inOtherHands,
	markLeaseMs,
	moveMark,
	readsNow,
	type ReadingMark,
	restMs,
	takeMark,
} from '../../../core/delivery/reading';

const now = 1_800_000_000_000;

const taken = (mark: ReadingMark | null, at = now): ReadingMark => {
	const found = takeMark(mark, at);
	if (found.status === 'held') throw new Error('held');
	return found.mark;
};

describe('the mark of a slot', () => {
	test('is taken by one at a time, and over from one that gave no sign of life', () => {
		const first = taken(null);
		expect(first).toMatchObject({ position: null, pass: 1, leaseUntil: now + markLeaseMs });
		expect(takeMark(first, now + markLeaseMs - 1)).toEqual({ status: 'held', until: now + markLeaseMs });
		const second = taken(first, now + markLeaseMs);
		expect(second.token).toBeGreaterThan(first.token);
		expect(moveMark(second, first.token, { kind: 'read', position: '7' }, now)).toBeNull();
		expect(freeMark(second, first.token)).toBeNull();
	});

	test('goes on from where the last holder ended, and begins anew after the end of the list', () => {
		const first = taken(null);
		const read = moveMark(first, first.token, { kind: 'read', position: '41' }, now + 5);
		expect(read).toMatchObject({ position: '41', leaseUntil: now + 5 + markLeaseMs });
		const second = taken(freeMark(read, first.token), now + 10);
		expect(second).toMatchObject({ position: '41', pass: 1 });
		const ended = moveMark(second, second.token, { kind: 'ended' }, now + 20);
		expect(ended).toMatchObject({ position: null, pass: 2, endedAt: now + 20 });
	});

	test('is not waited for when a clock that was ahead left it behind', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }), (ahead) => {
				const left = taken(null, now + ahead);
				expect(takeMark(left, now).status).toBe('taken');
			}),
		);
	});

	test('rests after a pass where several run at once, and not where one runs alone', () => {
		const mark = { ...taken(null), endedAt: now };
		expect(readsNow(mark, 1, now + 1)).toBe(true);
		expect(readsNow(mark, 4, now + restMs - 1)).toBe(false);
		expect(readsNow(mark, 4, now + restMs)).toBe(true);
		expect(readsNow({ ...mark, position: '5' }, 4, now + 1)).toBe(true);
		expect(readsNow({ ...mark, endedAt: now + 86_400_000 }, 4, now + 1)).toBe(true);
	});
});

test('what another run was handed is left to it for a minute, of a spine with parallel runs', () => {
	const handOuts = [{ space: 'live' as const, recipients: ['1', '2'], until: now + handOutMs }];
	const of = (runs: number, at: number) => inOtherHands(handOuts, runs, at);
	expect(of(2, now)('live', '1')).toBe(true);
	expect(of(2, now)('live', '3')).toBe(false);
	expect(of(2, now)('dry-run:default', '1')).toBe(false);
	expect(of(2, now + handOutMs)('live', '1')).toBe(false);
	expect(of(1, now)('live', '1')).toBe(false);
	expect(of(2, now - 86_400_000)('live', '1')).toBe(false);
});
