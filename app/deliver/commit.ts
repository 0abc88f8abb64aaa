import { refOf } from '../../core/delivery/envelope';
import type { CommitRequest, CommitResult } from '../../core/delivery/sends';
import type { Envelope, Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { deliveredBefore } from './outbox';
import { spinesOf } from './spines';

/** One send that the provider accepted, or one rehearsed delivery. */
export interface Sent {
	/** With the token of its claim. */
	readonly envelope: Envelope;
	readonly provider: string;
	readonly messageId: string | null;
	/** The provider's time of acceptance; the ledger's clock if absent. */
	readonly sentAt?: Instant;
	readonly assetId?: string;
	/** The contact's properties as Due Deliveries froze them. */
	readonly frozen?: unknown;
}

/** Commits the deliveries of one batch. One result each, in order. Throws only what the ledger throws. */
export async function commitDeliveries(
	ledger: Ledger,
	sends: readonly Sent[],
): Promise<readonly CommitResult[]> {
	const spines = await spinesOf(
		ledger,
		sends.map(({ envelope }) => envelope.spine),
	);
	const batch = sends.map(({ envelope, provider, messageId, sentAt, assetId, frozen }): CommitRequest => ({
		ref: refOf(envelope),
		token: envelope.token ?? 0,
		provider: envelope.mode === 'dry-run' ? 'dry-run' : provider,
		providerMessageId: messageId,
		sentAt,
		deliveredBefore: deliveredBefore(spines.get(envelope.spine), frozen),
		assetId,
	}));
	return await ledger.deliveries.commit(batch);
}
