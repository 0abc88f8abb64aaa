import { absorbed } from './absorb';
import { type DeliveryRow, type RecipientFacts, type SpineFacts, unknownRecipient } from './facts';
import { lapse } from './lapse';
import type { DeliveryRef, Instant } from '../types';

/** What stands as the reason of a delivery whose recipient was erased. */
export const ERASED_REASON = 'The recipient was erased.';

/** What stands in place of the digest of a frozen input that was erased. */
export const ERASED_INPUT = 'erased';

/** Why a delivery keeps its recipient from being erased: somebody may be writing to them this moment. */
export type InTheWay = 'claimed' | 'sending' | 'in-doubt';

/** What of the recipient's sends must be remembered until it can no longer lead to a second one. */
export interface Remembered {
	readonly facts: RecipientFacts;
	readonly until: Instant;
}

/** What speaks against erasing the recipient of a delivery now; `null` where nothing does. */
export function inTheWay(row: DeliveryRow, spine: SpineFacts | null, now: Instant): InTheWay | null {
	const { state } = spine === null ? row : lapse(row, spine, now);
	return state === 'claimed' || state === 'sending' || state === 'in-doubt' ? state : null;
}

/**
 * The delivery as it stands once its recipient is erased: what it counts as stays, whatever names or describes the
 * person goes. What still waited is held for good; nothing can be sent any more.
 */
export function erased(
	row: DeliveryRow,
	spine: SpineFacts | null,
	ref: DeliveryRef,
	now: Instant,
): DeliveryRow {
	const lapsed = spine === null ? row : lapse(row, spine, now);
	const waits = lapsed.state === 'due' || (lapsed.state === 'failed' && lapsed.retryable);
	return {
		...lapsed,
		ref,
		state: waits ? 'held' : lapsed.state,
		retryable: waits ? false : lapsed.retryable,
		inputDigest: ERASED_INPUT,
		owner: null,
		leaseUntil: null,
		reason: waits || lapsed.reason !== null ? ERASED_REASON : null,
		providerMessageId: null,
		assetId: null,
		updatedAt: now,
	};
}

/**
 * What the minimum gap and the rhythm need of a recipient that is erased, and until when: the end of the gap after the
 * last send, known or possible, and of the slot that was served last. `null` where nothing was sent.
 *
 * @param closesAt end of the slot that was served last, where it is known
 */
export function remembered(
	facts: RecipientFacts,
	minimumGapMs: number,
	closesAt: Instant | null,
): Remembered | null {
	const kept = { ...absorbed(unknownRecipient, facts), committedCount: 0 };
	const sends = [kept.lastSentAt, kept.doubtfulAt].flatMap((at) => (at === null ? [] : [at + minimumGapMs]));
	if (sends.length === 0 && kept.lastOpensAt === null) return null;
	return { facts: kept, until: Math.max(...sends, closesAt ?? 0, kept.lastOpensAt ?? 0) };
}
