import type { Instant } from '../types';
import {
	type DeliveryRow,
	grantsPerSlot,
	iso,
	leaseOver,
	type RecipientFacts,
	type Refusal,
	refuse,
	type SpineFacts,
	type Step,
} from './facts';
import { recipientRefusal } from './gap';
import { lapse } from './lapse';

/** The delivery was committed before. */
export interface AlreadyDelivered {
	readonly kind: 'already-delivered';
	readonly committedAt: Instant;
}

/**
 * Decides a claim. Granted for a delivery that is due, failed with a replay left, or claimed under a lease that ran
 * out; each grant adds one to the token, so that the former holder is a stranger from then on.
 */
export function claim(
	stored: DeliveryRow,
	recipient: RecipientFacts,
	spine: SpineFacts,
	owner: string,
	now: Instant,
): Step | AlreadyDelivered | Refusal {
	if (stored.state === 'committed') {
		return { kind: 'already-delivered', committedAt: stored.committedAt ?? stored.updatedAt };
	}
	if (stored.state === 'claimed' && !leaseOver(stored, now)) {
		return refuse('in-flight', `Claimed by another run until ${iso(stored.leaseUntil ?? now)}.`);
	}
	if (stored.state === 'sending' && !leaseOver(stored, now)) {
		return refuse('in-flight', `The send is under way; its lease ends at ${iso(stored.leaseUntil ?? now)}.`);
	}
	const row = lapse(stored, spine, now);
	const changed = row === stored ? undefined : row;
	const reason = row.reason ?? '';
	if (row.state === 'in-doubt')
		return refuse('in-doubt', 'A send began and nobody knows how it ended.', changed);
	if (row.state === 'missed') {
		return changed === undefined
			? refuse('missed', `Missed: ${reason}`)
			: refuse('window-over', `The slot closed at ${iso(row.closesAt)}; the delivery is missed.`, changed);
	}
	if (row.state === 'held') return refuse('held', `Held: ${reason}`);
	if (spine.paused) return refuse('paused', `The spine ${spine.spine} is paused.`, changed);
	if (row.state === 'failed') {
		if (row.attempts >= grantsPerSlot(spine) && (row.retryable || changed !== undefined)) {
			return refuse(
				'replays-spent',
				`Claimed ${row.attempts} times in this slot; no replay is left.`,
				changed,
			);
		}
		if (!row.retryable) return refuse('failed-for-good', `Failed for good: ${reason}`, changed);
	}
	if (now < row.opensAt) return refuse('not-open-yet', `The slot opens at ${iso(row.opensAt)}.`, changed);
	if (now >= row.closesAt) return refuse('window-over', `The slot closed at ${iso(row.closesAt)}.`, changed);
	const notNow = recipientRefusal(row, recipient, spine, now);
	if (notNow !== null) return changed === undefined ? notNow : { ...notNow, row: changed };
	return {
		kind: 'step',
		row: {
			...row,
			state: 'claimed',
			token: row.token + 1,
			attempts: row.attempts + 1,
			owner,
			leaseUntil: now + spine.leaseMs,
			sendingSince: null,
			updatedAt: now,
		},
	};
}
