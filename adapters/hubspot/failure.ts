import type { Milliseconds } from '../../core/delivery/types';
import { gateError, type ErrorCode, type ReleaseGateError } from '../../core/errors';

/** What can go wrong with a call, as far as the next step depends on it. */
export type FailureKind =
	| 'throttled'
	| 'daily-limit'
	| 'locked'
	| 'migrating'
	| 'outage'
	| 'unreadable'
	| 'unexpected'
	| 'unreachable'
	| 'timeout'
	| 'cancelled'
	| 'token-refused'
	| 'token-expired'
	| 'scope-missing'
	| 'missing'
	| 'conflict'
	| 'refused';

/** A property value HubSpot refused: names and codes only, never the value. */
export interface RefusedValue {
	readonly property: string;
	readonly reason: string;
}

/** What is known of a call that failed. Holds no token, no header and no contact data. */
export interface Failure {
	readonly kind: FailureKind;
	/** HTTP status; `null` when there was no answer. */
	readonly status: number | null;
	/** How long HubSpot asks to wait; `null` if it does not say. */
	readonly asksToWaitMs: Milliseconds | null;
	/** e.g. `TEN_SECONDLY_ROLLING`, `VALIDATION_ERROR`, `ECONNRESET`. */
	readonly category: string;
	readonly subCategory: string;
	readonly correlationId: string;
	readonly scopes: readonly string[];
	readonly values: readonly RefusedValue[];
	/** Ids HubSpot names as the culprits. */
	readonly ids: readonly string[];
}

/** How a failed call travels inside the adapter; at its edge it becomes an error of the catalogue. */
export class CallFailed extends Error {
	constructor(
		readonly failure: Failure,
		options?: ErrorOptions,
	) {
		super(`${failure.kind} (${failure.status ?? 'no answer'}, ${failure.category})`, options);
	}
}

/** A failure with nothing known but its kind. */
export const failure = (kind: FailureKind, more: Partial<Failure> = {}): Failure => ({
	kind,
	status: null,
	asksToWaitMs: null,
	category: 'none',
	subCategory: '',
	correlationId: 'none',
	scopes: [],
	values: [],
	ids: [],
	...more,
});

/** How long an operation should rest after each kind that passes; from the field notes where HubSpot says so. */
const restMs: Readonly<Partial<Record<FailureKind, Milliseconds>>> = {
	throttled: 10_000,
	'daily-limit': 3_600_000,
	locked: 2000,
	migrating: 3_600_000,
	outage: 30_000,
	unreadable: 30_000,
	unexpected: 30_000,
	unreachable: 30_000,
	timeout: 30_000,
	cancelled: 1000,
	'token-refused': 300_000,
	'token-expired': 300_000,
	'scope-missing': 300_000,
};

/** How long to wait before trying again; `null` if HubSpot will never take the call as it is. */
export const retryAfterMs = (failed: Failure): Milliseconds | null =>
	restMs[failed.kind] === undefined ? null : (failed.asksToWaitMs ?? restMs[failed.kind] ?? null);

/** Failures after which the other batches of the operation would fail as well. */
const forAll: ReadonlySet<FailureKind> = new Set<FailureKind>([
	'throttled',
	'daily-limit',
	'migrating',
	'outage',
	'unreachable',
	'timeout',
	'cancelled',
	'token-refused',
	'token-expired',
	'scope-missing',
]);

/** Whether the whole account is concerned, not just this call. */
export const concernsAll = (failed: Failure): boolean => forAll.has(failed.kind);

const codes: Readonly<Record<FailureKind, ErrorCode>> = {
	throttled: 'hubspot-throttled',
	'daily-limit': 'hubspot-daily-limit',
	locked: 'hubspot-locked',
	migrating: 'hubspot-migrating',
	outage: 'hubspot-outage',
	unreadable: 'hubspot-unreadable-answer',
	unexpected: 'hubspot-unexpected-answer',
	unreachable: 'hubspot-unreachable',
	timeout: 'hubspot-timeout',
	cancelled: 'hubspot-cancelled',
	'token-refused': 'hubspot-token-refused',
	'token-expired': 'hubspot-token-expired',
	'scope-missing': 'hubspot-scope-missing',
	missing: 'hubspot-contact-missing',
	conflict: 'hubspot-conflict',
	refused: 'hubspot-refused',
};

const codeOf = (failed: Failure): ErrorCode => {
	if (failed.subCategory.endsWith('CANNOT_DELETE_PROPERTY_IN_USE')) return 'hubspot-definition-in-use';
	const [value] = failed.values;
	if (failed.kind !== 'refused' || value === undefined) return codes[failed.kind];
	return value.reason === 'PROPERTY_DOESNT_EXIST' ? 'hubspot-property-unknown' : 'hubspot-value-refused';
};

/** The catalogue's error for a failure. `object` names what it was about, e.g. `contact 1001`. */
export function hubSpotError(failed: Failure, object: string): ReleaseGateError {
	const wait = retryAfterMs(failed);
	const [value] = failed.values;
	return gateError(codeOf(failed), {
		object,
		status: failed.status ?? 'none',
		category: failed.category,
		policy: failed.category,
		cause: failed.category,
		correlationId: failed.correlationId,
		scopes: failed.scopes.join(', ') || 'that the call needs',
		property: value?.property,
		reason: value?.reason,
		seconds: wait === null ? undefined : Math.ceil(wait / 1000),
		retryAfterMs: wait ?? undefined,
	});
}
