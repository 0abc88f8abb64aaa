import type { CallBudget } from '../../app/ports/call-budget';
import type { Milliseconds } from '../../core/delivery/types';
import type { CallLimits } from '../../core/desk/limits';

/** Base URL of HubSpot's API. */
export const hubSpotBaseUrl = 'https://api.hubapi.com';

/**
 * Version of the paths that are called. HubSpot ends v3 in September 2027; `2026-09` rewrites the paths of the
 * client, and enforces the account's validation rules on writes. This is what a credential that says nothing calls: one
 * place to change when the time comes.
 */
export const hubSpotPathVersion: PathVersion = 'v3';

/** See {@link hubSpotPathVersion}. */
export type PathVersion = 'v3' | '2026-09';

/** What the adapter needs from outside. Only the token is required. */
export interface HubSpotOptions {
	/** Service Key or private app token. */
	readonly accessToken: string;
	/** Without a trailing slash; {@link hubSpotBaseUrl} if absent. */
	readonly baseUrl?: string;
	/** Calls per 10 seconds, search excluded; 100 if absent (the least any HubSpot account has). */
	readonly callsPer10Seconds?: number;
	/** Searches per second; 5 if absent (HubSpot's limit per account). */
	readonly searchesPerSecond?: number;
	/** Where processes share the limits; each keeps them for itself if absent or `null`. */
	readonly budget?: CallBudget | null;
	/** Time for one answer; 30 s if absent. */
	readonly timeoutMs?: Milliseconds;
	/** Tries of one call that may be repeated; 5 if absent. */
	readonly attempts?: number;
	/** Longest time one call waits for its repeats altogether; 60 s if absent. */
	readonly patienceMs?: Milliseconds;
	readonly pathVersion?: PathVersion;
	/** Version of this package, for the User-Agent. */
	readonly packageVersion?: string;
	/** Is told what each answer says of the limits. */
	readonly onLimits?: (limits: CallLimits) => void;
	/** Ends calls and waits, e.g. when the execution is cancelled. */
	readonly signal?: AbortSignal;
	/** Milliseconds since 1970; the system's clock if absent. */
	readonly clock?: () => number;
	/** Waits; a timer if absent. */
	readonly sleep?: (ms: Milliseconds, signal?: AbortSignal) => Promise<void>;
	/** A number in [0, 1) that spreads repeats; Math.random if absent. */
	readonly random?: () => number;
}
