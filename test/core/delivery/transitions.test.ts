import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
	claim,
	commit,
	confirm,
	type DeliveryRow,
	fail,
	lapse,
	registered,
	type SpineFacts,
	unknownRecipient,
} from '../../../core/delivery/transitions';
import { registrationOf, slotCloses, slotOpens } from '../../../testbed/databases/ledgers';

const spine: SpineFacts = {
	spine: 's',
	paused: false,
	leaseMs: 600_000,
	sendLeaseMs: 120_000,
	replaysPerSlot: 1,
	sweptUntil: 0,
	minimumGapMs: 86_400_000,
};
const accepted = { provider: 'p', providerMessageId: null };
const states = ['due', 'held', 'claimed', 'sending', 'committed', 'failed', 'in-doubt', 'missed'] as const;

/** Any row, reachable or not: the rules must hold for what a damaged store hands back, too. */
const rows: fc.Arbitrary<DeliveryRow> = fc
	.record({
		state: fc.constantFrom(...states),
		token: fc.nat(4),
		attempts: fc.nat(4),
		retryable: fc.boolean(),
		leaseUntil: fc.option(fc.integer({ min: slotOpens, max: slotCloses })),
		sendingSince: fc.option(fc.integer({ min: slotOpens, max: slotCloses })),
	})
	.map((changes) => ({ ...registered(registrationOf('s', '1'), 'digest', slotOpens), ...changes }));
const instants = fc.integer({ min: slotOpens - 86_400_000, max: slotCloses + 86_400_000 });

test('a claim is granted only inside the window, with a new token, and never over a live lease or a send', () => {
	fc.assert(
		fc.property(rows, instants, (row, now) => {
			const decision = claim(row, unknownRecipient, spine, 'run', now);
			if (decision.kind !== 'step') return;
			expect(now).toBeGreaterThanOrEqual(row.opensAt);
			expect(now).toBeLessThan(row.closesAt);
			expect(decision.row).toMatchObject({
				state: 'claimed',
				token: row.token + 1,
				leaseUntil: now + spine.leaseMs,
			});
			expect(['due', 'claimed', 'failed']).toContain(row.state);
			if (row.state === 'claimed') expect(row.leaseUntil ?? 0).toBeLessThanOrEqual(now);
		}),
		{ numRuns: 2000 },
	);
});

test('only the current token confirms, commits or fails, and only a confirmed send commits', () => {
	fc.assert(
		fc.property(rows, fc.nat(5), instants, (row, token, now) => {
			const confirmed = confirm(row, unknownRecipient, spine, { token }, now);
			if (confirmed.kind === 'step') {
				expect([row.state, row.token]).toEqual(['claimed', token]);
				expect(confirmed.recipient).toMatchObject({ sendingSlot: row.ref.slot, sendingSince: now });
			}
			const committed = commit(row, unknownRecipient, token, accepted, now);
			if (committed.kind === 'step') {
				expect(['sending', 'in-doubt']).toContain(row.state);
				expect(row.token).toBe(token);
				expect(committed.row.sentAt ?? 0).toBeGreaterThanOrEqual(row.sendingSince ?? now);
			}
			const failure = { failureClass: 'send', sent: 'unknown', retryable: true, reason: 'r' } as const;
			const failed = fail(row, unknownRecipient, token, failure, now);
			if (failed.kind === 'step') {
				expect(row.token).toBe(token);
				if (row.state === 'sending') expect(failed.row.state).toBe('in-doubt');
			}
		}),
		{ numRuns: 2000 },
	);
});

test('time alone never undoes a commit, never makes a send due, and changes nothing twice', () => {
	fc.assert(
		fc.property(rows, instants, (row, now) => {
			const next = lapse(row, spine, now);
			if (['committed', 'missed', 'held', 'in-doubt'].includes(row.state)) expect(next).toBe(row);
			if (row.state === 'sending') expect(['sending', 'in-doubt']).toContain(next.state);
			expect(lapse(next, spine, now)).toBe(next);
			expect(next.token).toBe(row.token);
		}),
		{ numRuns: 2000 },
	);
});
