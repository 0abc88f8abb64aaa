import { gateError } from '../errors';

/** The stages of a release, in their usual order. */
export const stages = [
	'draft',
	'prepared',
	'dry-run',
	'approved',
	'deploying',
	'monitoring',
	'stable',
	'rolled-back',
	'closed',
] as const;

export type Stage = (typeof stages)[number];

/** Every legal move. `prepared -> approved` is for releases whose class needs no dry run; a change sends back to draft. */
const moves: Readonly<Record<Stage, readonly Stage[]>> = {
	draft: ['prepared', 'closed'],
	prepared: ['draft', 'dry-run', 'approved', 'closed'],
	'dry-run': ['draft', 'prepared', 'approved', 'closed'],
	approved: ['draft', 'deploying', 'closed'],
	deploying: ['monitoring', 'rolled-back'],
	monitoring: ['stable', 'rolled-back'],
	stable: ['rolled-back', 'closed'],
	'rolled-back': ['closed'],
	closed: [],
};

/** The stages a release may go to next. */
export function nextStages(stage: Stage): readonly Stage[] {
	return moves[stage];
}

/** Returns `to` if the move is legal; throws `stage-move-illegal` otherwise. */
export function moveStage(release: string, from: Stage, to: Stage): Stage {
	if (moves[from].includes(to)) return to;
	throw gateError('stage-move-illegal', {
		release,
		from,
		to,
		legal: moves[from].join(', ') || 'nothing; it is closed',
	});
}
