import type { RecipientFacts } from '../../core/delivery/transitions';
import type { Instant, Space } from '../../core/delivery/types';

/** Names the row of one recipient on one spine in one key space. */
export interface RecipientRef {
	readonly spine: string;
	readonly space: Space;
	readonly recipient: string;
}

export interface RecipientRow extends RecipientRef {
	readonly facts: RecipientFacts;
}

/** The slot a delivery belongs to. */
export interface SlotRef {
	readonly spine: string;
	readonly space: Space;
	readonly slot: string;
}

/** A slot the ledger has seen: somebody registered in it or asked what was unsent. */
export interface SlotRow extends SlotRef {
	readonly opensAt: Instant;
	readonly closesAt: Instant;
}

/** An event as it is stored; `data` is canonical JSON. */
export interface EventRow {
	readonly id: number;
	readonly at: Instant;
	readonly kind: string;
	readonly spine: string | null;
	readonly subject: string | null;
	readonly sentence: string;
	readonly data: string;
	readonly position: number | null;
	readonly hash: string | null;
}

/** An event with what it tells of the state; `null` in those of before digests, and in all but the first of a transaction. */
export interface LinkedRow extends EventRow {
	readonly state: string | null;
}
