import type { Instant } from '../types';
import { type DeliveryRow, type RecipientFacts, type Refusal, refuse, type Step, withSend } from './facts';
import { tokenRefusal } from './token';

/** What the provider answered. */
export interface Acceptance {
	readonly provider: string;
	readonly providerMessageId: string | null;
	/** Provider's own time of acceptance, if it told one. */
	readonly sentAt?: Instant;
	/** Deliveries the recipient had before this one by another count, e.g. HubSpot's count when the input was frozen. */
	readonly deliveredBefore?: number;
	/** Id of what was delivered; what the confirmation told if absent. */
	readonly assetId?: string;
}

/** The same token committed before: nothing changes. */
export interface AlreadyCommitted {
	readonly kind: 'already-committed';
	readonly sentAt: Instant;
}

/**
 * When the send happened: what the provider says, if that lies between the confirmation and the end of the send's
 * lease; else `fallback`, held within the same bounds. The bounds are what makes the minimum gap provable.
 */
export function sendTime(
	row: DeliveryRow,
	told: Instant | undefined,
	fallback: Instant,
	now: Instant,
): Instant {
	const from = row.sendingSince ?? now;
	const until = Math.max(from, Math.min(row.leaseUntil ?? now, Math.max(now, from)));
	if (told !== undefined && told >= from && told <= until) return told;
	return Math.min(Math.max(fallback, from), until);
}

/** The row and the recipient's facts after a send that was accepted. */
export function committed(
	row: DeliveryRow,
	recipient: RecipientFacts,
	acceptance: Acceptance,
	sentAt: Instant,
	now: Instant,
): Step & { readonly recipient: RecipientFacts } {
	return {
		kind: 'step',
		row: {
			...row,
			state: 'committed',
			sentAt,
			committedAt: now,
			provider: acceptance.provider,
			providerMessageId: acceptance.providerMessageId,
			assetId: acceptance.assetId ?? row.assetId,
			retryable: false,
			reason: null,
			leaseUntil: null,
			updatedAt: now,
		},
		recipient: withSend(recipient, row, sentAt, acceptance.deliveredBefore),
	};
}

/**
 * Records a send that the provider accepted. Taken from the holder of the current token while the send is under way
 * or in doubt: the holder is the one who knows. Refused for everybody else, and for sends that were never confirmed.
 */
export function commit(
	row: DeliveryRow,
	recipient: RecipientFacts,
	token: number,
	acceptance: Acceptance,
	now: Instant,
): (Step & { readonly recipient: RecipientFacts }) | AlreadyCommitted | Refusal {
	if (row.state === 'committed' && row.token === token) {
		return { kind: 'already-committed', sentAt: row.sentAt ?? row.committedAt ?? row.updatedAt };
	}
	const refusal = tokenRefusal(row, token);
	if (refusal !== null) return refusal;
	if (row.state !== 'sending' && row.state !== 'in-doubt') {
		return refuse('not-claimed', `The delivery is ${row.state}; its send was never confirmed.`);
	}
	return committed(row, recipient, acceptance, sendTime(row, acceptance.sentAt, now, now), now);
}
