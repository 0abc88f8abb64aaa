import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ClaimTerms, KeyRecord, KeyState, WhenUnknown } from '../../../core/once/record';
import { claim, claimedAnew, complete, giveBack, lapsed } from '../../../core/once/transitions';

const start = Date.UTC(2026, 10, 20, 9);
const day = 86_400_000;
const terms = (whenUnknown: WhenUnknown = 'hold'): ClaimTerms => ({
	scope: 'orders',
	leaseMs: 60_000,
	rememberMs: 30 * day,
	whenUnknown,
	owner: 'run',
});
const states: readonly KeyState[] = ['claimed', 'asking', 'in-doubt', 'done', 'assumed', 'free'];

/** Any row, reachable or not: the rules must hold for what a damaged store hands back, too. */
const rows: fc.Arbitrary<KeyRecord> = fc
	.record({
		state: fc.constantFrom(...states),
		token: fc.integer({ min: 1, max: start }),
		leaseUntil: fc.integer({ min: start - day, max: start + day }),
		expiresAt: fc.integer({ min: start - day, max: start + 40 * day }),
		digest: fc.constantFrom(null, 'a', 'b'),
	})
	.map((changes) => ({ ...claimedAnew(terms(), { key: 'k', digest: null }, start), ...changes }));
const instants = fc.integer({ min: start - 2 * day, max: start + 50 * day });
const unknowns = fc.constantFrom<WhenUnknown>('hold', 'ask', 'done');
const digests = fc.constantFrom(null, 'a', 'b');
const fresh = (digest: string | null = null): KeyRecord => claimedAnew(terms(), { key: 'k', digest }, start);

describe('a claim', () => {
	test('of a key in doubt never shortens how long it is remembered, though the clock is set back', () => {
		fc.assert(
			fc.property(rows, unknowns, digests, instants, (row, whenUnknown, digest, now) => {
				const decision = claim(row, terms(whenUnknown), { key: 'k', digest }, now);
				if (decision.kind === 'first' || decision.row === undefined) return;
				expect(decision.row.expiresAt).toBeGreaterThanOrEqual(row.expiresAt);
			}),
			{ numRuns: 3000 },
		);
	});

	test('is granted with a greater token, and never over a live lease, a done key or one in doubt', () => {
		fc.assert(
			fc.property(rows, unknowns, digests, instants, (row, whenUnknown, digest, now) => {
				const decision = claim(row, terms(whenUnknown), { key: 'k', digest }, now);
				if (decision.kind !== 'first' && decision.kind !== 'asked') return;
				expect(decision.row.token).toBeGreaterThan(row.token);
				expect(decision.row.leaseUntil).toBe(now + 60_000);
				expect(decision.row.expiresAt).toBeGreaterThanOrEqual(decision.row.leaseUntil);
				if (decision.kind === 'asked') {
					expect(whenUnknown).toBe('ask');
					expect(lapsed(row, now).state).toBe('in-doubt');
				} else if (now < row.expiresAt) expect(row.state).toBe('free');
			}),
			{ numRuns: 3000 },
		);
	});

	test('that outlasts what it is remembered for is in doubt once its lease is over, as long as any other', () => {
		const short = { ...terms(), leaseMs: 15 * 60_000, rememberMs: 60_000 };
		const row = claimedAnew(short, { key: 'k', digest: null }, start);
		const next = (now: number) => claim(row, short, { key: 'k', digest: null }, now);
		expect(next(start + 2 * 60_000)).toMatchObject({ kind: 'held', reason: 'in-flight' });
		expect(next(row.leaseUntil)).toMatchObject({ kind: 'held', reason: 'in-doubt' });
		expect(next(row.leaseUntil + 60_000 - 1)).toMatchObject({ kind: 'held', reason: 'in-doubt' });
		expect(next(row.leaseUntil + 60_000)).toMatchObject({ kind: 'first' });
		const late = complete(row, row.token, row.leaseUntil + 59_000);
		expect(late).toMatchObject({ kind: 'step', row: { expiresAt: row.leaseUntil + 119_000 } });
	});

	test('of a key with other content is held before anything is said of it', () => {
		fc.assert(
			fc.property(rows, unknowns, instants, (row, whenUnknown, now) => {
				fc.pre(row.state !== 'free' && now < row.expiresAt);
				const decision = claim({ ...row, digest: 'a' }, terms(whenUnknown), { key: 'k', digest: 'b' }, now);
				expect(decision).toMatchObject({ kind: 'held', reason: 'other-content' });
			}),
		);
	});

	test.each([
		['hold', 'held', 'in-doubt'],
		['ask', 'asked', 'asking'],
		['done', 'done', 'assumed'],
	] as const)('of a key in doubt: %s', (whenUnknown, kind, state) => {
		const decision = claim(fresh(), terms(whenUnknown), { key: 'k', digest: null }, start + 60_000);
		expect(decision).toMatchObject({ kind, row: { state } });
	});

	test('of a key that is remembered no longer is a first one, under a token of its own', () => {
		const done = complete(fresh('a'), start, start + 1);
		if (done.kind !== 'step') throw new Error('not completed');
		const at = (now: number) => claim(done.row, terms(), { key: 'k', digest: 'b' }, now);
		expect(at(start + 30 * day + 59_999)).toMatchObject({ kind: 'held', reason: 'other-content' });
		expect(at(start + 30 * day + 60_000)).toMatchObject({
			kind: 'first',
			row: { digest: 'b', token: start + 30 * day + 60_000 },
		});
	});
});

