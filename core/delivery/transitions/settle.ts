import type { Instant } from '../types';
import { type Acceptance, committed, sendTime } from './commit';
import {
	type DeliveryRow,
	leaseOver,
	type RecipientFacts,
	type Refusal,
	refuse,
	type Step,
	withoutSend,
} from './facts';
import { missed } from './lapse';

/** How an in-doubt delivery is settled. */
export interface Ruling {
	readonly verdict: 'delivered' | 'not-sent';
	readonly grounds: string;
	readonly acceptance: Acceptance;
}

/**
 * Settles a delivery that is in doubt, or a send whose lease ran out. `delivered` commits it; `not-sent` makes it due
 * again while its slot is open, else missed. Needs no token: the holder is gone.
 */
export function settle(
	row: DeliveryRow,
	recipient: RecipientFacts,
	ruling: Ruling,
	now: Instant,
): (Step & { readonly recipient: RecipientFacts }) | Refusal {
	if (row.state === 'committed') return refuse('already-committed', 'The delivery was committed before.');
	if (row.state === 'sending' && !leaseOver(row, now)) {
		return refuse('in-flight', 'The send is still under way; it is in doubt once its lease is over.');
	}
	if (row.state === 'missed')
		return refuse('missed', `The delivery is missed, not in doubt: ${row.reason ?? ''}`);
	if (row.state === 'held') return refuse('held', 'The delivery is held, not in doubt.');
	if (row.state !== 'sending' && row.state !== 'in-doubt') {
		return refuse('not-claimed', `The delivery is ${row.state}, not in doubt.`);
	}
	if (ruling.verdict === 'delivered') {
		const sentAt = sendTime(row, ruling.acceptance.sentAt, row.sendingSince ?? now, now);
		return committed(row, recipient, ruling.acceptance, sentAt, now);
	}
	const cleared: DeliveryRow = { ...row, owner: null, leaseUntil: null, sendingSince: null, updatedAt: now };
	return {
		kind: 'step',
		row:
			now < row.closesAt
				? { ...cleared, state: 'due', failureClass: null, reason: ruling.grounds }
				: missed(cleared, now, `Not sent, and the slot is closed. ${ruling.grounds}`),
		recipient: withoutSend(recipient, row.ref.slot),
	};
}
