import { asksForAcceptance } from './read/conditions';
import { keepsItem, neverErrors } from './read/items';
import { mayAdd, mayLose } from './catalogue/types';
import type { Step } from './graph';

/**
 * How far an item has come on the spine. `ungated` also stands for items that were held, failed or never had a
 * delivery; `in-doubt` for a send that may have failed; `answered` for a send whose refusals leave by the same output;
 * `altered` for an accepted one whose answer was replaced; `thrown` for items that a send handed on untouched because
 * it threw as a whole.
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
] as const;

export type Stage = (typeof STAGES)[number];

/** Number of states: every stage, with an open claim and without. */
export const STATES = STAGES.length * 2;

/** An item's stage and whether a claim on its delivery is open, packed into one number below {@link STATES}. */
export type State = number;

/** Packs a state. */
export const state = (stage: Stage, open: boolean): State => STAGES.indexOf(stage) * 2 + (open ? 1 : 0);
/** The stage of a state. */
export const stageOf = (packed: State): Stage => STAGES[packed >> 1] as Stage;
/** Whether a claim is open. */
export const isOpen = (packed: State): boolean => (packed & 1) === 1;

/** The state items start with. */
export const FRESH: State = state('ungated', false);

/** States with which an item that came in one state leaves one output. */
export type Leaving = readonly (readonly [output: number, leaves: State])[];

/**
 * What a step does to an item's state, for each output it may leave by. Follows n8n: what throws and goes on hands
 * its input to output 0; a disabled node does nothing; "always output data" puts an empty item on output 0.
 */
export function transfer(step: Step, came: State): Leaving {
	const { node, facts } = step;
	const leaving: (readonly [number, State])[] = node.disabled ? [[0, came]] : [...acted(step, came)];
	// The empty item stands for no delivery. A node that hands on what it gets never needs one.
	const invents =
		node.alwaysOutputData &&
		!node.disabled &&
		(mayLose(facts.items) || mayAdd(facts.items) || facts.outputs > 1);
	if (invents && stageOf(came) !== 'ungated') leaving.push([0, FRESH]);
	return leaving;
}

function acted(step: Step, came: State): Leaving {
	const stage = stageOf(came);
	const open = isOpen(came);
	const dry = stage === 'dry-run';
	const error: Leaving = step.errorOutput === null ? [] : [[step.errorOutput, came]];
	switch (step.facts.role) {
		case 'source':
			return [[0, FRESH]];
		case 'gate':
			return [
				...gated(stage, open),
				...(step.errorOutput === null
					? []
					: [[step.errorOutput, dry ? came : state('ungated', open)] as const]),
			];
		case 'claim':
			return [[0, came], ...granted(step, came).map((leaves) => [1, leaves] as const), [2, came], ...error];
		case 'confirm':
			return [[0, came], ...confirmed(step, came), ...error];
		case 'commit':
			return [[0, state(stage, false)], [1, state(dry ? 'dry-run' : 'closed', false)], ...error];
		case 'fail': {
			const failed = state(dry ? 'dry-run' : 'ungated', false);
			return [[0, failed], [1, failed], ...error];
		}
		case 'sender':
			return sent(step, came);
		case 'stop':
			return [];
		default:
			return passed(step, came);
	}
}

/** A gate looks at the delivery's mode: what rehearses never leaves by live, what was held is ungated. */
function gated(stage: Stage, open: boolean): Leaving {
	if (stage === 'dry-run')
		return [
			[0, state('dry-run', open)],
			[2, state('dry-run', open)],
		];
	const live: Stage = stage === 'ungated' || stage === 'live' ? (open ? 'claimed' : 'live') : stage;
	return [
		[0, state('ungated', open)],
		[1, state(live, open)],
		[2, state('dry-run', open)],
	];
}

/**
 * A claim is refused while the same delivery is under way or sent; it never takes a stage back. A claim from a
 * recipient field makes the delivery itself, in the spine's mode: nothing has to route it before.
 */
function granted({ node }: Step, came: State): readonly State[] {
	const stage = stageOf(came);
	if (node.parameters.source === 'standalone' && (stage === 'ungated' || stage === 'live'))
		return [state('claimed', true), state('dry-run', true)];
	return [stage === 'live' ? state('claimed', true) : state(stage, true)];
}

/** Lets go what holds a current claim. From version 2 on a rehearsal leaves by an output of its own. */
function confirmed({ facts }: Step, came: State): Leaving {
	const stage = stageOf(came);
	if (stage === 'claimed') return [[1, state('confirmed', isOpen(came))]];
	if (stage === 'dry-run') return [[facts.outputs > 2 ? 2 : 1, came]];
	// What is no delivery leaves by stop. A delivery nobody claimed does too, but then the spine is not what it looks like.
	return isOpen(came) || stage !== 'ungated' ? [[1, came]] : [];
}

function passed(step: Step, came: State): Leaving {
	const stage = stageOf(came);
	const { node, facts } = step;
	const open = isOpen(came);
	if (stage === 'answered' && asksForAcceptance(node))
		return [
			[0, state('sent', open)],
			[1, state('in-doubt', open)],
		];
	const replaced =
		(stage === 'sent' || stage === 'answered') &&
		step.side === 'whole' &&
		facts.role !== 'loop' &&
		!keepsItem(node, step.idFields);
	const leaves = replaced ? state('altered', open) : came;
	return step.outputs.flatMap((_, output) => (step.closed.has(output) ? [] : [[output, leaves] as const]));
}

function sent(step: Step, came: State): Leaving {
	const { node, facts } = step;
	if (stageOf(came) === 'dry-run') return step.outputs.map((_, output) => [output, came]);
	const success = state(neverErrors(node) ? 'answered' : 'sent', isOpen(came));
	const doubt = state('in-doubt', isOpen(came));
	const regular = step.outputs.flatMap((_, output) => (output === step.errorOutput ? [] : [output]));
	if (node.onError === 'stopWorkflow') return regular.map((output) => [output, success]);
	if (node.onError === 'continueRegularOutput') return regular.map((output) => [output, doubt]);
	return [
		...regular.map((output) => [output, success] as const),
		...(facts.failsPerItem ? [] : [[0, state('thrown', isOpen(came))] as const]),
		[step.errorOutput ?? 1, doubt],
	];
}
