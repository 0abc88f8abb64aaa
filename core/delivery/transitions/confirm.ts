import type { ConfirmRequest } from '../record';
import type { Instant } from '../types';
import {
	type DeliveryRow,
	iso,
	leaseOver,
	type RecipientFacts,
	type Refusal,
	refuse,
	type SpineFacts,
	type Step,
	withSending,
} from './facts';
import { recipientRefusal } from './gap';
import { missed } from './lapse';
import { tokenRefusal } from './token';

/** The claim goes back unspent: a pause or the gap is not the holder's failure and costs no replay. */
const givenBack = (row: DeliveryRow, now: Instant): DeliveryRow => ({
	...row,
	state: 'due',
	attempts: Math.max(0, row.attempts - 1),
	owner: null,
	leaseUntil: null,
	updatedAt: now,
});

/**
 * The last look before a send, and the authority over the minimum gap. An expired lease that nobody took over may
 * still confirm: the token is current. The granted send is marked on the recipient until it is committed, failed
 * or settled.
 */
export function confirm(
	row: DeliveryRow,
	recipient: RecipientFacts,
	spine: SpineFacts,
	{ token, assetId }: Omit<ConfirmRequest, 'ref'>,
	now: Instant,
): Step | Refusal {
	const refusal = tokenRefusal(row, token);
	if (refusal !== null) return refusal;
	if (row.state === 'sending') {
		return leaseOver(row, now)
			? refuse('in-doubt', 'This send was confirmed before, and nobody knows how it ended.', {
					...row,
					state: 'in-doubt',
					reason: 'The send began and its lease ran out before anybody reported how it ended.',
					updatedAt: now,
				})
			: refuse('in-flight', 'This send was confirmed before; confirming twice would allow two sends.');
	}
	if (row.state === 'in-doubt') return refuse('in-doubt', 'A send began and nobody knows how it ended.');
	if (row.state !== 'claimed') return refuse('not-claimed', `The delivery is ${row.state}, not claimed.`);
	if (now >= row.closesAt) {
		const explanation = `The slot closed at ${iso(row.closesAt)}, before the send.`;
		return refuse('window-over', explanation, missed(row, now, explanation));
	}
	if (now < row.opensAt) return refuse('not-open-yet', `The slot opens at ${iso(row.opensAt)}.`);
	if (spine.paused) return refuse('paused', `The spine ${spine.spine} is paused.`, givenBack(row, now));
	const notNow = recipientRefusal(row, recipient, spine, now);
	if (notNow !== null) return { ...notNow, row: givenBack(row, now) };
	const leaseUntil = now + spine.sendLeaseMs;
	return {
		kind: 'step',
		row: {
			...row,
			state: 'sending',
			sendingSince: now,
			leaseUntil,
			assetId: assetId ?? null,
			updatedAt: now,
		},
		recipient: withSending(recipient, row.ref.slot, now, leaseUntil),
	};
}
