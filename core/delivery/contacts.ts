import type { ReleaseGateError } from '../errors/error';
import type { Instant, Milliseconds } from './types';

/** Operators a contact directory must understand. Text comparison is case-sensitive for single-choice properties. */
export type FilterOperator =
	| 'EQ'
	| 'NEQ'
	| 'GT'
	| 'GTE'
	| 'LT'
	| 'LTE'
	| 'HAS_PROPERTY'
	| 'NOT_HAS_PROPERTY'
	| 'IN'
	| 'NOT_IN'
	| 'CONTAINS_TOKEN';

/** One condition on one property. `value` for comparisons (instants as epoch milliseconds), `values` for IN and NOT_IN. */
export interface ContactFilter {
	readonly property: string;
	readonly operator: FilterOperator;
	readonly value?: string;
	readonly values?: readonly string[];
}

/** Which contacts are wanted. */
export interface ContactQuery {
	/** Alternatives, each a list of conditions that must all hold: at most 5 alternatives of 5 conditions. */
	readonly anyOf: readonly (readonly ContactFilter[])[];
	/** Only contacts with a greater id: where an earlier walk stopped. */
	readonly afterId?: string;
}

/** One entry of a property's history, newest first in lists. */
export interface PropertyVersion {
	readonly value: string;
	readonly at: Instant;
	/** Kind of writer, e.g. `INTEGRATION`, `CRM_UI`. */
	readonly sourceType: string;
	/** Writer, e.g. the id of the app; `null` if the directory does not tell. */
	readonly sourceId: string | null;
}

/** A contact as read. */
export interface Contact {
	readonly id: string;
	/** Values of the properties asked for; `null` where there is none. */
	readonly properties: Readonly<Record<string, string | null>>;
	readonly createdAt: Instant;
	readonly updatedAt: Instant;
	readonly archived: boolean;
	/** Ids of contacts that were merged into this one, as far as the directory tells. */
	readonly mergedIds: readonly string[];
	/** Present if history was asked for. At most 45 versions per property. */
	readonly history?: Readonly<Record<string, readonly PropertyVersion[]>>;
}

/** What became of one requested id. */
export type ReadOutcome =
	| { readonly status: 'found'; readonly requestedId: string; readonly contact: Contact }
	/** The id lives on inside another contact. */
	| { readonly status: 'merged'; readonly requestedId: string; readonly contact: Contact }
	/** Archived, deleted or never there. */
	| { readonly status: 'missing'; readonly requestedId: string }
	/** Only when archived contacts were asked for. */
	| { readonly status: 'archived'; readonly requestedId: string; readonly contact: Contact }
	/** Nobody knows: the directory did not answer for this id. */
	| { readonly status: 'failed'; readonly requestedId: string; readonly error: ReleaseGateError };

export interface ReadOptions {
	/** Also read the history of the properties (batches of 50 instead of 100). */
	readonly history?: boolean;
	/** Look up ids that are missing among the archived contacts; costs one more call per batch with missing ids. */
	readonly archived?: boolean;
}

export interface ReadResult {
	/** One per distinct requested id, in order of first mention. */
	readonly outcomes: readonly ReadOutcome[];
	/** Directory's own time of the (last) answer, if it told. */
	readonly answeredAt: Instant | null;
}

/** New values for one contact; `''` clears a property. */
export interface ContactWrite {
	readonly id: string;
	readonly properties: Readonly<Record<string, string>>;
}

export type WriteResult =
	/** Written. `recordId` differs from `id` if the contact was merged into another. */
	| { readonly status: 'written'; readonly id: string; readonly recordId: string }
	/** Not written or not known to be; writing the same again is safe. */
	| {
			readonly status: 'later';
			readonly id: string;
			readonly error: ReleaseGateError;
			readonly retryAfterMs: Milliseconds;
	  }
	/** The directory will never take it as it is. */
	| { readonly status: 'refused'; readonly id: string; readonly error: ReleaseGateError };
