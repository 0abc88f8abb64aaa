import { mayAdd, mayLose } from './catalogue/types';
import type { Step } from './graph/step';
import { keepsBatch } from './read/batch';
import { asksForAcceptance } from './read/conditions';
import { keepsItem, neverErrors } from './read/items';
import { doubted, keyGivenBack, keyClaimed, keyCompleted, looked } from './transfer-keys';
import {
	acts,
	claimOf,
	FRESH,
	isBatch,
	isKey,
	isOpen,
	rehearses,
	stageOf,
	state,
	type Claim,
	type Leaving,
	type Stage,
	type State,
} from './state';

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
	const claim = claimOf(came);
	const dry = rehearses(stage);
	const error: Leaving = step.errorOutput === null ? [] : [[step.errorOutput, came]];
	const { role } = step.facts;
	if (role === 'key-claim') return [...keyClaimed(step, came), ...error];
	// A node that asks for the other kind of claim finds none, and hands the item on by its harmless output.
	if (role === 'key-done' || role === 'key-back') {
		if (!isKey(came)) return [[0, came], [1, came], ...error];
		return [...(role === 'key-done' ? keyCompleted(came) : keyGivenBack()), ...error];
	}
	if (isKey(came) && ['gate', 'claim', 'confirm', 'commit', 'fail'].includes(role))
		return [...step.outputs.keys()].map((output) => [output, came] as const);
	// It carries no delivery of its own, so these find none and hand it on by their harmless output.
	if (isBatch(came) && ['gate', 'claim', 'confirm'].includes(role)) return [[0, came], ...error];
	if (acts(step, came)) return sent(step, came);
	switch (role) {
		case 'source':
			return [[0, FRESH]];
		case 'gate':
			return [
				...gated(stage, claim),
				...(step.errorOutput === null
					? []
					: [[step.errorOutput, dry ? came : state('ungated', claim)] as const]),
			];
		case 'claim':
			return [[0, came], ...granted(step, came).map((leaves) => [1, leaves] as const), [2, came], ...error];
		case 'confirm':
			return [[0, stopped(step, came)], ...confirmed(step, came), ...error];
		case 'commit':
			// Without a confirmation the ledger refuses a rehearsal too, and its claim stays as it is.
			if (stage === 'dry-run' && open) return [[0, came], ...error];
			return [[0, state(stage, 'none')], [1, state(dry ? 'dry-run' : 'closed', 'none')], ...error];
		case 'fail': {
			const failed = state(dry ? 'dry-run' : 'ungated', 'none');
			return [[0, failed], [1, failed], ...error];
		}
		case 'stop':
			return [];
		default:
			return passed(step, came);
	}
}

/** A gate looks at the delivery's mode: what rehearses never leaves by live, what was held is ungated. */
function gated(stage: Stage, claim: Claim): Leaving {
	if (rehearses(stage))
		return [
			[0, state(stage, claim)],
			[2, state(stage, claim)],
		];
	const live: Stage =
		stage === 'ungated' || stage === 'live' ? (claim === 'none' ? 'live' : 'claimed') : stage;
	return [
		[0, state('ungated', claim)],
		[1, state(live, claim)],
		[2, state('dry-run', claim)],
	];
}

/**
 * A claim is refused while the same delivery is under way or sent; it never takes a stage back. A claim from a
 * recipient field makes the delivery itself, in the spine's mode: nothing has to route it before.
 */
function granted({ node }: Step, came: State): readonly State[] {
	const stage = stageOf(came);
	if (node.parameters.source === 'standalone' && FREE.has(stage) && !isOpen(came))
		return [state('claimed', 'delivery'), state('dry-run', 'delivery')];
	return [stage === 'live' ? state('claimed', 'delivery') : state(stage, 'delivery')];
}

/** Stages in which nothing is under way: a claim from a recipient field looks at no envelope, so also at no rehearsal. */
const FREE: ReadonlySet<Stage> = new Set(['ungated', 'live', 'closed', 'dry-run']);

/** Output of a confirmation by which many deliveries leave as one item. */
const SEND_BATCH = 3;

/** Lets go what holds a current claim. From version 2 on a rehearsal leaves by an output of its own. */
function confirmed({ facts }: Step, came: State): Leaving {
	const stage = stageOf(came);
	if (stage === 'claimed') {
		const one: Leaving = [[1, state('confirmed', claimOf(came))]];
		return facts.outputs > SEND_BATCH ? [...one, [SEND_BATCH, state('confirmed', 'batch')]] : one;
	}
	if (stage === 'dry-run')
		return [
			[facts.outputs > 2 ? 2 : 1, facts.outputs > 2 && isOpen(came) ? state('rehearsed', 'delivery') : came],
		];
	if (stage === 'rehearsed') return [];
	// What is no delivery leaves by stop. A delivery nobody claimed does too, but then the spine is not what it looks like.
	return isOpen(came) || stage !== 'ungated' ? [[1, came]] : [];
}

/**
 * What a confirmation stops. A rehearsal it looked at is given back, or somebody else's by now: there is nothing left to
 * end. Version 1 does not look at it, and leaves its claim as it is; a second confirmation leaves the first as it is.
 */
const stopped = ({ facts }: Step, came: State): State =>
	stageOf(came) === 'dry-run' && facts.outputs > 2 ? state('dry-run', 'none') : came;

function passed(step: Step, came: State): Leaving {
	const stage = stageOf(came);
	const { node, facts } = step;
	const claim = claimOf(came);
	if (stage === 'answered' && asksForAcceptance(node))
		return [
			[0, state('sent', claim)],
			[1, state('in-doubt', claim)],
		];
	if (isKey(came) && (stage === 'asked' || stage === 'asking')) return looked(step, came);
	const replaced =
		(stage === 'sent' || stage === 'answered') &&
		step.side === 'whole' &&
		facts.role !== 'loop' &&
		!(isBatch(came) ? keepsBatch(node) : keepsItem(node, step.idFields));
	const leaves = replaced ? state('altered', claim) : doubted(step, came);
	return step.outputs.flatMap((_, output) => (step.closed.has(output) ? [] : [[output, leaves] as const]));
}

function sent(step: Step, came: State): Leaving {
	const { node, facts } = step;
	if (rehearses(stageOf(came))) return step.outputs.map((_, output) => [output, came]);
	const success = state(neverErrors(node) ? 'answered' : 'sent', claimOf(came));
	const doubt = state('in-doubt', claimOf(came));
	const regular = step.outputs.flatMap((_, output) => (output === step.errorOutput ? [] : [output]));
	if (node.onError === 'stopWorkflow') return regular.map((output) => [output, success]);
	if (node.onError === 'continueRegularOutput') return regular.map((output) => [output, doubt]);
	return [
		...regular.map((output) => [output, success] as const),
		...(facts.failsPerItem ? [] : [[0, state('thrown', claimOf(came))] as const]),
		[step.errorOutput ?? 1, doubt],
	];
}
