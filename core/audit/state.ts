import type { Step } from './graph/step';
import { isRequest } from './read/request';

/**
 * How far an item has come on the spine. `ungated` also stands for items that were held, failed or never had a
 * delivery; `in-doubt` for a send that may have failed; `answered` for a send whose refusals leave by the same output;
 * `altered` for an accepted one whose answer was replaced; `thrown` for items that a send handed on untouched because
 * it threw as a whole. A rehearsal is `dry-run` until its confirmation, and `rehearsed` behind it: only then the ledger
 * lets it be committed.
 *
 * A key claim goes the same way without a gate: its `first time` is `confirmed`. A key of which nobody knows whether it
 * was done is `asked`, `asking` once somebody looked outside, and `found` behind the decision on what was seen.
 */
const STAGES = [
	'ungated',
	'live',
	'claimed',
	'confirmed',
	'answered',
	'sent',
	'altered',
	'in-doubt',
	'thrown',
	'closed',
	'dry-run',
	'rehearsed',
	'asked',
	'asking',
	'found',
] as const;

export type Stage = (typeof STAGES)[number];

/** The claim an item holds: none, one on its delivery, one on a key, or those on the many deliveries of a batch. */
const CLAIMS = ['none', 'delivery', 'key', 'batch'] as const;

/** Kind of an open claim. */
export type Claim = (typeof CLAIMS)[number];

/** Number of states: every stage with every claim. */
export const STATES = STAGES.length * CLAIMS.length;

/** An item's stage and its open claim, packed into one number below {@link STATES}. */
export type State = number;

/** Whether an item in this stage rehearses. */
export const rehearses = (stage: Stage): boolean => stage === 'dry-run' || stage === 'rehearsed';

/** Packs a state. */
export const state = (stage: Stage, claim: Claim): State =>
	STAGES.indexOf(stage) * CLAIMS.length + CLAIMS.indexOf(claim);
/** The stage of a state. */
export const stageOf = (packed: State): Stage => STAGES[Math.floor(packed / CLAIMS.length)] as Stage;
/** The open claim of a state. */
export const claimOf = (packed: State): Claim => CLAIMS[packed % CLAIMS.length] as Claim;
/** Whether a claim is open. */
export const isOpen = (packed: State): boolean => packed % CLAIMS.length !== 0;
/** Whether a claim on a key is open. */
export const isKey = (packed: State): boolean => packed % CLAIMS.length === 2;
/** Whether an item stands for a batch of claimed deliveries. */
export const isBatch = (packed: State): boolean => packed % CLAIMS.length === 3;
/** Whether an item may be sent now: it was confirmed, or its key is claimed and not done before. */
export const maySend = (packed: State): boolean => {
	const stage = stageOf(packed);
	return stage === 'confirmed' || stage === 'found';
};

/** The state items start with. */
export const FRESH: State = state('ungated', 'none');

/** States with which an item that came in one state leaves one output. */
export type Leaving = readonly (readonly [output: number, leaves: State])[];

/**
 * Whether a copy of an item could act as well as the item: it was confirmed, or a key of it is claimed, which nobody looks
 * at again before the act.
 */
export const copiesAct = (packed: State): boolean => {
	const stage = stageOf(packed);
	return maySend(packed) || (isKey(packed) && (stage === 'asked' || stage === 'asking'));
};

/**
 * Whether a step acts outside: a send, and behind a key claim whatever changes something. There a request to a host that
 * nobody knows counts as an act, for it may be one.
 */
export function acts({ facts: { role }, node }: Step, packed: State): boolean {
	if (node.disabled) return false;
	if (role === 'sender') return true;
	if (!isKey(packed)) return false;
	return role === 'writer' || role === 'state-writer' || (role === 'unknown' && isRequest(node.type));
}