describe('a settlement', () => {
	test('is taken from the current token alone, or by name where nobody knows', () => {
		fc.assert(
			fc.property(rows, fc.option(fc.integer({ min: 1, max: start })), instants, (row, token, now) => {
				for (const decision of [complete(row, token, now), giveBack(row, token, 'no', now)]) {
					if (decision.kind !== 'step') continue;
					if (token === null) expect(['in-doubt', 'assumed']).toContain(lapsed(row, now).state);
					else expect(token).toBe(row.token);
					expect(decision.row.token).toBe(row.token);
				}
			}),
			{ numRuns: 3000 },
		);
	});

	test('of a done key changes nothing', () => {
		const row: KeyRecord = { ...fresh(), state: 'done' };
		expect(complete(row, start, start + 5)).toEqual({ kind: 'same' });
		expect(giveBack(row, start, 'no', start + 5)).toEqual({ kind: 'refused', reason: 'already-done' });
		expect(giveBack(row, start, 'unknown', start + 5)).toEqual({ kind: 'refused', reason: 'already-done' });
	});

	test('is taken from the holder after its lease, and even where it was taken for done', () => {
		const late = start + 120_000;
		expect(complete(fresh(), start, late)).toMatchObject({ kind: 'step', row: { state: 'done' } });
		const assumed: KeyRecord = { ...fresh(), state: 'assumed' };
		expect(complete(assumed, start, late)).toMatchObject({ kind: 'step', row: { state: 'done' } });
		expect(giveBack(assumed, start, 'no', late)).toEqual({ kind: 'refused', reason: 'already-done' });
		expect(giveBack(assumed, null, 'no', late)).toMatchObject({ kind: 'step', row: { state: 'free' } });
	});

	test('of a holder who cannot say puts the key in doubt at once', () => {
		const decision = giveBack(fresh(), start, 'unknown', start + 5);
		expect(decision).toMatchObject({ kind: 'step', row: { state: 'in-doubt', leaseUntil: start + 5 } });
	});

	test('a key given back may not be completed by its former holder', () => {
		const given: KeyRecord = { ...fresh(), state: 'free' };
		expect(complete(given, start, start + 5)).toEqual({ kind: 'refused', reason: 'lease-lost' });
		expect(giveBack(given, start, 'no', start + 5)).toEqual({ kind: 'same' });
	});
});
