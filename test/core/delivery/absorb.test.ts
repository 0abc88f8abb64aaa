import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { absorbed, type RecipientFacts, unknownRecipient } from '../../../core/delivery/transitions';

const instant = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: null });
/** Recipients as the ledger knows them: slots are named after their opening. */
const recipient: fc.Arbitrary<RecipientFacts> = fc
	.record({ sent: instant, opens: instant, since: instant, doubtful: instant, count: fc.nat(9) })
	.map(({ sent, opens, since, doubtful, count }) => ({
		...unknownRecipient,
		lastSentAt: sent,
		lastOpensAt: opens,
		lastSlot: opens === null ? null : String(opens),
		sendingSlot: since === null ? null : 'slot',
		sendingSince: since,
		sendingUntil: since === null ? null : since + 10,
		doubtfulAt: doubtful,
		committedCount: count,
	}));

const atLeast = (a: number | null, b: number | null): boolean => b === null || (a !== null && a >= b);

describe('recipients that became one', () => {
	it('keeps every send of either, and every doubt until its lease is over', () => {
		fc.assert(
			fc.property(recipient, recipient, (own, former) => {
				const one = absorbed(own, former);
				for (const facts of [own, former]) {
					expect(atLeast(one.lastSentAt, facts.lastSentAt)).toBe(true);
					expect(atLeast(one.lastOpensAt, facts.lastOpensAt)).toBe(true);
					expect(one.committedCount).toBeGreaterThanOrEqual(facts.committedCount);
				}
				expect(atLeast(one.doubtfulAt, former.sendingUntil)).toBe(true);
				expect(one.lastSlot).toBe(one.lastOpensAt === null ? null : String(one.lastOpensAt));
				expect(one.sendingSlot).toBe(own.sendingSlot);
			}),
		);
	});

	it('changes nothing the second time, and does not ask in which order', () => {
		fc.assert(
			fc.property(recipient, recipient, recipient, (own, a, b) => {
				const one = absorbed(absorbed(own, a), b);
				expect(absorbed(one, a)).toEqual(one);
				expect(absorbed(absorbed(own, b), a)).toEqual(one);
			}),
		);
	});
});
