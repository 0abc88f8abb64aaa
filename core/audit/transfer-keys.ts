import type { Step } from './graph/step';
import { decidesByItem } from './read/conditions';
import { writesOver } from './read/envelope';
import { keepsItem, neverErrors } from './read/items';
import { claimOf, FRESH, isOpen, stageOf, state, type Leaving, type State } from './state';

/** Outputs of Claim Key. */
const FIRST_TIME = 1;
const DONE_BEFORE = 2;
const IN_DOUBT = 3;

/**
 * What a key claim does: an item whose key comes the first time may act. It makes a claim of its own only of what holds
 * none: in the way of a delivery, and under another key, it changes nothing (`proofs/keys.ts` refutes the second).
 */
export function keyClaimed({ facts }: Step, came: State): Leaving {
	const stage = stageOf(came);
	if (isOpen(came) || (stage !== 'ungated' && stage !== 'closed'))
		return Array.from({ length: facts.outputs }, (_, output) => [output, came] as const);
	return [
		[0, FRESH],
		[FIRST_TIME, state('confirmed', 'key')],
		[DONE_BEFORE, FRESH],
		...(facts.outputs > IN_DOUBT ? [[IN_DOUBT, state('asked', 'key')] as const] : []),
	];
}

/** A key that is completed is done; one that is refused was lost to somebody else, and there is nothing left to end. */
export const keyCompleted = (came: State): Leaving => [
	[0, state(stageOf(came), 'none')],
	[1, state('closed', 'none')],
];

/** A key that is given back is free or in doubt. */
export const keyGivenBack = (): Leaving => [
	[0, FRESH],
	[1, FRESH],
];

/** Of a key in doubt: a look outside, then a decision on what was seen. Everything else leaves it in doubt. */
export function looked(step: Step, came: State): Leaving {
	const { node, facts } = step;
	const asks = facts.role === 'reader' && !neverErrors(node);
	const decides = stageOf(came) === 'asking' && decidesByItem(node);
	const good = decides ? state('found', 'key') : asks ? state('asking', 'key') : came;
	const held = stageOf(came) === 'asking' && !asks && !decides && !keepsItem(node, NONE);
	const regular = held ? state('asked', 'key') : good;
	const leaving = step.outputs.flatMap((_, output): Leaving => {
		if (step.closed.has(output)) return [];
		return [[output, output === step.errorOutput ? state('asked', 'key') : regular]];
	});
	// What throws and goes on hands on what came, and nobody has seen anything.
	const throwing = node.onError !== 'stopWorkflow' && !facts.failsPerItem && facts.fails !== null;
	const goesOn = node.onError === 'continueRegularOutput';
	return throwing || goesOn ? [...leaving, [0, state('asked', 'key')]] : leaving;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * A send that may have failed, once its own error was replaced by another node's answer: what stands there now says
 * nothing of the send.
 */
export const doubted = (step: Step, came: State): State =>
	stageOf(came) === 'in-doubt' && isOpen(came) && replacesError(step) ? state('asked', claimOf(came)) : came;

function replacesError({ node, facts, side }: Step): boolean {
	if (side !== 'whole' || node.disabled) return false;
	// What `readNodeFailure` of `core/delivery/failure.ts` looks at.
	if (writesOver(node, 'error') || writesOver(node, 'details')) return true;
	return ASKS.has(facts.role) && !keepsItem(node, NONE);
}

/** Roles of nodes that put an answer, or an error, of their own in the place of the item. */
const ASKS: ReadonlySet<string> = new Set([
	'reader',
	'generator',
	'notifier',
	'writer',
	'state-writer',
	'unknown',
	'sub-workflow',
]);
