/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Milliseconds = number;

/** `live` sends and writes; `dry-run` sends nothing and writes nothing outside its own key space. */
export type Mode = 'live' | 'dry-run';

/** The key space of a delivery: the live one, or that of one named dry run. */
export type Space = 'live' | `dry-run:${string}`;

/** What names one delivery: what one recipient is owed on one spine in one slot, in one key space. */
export interface DeliveryRef {
	readonly spine: string;
	readonly space: Space;
	/** Id of the slot, e.g. `2026-11-20`. */
	readonly slot: string;
	/** Canonical recipient id, e.g. the HubSpot contact id. */
	readonly recipient: string;
}

/** The states of one delivery. `committed`, `missed` are final; `in-doubt` waits for a settlement. */
export type DeliveryState =
	'due' | 'held' | 'claimed' | 'sending' | 'committed' | 'failed' | 'in-doubt' | 'missed';

/** Where a delivery failed, in the words of the content system's recovery rules. */
export type FailureClass = 'before-generation' | 'generation' | 'send' | 'commit';

/** What the provider reported after it had accepted the send. */
export type Outcome = 'delivered' | 'bounced' | 'complained';

/** The values of a JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * What every item carries in `json.delivery`. Nodes in between may replace `json`; our nodes find it again
 * through item linking.
 */
export interface Envelope {
	readonly spine: string;
	readonly recipient: string;
	readonly slot: string;
	/** `spine:recipient:slot`, escaped; prefixed with the key space when the mode is a dry run. */
	readonly key: string;
	readonly mode: Mode;
	/** Label of the dry run; absent when live. */
	readonly run?: string;
	/** The release the delivery belongs to, if one is being observed. */
	readonly release?: string;
	/** Arm of a flag: `control` or the variant's name. */
	readonly variant?: string;
	/** Fencing token of the claim; absent until claimed. */
	readonly token?: number;
	/** SHA-256 (hex) of the canonical JSON of the frozen input. */
	readonly inputDigest?: string;
	/** Key for the send: derived from the delivery key and the template version; safe in a header or in metadata. */
	readonly idempotencyKey?: string;
}
