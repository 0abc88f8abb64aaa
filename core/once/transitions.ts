/// <reference lib="es2024.string" />
import type { Instant } from '../delivery/types';
import type {
	ClaimTerms,
	GivingBack,
	HoldReason,
	KeyRecord,
	KeyRefusalReason,
	KeyRequest,
	KeyState,
} from './record';

type ClaimDecision =
	/** Granted: store the row. */
	| { readonly kind: 'first'; readonly row: KeyRecord }
	| { readonly kind: 'asked'; readonly row: KeyRecord }
	/** `row` is set when the look itself settled it: taken for done. */
	| { readonly kind: 'done'; readonly row?: KeyRecord }
	/** `row` is set when the look found the lease over. */
	| {
			readonly kind: 'held';
			readonly reason: Exclude<HoldReason, 'twice-in-batch'>;
			readonly row?: KeyRecord;
	  };

type Settled =
	| { readonly kind: 'step'; readonly row: KeyRecord }
	| { readonly kind: 'same' }
	| { readonly kind: 'refused'; readonly reason: KeyRefusalReason };

const doubtful: ReadonlySet<KeyState> = new Set(['in-doubt', 'assumed']);
const held: ReadonlySet<KeyState> = new Set(['claimed', 'asking']);

/** What time alone does: a claim whose lease is over is in doubt. The lease's last instant does not belong to it. */
export const lapsed = (row: KeyRecord, now: Instant): KeyRecord =>
	held.has(row.state) && now >= row.leaseUntil ? { ...row, state: 'in-doubt', changedAt: now } : row;

/** How long a claim keeps its key in mind: from the end of its lease on, so that what is cut off is in doubt first. */
const expiry = ({ leaseMs, rememberMs }: ClaimTerms, now: Instant): Instant => now + leaseMs + rememberMs;

/**
 * The row of a key that nobody claimed before, claimed. Its token is the time: a key that was forgotten and comes again
 * gets a greater one than it had, so that its first holder stays a stranger.
 */
export const claimedAnew = (terms: ClaimTerms, { key, digest }: KeyRequest, now: Instant): KeyRecord => ({
	key,
	digest,
	...claimedAlike(terms, now),
});

/** What keys that are claimed at once share. */
export const claimedAlike = (terms: ClaimTerms, now: Instant): Omit<KeyRecord, 'key' | 'digest'> => ({
	state: 'claimed',
	token: now,
	leaseUntil: now + terms.leaseMs,
	expiresAt: expiry(terms, now),
	owner: terms.owner.toWellFormed().replaceAll('\u0000', '\ufffd'),
	claimedAt: now,
	changedAt: now,
});

const granted = (
	before: KeyRecord,
	terms: ClaimTerms,
	request: KeyRequest,
	now: Instant,
	state: KeyState,
): KeyRecord => ({
	...claimedAnew(terms, request, now),
	state,
	token: Math.max(before.token + 1, now),
});

/**
 * Decides a claim of a key that is known. A key that is free or forgotten is claimed; one that is done is done; one
 * under a lease is held, and so is one in doubt, unless the terms say to ask or to take it for done. Other content than
 * the key came with is refused first, except where nothing was done with it.
 */
export function claim(
	stored: KeyRecord,
	terms: ClaimTerms,
	request: KeyRequest,
	now: Instant,
): ClaimDecision {
	const row = lapsed(stored, now);
	const grant = (state: KeyState): KeyRecord => granted(row, terms, request, now, state);
	if (row.state === 'free' || now >= row.expiresAt) return { kind: 'first', row: grant('claimed') };
	const changed = row === stored ? {} : { row };
	const { digest } = request;
	if (digest !== null && row.digest !== null && digest !== row.digest)
		return { kind: 'held', reason: 'other-content', ...changed };
	if (row.state === 'done' || row.state === 'assumed') return { kind: 'done' };
	if (held.has(row.state)) return { kind: 'held', reason: 'in-flight' };
	// Something may have happened: a clock that is set back, or a shorter time asked for, takes nothing off what was promised.
	const expiresAt = Math.max(row.expiresAt, expiry(terms, now));
	if (terms.whenUnknown === 'ask')
		return { kind: 'asked', row: { ...grant('asking'), digest: row.digest, expiresAt } };
	if (terms.whenUnknown === 'done')
		return { kind: 'done', row: { ...row, state: 'assumed', expiresAt, changedAt: now } };
	return { kind: 'held', reason: 'in-doubt', ...changed };
}

/** Refuses whoever is not the holder, and who settles by name what is not in doubt. */
function refusal(row: KeyRecord, token: number | null): Settled | null {
	if (token === null) return doubtful.has(row.state) ? null : { kind: 'refused', reason: 'not-in-doubt' };
	return token === row.token && row.state !== 'free' ? null : { kind: 'refused', reason: 'lease-lost' };
}

/**
 * Records that the key is done. Taken from the holder of the current token, also after its lease: the holder is the one
 * who knows. The time it is remembered for begins again.
 */
export function complete(stored: KeyRecord, token: number | null, now: Instant): Settled {
	const row = lapsed(stored, now);
	if (row.state === 'done') {
		return token === null || token === row.token
			? { kind: 'same' }
			: { kind: 'refused', reason: 'already-done' };
	}
	const expiresAt = Math.max(row.expiresAt, now + (row.expiresAt - row.leaseUntil));
	return refusal(row, token) ?? { kind: 'step', row: { ...row, state: 'done', expiresAt, changedAt: now } };
}

/** Gives a key back because nothing happened, or puts it in doubt because its holder cannot say. */
export function giveBack(
	stored: KeyRecord,
	token: number | null,
	happened: GivingBack['happened'],
	now: Instant,
): Settled {
	const row = lapsed(stored, now);
	if (row.state === 'done' || (row.state === 'assumed' && token !== null))
		return { kind: 'refused', reason: 'already-done' };
	const state = happened === 'no' ? 'free' : 'in-doubt';
	if (row.state === state && (token === null || token === row.token)) {
		return row === stored ? { kind: 'same' } : { kind: 'step', row };
	}
	return refusal(row, token) ?? { kind: 'step', row: { ...row, state, leaseUntil: now, changedAt: now } };
}
