import type { Instant } from '../types';
import { type DeliveryRow, iso, type RecipientFacts, type Refusal, refuse, type SpineFacts } from './facts';

/**
 * Promise 4 and the rhythm: whether the recipient may be served in this slot now. Another slot's send counts from
 * the end of its lease, the latest instant at which it can have left, until it is settled as not sent.
 */
export function recipientRefusal(
	row: DeliveryRow,
	recipient: RecipientFacts,
	spine: SpineFacts,
	now: Instant,
): Refusal | null {
	if (recipient.lastOpensAt !== null && row.opensAt <= recipient.lastOpensAt) {
		return recipient.lastSlot === row.ref.slot
			? refuse(
					'already-committed',
					`Slot ${row.ref.slot} was delivered before; its record has been pruned since.`,
				)
			: refuse(
					'missed',
					recipient.lastOpensAt > now
						? `Slot ${recipient.lastSlot ?? ''}, which opens only at ${iso(recipient.lastOpensAt)}, was delivered: a clock was ahead then. Release, Spine, Mend Clock lets the recipient go on.`
						: `Slot ${row.ref.slot} is older than slot ${recipient.lastSlot ?? ''}, which was delivered; missed slots are never made up.`,
				);
	}
	if (recipient.sendingSlot !== null && recipient.sendingSlot !== row.ref.slot) {
		const until = recipient.sendingUntil ?? recipient.sendingSince ?? now;
		if (now < until) {
			return refuse('in-flight', `A send to this recipient in slot ${recipient.sendingSlot} is under way.`);
		}
		if (now - until < spine.minimumGapMs) {
			return refuse(
				'in-doubt',
				`The send of slot ${recipient.sendingSlot} to this recipient is in doubt and counts as sent until ${iso(until + spine.minimumGapMs)}.`,
			);
		}
	}
	if (recipient.doubtfulAt !== null && now - recipient.doubtfulAt < spine.minimumGapMs) {
		return refuse(
			'in-doubt',
			`An earlier send to this recipient is in doubt and counts as sent until ${iso(recipient.doubtfulAt + spine.minimumGapMs)}.`,
		);
	}
	if (recipient.lastSentAt !== null && now - recipient.lastSentAt < spine.minimumGapMs) {
		return refuse(
			'minimum-gap',
			`The last send to this recipient was at ${iso(recipient.lastSentAt)}; the next one may leave at ${iso(recipient.lastSentAt + spine.minimumGapMs)}.`,
		);
	}
	return null;
}
