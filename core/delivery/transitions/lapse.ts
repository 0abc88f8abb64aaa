import type { Instant } from '../types';
import { type DeliveryRow, grantsPerSlot, leaseOver, type SpineFacts } from './facts';

/** States in which a delivery still waits for something. */
export const openStates = ['due', 'claimed', 'sending', 'in-doubt'] as const;

/** A delivery whose slot closed without a send. */
export const missed = (row: DeliveryRow, now: Instant, reason: string): DeliveryRow => ({
	...row,
	state: 'missed',
	owner: null,
	leaseUntil: null,
	reason,
	updatedAt: now,
});

const closed = (row: DeliveryRow): string =>
	row.reason === null
		? `Slot ${row.ref.slot} closed before the delivery was sent.`
		: `Slot ${row.ref.slot} closed before the delivery was sent. Before that: ${row.reason}`;

/**
 * What time alone does to a delivery; the sweep applies it, and so does every claim that meets one.
 * A claim whose lease is over is due again, or failed for good once its replays are spent. A send whose lease is over
 * is in doubt. What has not begun when its slot closes is missed. Held and finally failed ones stay as they are.
 */
export function lapse(row: DeliveryRow, spine: SpineFacts, now: Instant): DeliveryRow {
	if (row.state === 'sending' && leaseOver(row, now)) {
		return {
			...row,
			state: 'in-doubt',
			reason: 'The send began and its lease ran out before anybody reported how it ended.',
			updatedAt: now,
		};
	}
	const over = now >= row.closesAt;
	if (row.state === 'claimed' && leaseOver(row, now)) {
		if (over) return missed(row, now, closed(row));
		if (row.attempts < grantsPerSlot(spine)) {
			return { ...row, state: 'due', owner: null, leaseUntil: null, updatedAt: now };
		}
		return {
			...row,
			state: 'failed',
			retryable: false,
			failureClass: row.failureClass ?? 'generation',
			owner: null,
			leaseUntil: null,
			reason: 'The lease of the last claim ran out before the send, and the replays of the slot are spent.',
			updatedAt: now,
		};
	}
	if (over && (row.state === 'due' || (row.state === 'failed' && row.retryable))) {
		return missed(row, now, closed(row));
	}
	return row;
}
