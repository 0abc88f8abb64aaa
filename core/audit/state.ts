import type { Step } from './graph';

/**
 * How far an item has come on the spine. `ungated` also stands for items that were held, failed or never had a
 * delivery; `in-doubt` for a send that may have failed;
 * `thrown` for items that a send handed on untouched because it threw as a whole.
 */
export type Stage =
	'ungated' | 'live' | 'claimed' | 'confirmed' | 'sent' | 'in-doubt' | 'thrown' | 'closed' | 'dry-run';

const STAGES: readonly Stage[] = [
	'ungated',
	'live',
	'claimed',
	'confirmed',
	'sent',
	'in-doubt',
	'thrown',
	'closed',
	'dry-run',
];

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
	const invents = node.alwaysOutputData && !node.disabled && (facts.items !== 'same' || facts.outputs > 1);
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
				[0, state('ungated', open)],
				[1, state('live', open)],
				[2, state('dry-run', open)],
				...(step.errorOutput === null ? [] : [[step.errorOutput, state('ungated', open)] as const]),
			];
		case 'claim': {
			// A claim is refused while the same delivery is under way or sent; it never takes a stage back.
			const granted = stage === 'live' ? state('claimed', true) : state(stage, true);
			return [[0, state(stage, open)], [1, granted], [2, state(stage, open)], ...error];
		}
		case 'confirm':
			return [[0, came], [1, stage === 'claimed' ? state('confirmed', open) : came], ...error];
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
			return step.outputs.flatMap((_, output) => (step.closed.has(output) ? [] : [[output, came] as const]));
	}
}

function sent(step: Step, came: State): Leaving {
	const { node, facts } = step;
	if (stageOf(came) === 'dry-run') return step.outputs.map((_, output) => [output, came]);
	const success = state('sent', isOpen(came));
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
