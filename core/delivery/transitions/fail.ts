import type { FailureClass, Instant } from '../types';
import {
	type DeliveryRow,
	grantsPerSlot,
	type RecipientFacts,
	type Refusal,
	type SpineFacts,
	type Step,
	withoutSend,
} from './facts';
import { tokenRefusal } from './token';

/** What went wrong, as the holder tells it. */
export interface Failure {
	readonly failureClass: FailureClass;
	readonly sent: 'no' | 'unknown';
	readonly retryable: boolean;
	/** `false`: the delivery itself was not tried; it is due again. */
	readonly costsReplay?: boolean;
	readonly reason: string;
}

/** Whether a failed delivery may be claimed again in its slot. */
export const willReplay = (row: DeliveryRow, spine: SpineFacts, now: Instant): boolean =>
	row.state === 'failed' && row.retryable && row.attempts < grantsPerSlot(spine) && now < row.closesAt;

/**
 * Records a failure under the current token. `unknown` puts a confirmed send in doubt. Before a confirmation no send
 * can have begun, so there it is a plain failure. The holder of a send in doubt may still prove that nothing left.
 */
export function fail(
	row: DeliveryRow,
	recipient: RecipientFacts,
	token: number,
	failure: Failure,
	now: Instant,
): Step | Refusal {
	const refusal = tokenRefusal(row, token);
	if (refusal !== null) return refusal;
	if (row.state === 'failed') return { kind: 'step', row };
	const begun = row.state === 'sending' || row.state === 'in-doubt';
	if (begun && failure.sent === 'unknown') {
		const { failureClass, reason } = failure;
		const known = row.state === 'in-doubt' && row.failureClass === failureClass && row.reason === reason;
		if (known) return { kind: 'step', row };
		return {
			kind: 'step',
			row: {
				...row,
				state: 'in-doubt',
				failureClass,
				reason,
				updatedAt: now,
			},
		};
	}
	const booked = begun ? { recipient: withoutSend(recipient, row.ref.slot) } : {};
	if (failure.costsReplay === false && failure.sent === 'no' && failure.retryable) {
		if (row.state === 'due') return { kind: 'step', row };
		return {
			kind: 'step',
			row: {
				...row,
				state: 'due',
				attempts: Math.max(0, row.attempts - 1),
				failureClass: failure.failureClass,
				reason: failure.reason,
				owner: null,
				leaseUntil: null,
				sendingSince: null,
				updatedAt: now,
			},
			...booked,
		};
	}
	return {
		kind: 'step',
		row: {
			...row,
			state: 'failed',
			failureClass: failure.failureClass,
			retryable: failure.retryable,
			reason: failure.reason,
			leaseUntil: null,
			sendingSince: null,
			updatedAt: now,
		},
		...booked,
	};
}
