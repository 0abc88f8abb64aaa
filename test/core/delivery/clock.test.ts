import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
	clockProblem,
	MOST_AHEAD_MS,
	MOST_BEHIND_MS,
	type RecipientFacts,
	registered,
	unknownRecipient,
	withoutFuture,
	withoutFutureLease,
} from '../../../core/delivery/transitions';
import { recipientRefusal } from '../../../core/delivery/transitions/gap';
import { registrationOf, slotOpens } from '../../../testbed/databases/ledgers';

const hour = 3_600_000;
const day = 24 * hour;
const now = slotOpens + hour;
const spine = {
	spine: 's',
	paused: false,
	leaseMs: 600_000,
	sendLeaseMs: 120_000,
	replaysPerSlot: 1,
	sweptUntil: 0,
	minimumGapMs: day,
};
const slot = { id: '2026-11-20', opensAt: slotOpens };

const times = fc.option(fc.integer({ min: now - 400 * day, max: now + 4000 * day }));
const facts: fc.Arbitrary<RecipientFacts> = fc
	.record({ lastSentAt: times, lastOpensAt: times, sendingSince: times, doubtfulAt: times })
	.map((given) => ({
		...unknownRecipient,
		...given,
		lastSlot: given.lastOpensAt === null ? null : 'some slot',
		sendingSlot: given.sendingSince === null ? null : 'a slot',
		sendingUntil: given.sendingSince === null ? null : given.sendingSince + 120_000,
	}));

describe('a clock', () => {
	test('is believed within a lease, an outage and a correction, and not beyond', () => {
		expect(clockProblem(now, now)).toBeNull();
		expect(clockProblem(now, now + MOST_AHEAD_MS)).toBeNull();
		expect(clockProblem(now, now + MOST_AHEAD_MS + 1)).toBe('ahead');
		expect(clockProblem(now, now - MOST_BEHIND_MS)).toBeNull();
		expect(clockProblem(now, now - MOST_BEHIND_MS - 1)).toBe('behind');
	});

	test('that is right again leaves nothing of a recipient in the future, and what is past as it was', () => {
		fc.assert(
			fc.property(facts, (before) => {
				const after = withoutFuture(before, slot, now);
				for (const name of ['lastSentAt', 'lastOpensAt', 'sendingSince', 'doubtfulAt'] as const) {
					expect(after[name] ?? 0).toBeLessThanOrEqual(now);
					if (before[name] === null || before[name] <= now) expect(after[name]).toBe(before[name]);
				}
				expect((after.sendingUntil ?? 0) - now).toBeLessThanOrEqual(120_000);
				expect(withoutFuture(after, slot, now)).toBe(after);
			}),
		);
	});

	test('never lets anybody be served in the slot that is open, nor sooner than the gap, and lets them go on after it', () => {
		fc.assert(
			fc.property(facts, fc.integer({ min: 0, max: 2 * day }), (before, later) => {
				fc.pre((before.lastOpensAt ?? 0) > now && (before.lastSentAt ?? 0) > now);
				const after = withoutFuture(before, slot, now);
				const due = (slots: number) => registered(registrationOf('s', '1', slots), 'digest', now);
				expect(recipientRefusal(due(0), after, spine, now + later)).not.toBeNull();
				expect(recipientRefusal(due(1), after, spine, now + Math.min(later, day - 1))).not.toBeNull();
				expect(recipientRefusal(due(1), after, spine, now + 3 * day)).toBeNull();
			}),
		);
	});

	test('ends leases that were taken in the future, and no other', () => {
		const row = registered(registrationOf('s', '1'), 'digest', now);
		const taken = (at: number) => ({
			...row,
			state: 'sending' as const,
			leaseUntil: at + 120_000,
			sendingSince: at,
			updatedAt: at,
		});
		expect(withoutFutureLease(taken(now + day), now)).toMatchObject({ leaseUntil: now, sendingSince: now });
		for (const other of [taken(now), taken(now - day), row])
			expect(withoutFutureLease(other, now)).toBe(other);
	});
});
