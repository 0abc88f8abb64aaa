import type { DeliveryRef, FailureClass, Instant, Outcome } from './types';
import type { DeliveryRecord, RefusalReason, TokenRef } from './record';
import type { OutboxWrite } from './outbox';

export interface CommitRequest extends TokenRef {
	readonly provider: string;
	readonly providerMessageId: string | null;
	/** Provider's own time of acceptance; the ledger's clock if absent or out of range. */
	readonly sentAt?: Instant;
	/** Deliveries the recipient had before, by another count: HubSpot's count in the frozen input. */
	readonly deliveredBefore?: number;
	/** Id of what was delivered; the one that was told at the confirmation if absent. */
	readonly assetId?: string;
}

export type CommitResult =
	| {
			readonly status: 'committed';
			readonly sentAt: Instant;
			readonly outboxIds: readonly string[];
			/** What the outbox was given; for a rehearsal, what would have been written. */
			readonly writes: readonly OutboxWrite[];
	  }
	/** Same token again: nothing was changed. */
	| { readonly status: 'already-committed'; readonly sentAt: Instant }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

export interface FailRequest extends TokenRef {
	readonly failureClass: FailureClass;
	/** `no`: proven that nothing left (never connected, or refused by the provider). `unknown`: in doubt. */
	readonly sent: 'no' | 'unknown';
	/** Whether a replay in the same slot makes sense. */
	readonly retryable: boolean;
	/** `false`: the delivery itself was not tried and is due again, as if it had not been claimed; `true` if absent. */
	readonly costsReplay?: boolean;
	/** One sentence without personal data. */
	readonly reason: string;
}

export type FailResult =
	| { readonly status: 'failed'; readonly willReplay: boolean }
	/** Due again in its slot; no replay was used up. */
	| { readonly status: 'due' }
	| { readonly status: 'in-doubt' }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };

/** What a provider reported later. Found by delivery or by the provider's message id. */
export interface OutcomeReport {
	readonly ref?: DeliveryRef;
	readonly provider?: string;
	readonly providerMessageId?: string;
	readonly outcome: Outcome;
	readonly at: Instant;
	readonly detail?: string;
}

export type OutcomeResult =
	| { readonly status: 'recorded'; readonly delivery: DeliveryRecord }
	/** The same or a graver outcome stands already. */
	| { readonly status: 'known' }
	| { readonly status: 'unknown-delivery' };

export interface Settlement {
	readonly ref: DeliveryRef;
	/** `delivered` commits it; `not-sent` makes it due again while its slot is open, else missed. */
	readonly verdict: 'delivered' | 'not-sent';
	readonly grounds: string;
	readonly provider?: string;
	readonly providerMessageId?: string | null;
	readonly sentAt?: Instant;
	/** As in {@link CommitRequest}. */
	readonly deliveredBefore?: number;
	/** As in {@link CommitRequest}. */
	readonly assetId?: string;
	readonly by: string;
}

export type SettleResult =
	| {
			readonly status: 'committed';
			readonly outboxIds: readonly string[];
			readonly writes: readonly OutboxWrite[];
	  }
	| { readonly status: 'due' }
	| { readonly status: 'missed' }
	| { readonly status: 'refused'; readonly reason: RefusalReason; readonly explanation: string };
