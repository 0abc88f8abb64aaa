import type { Step } from '../graph';
import type { RuleId } from '../rules';
import { stageOf, type Stage } from '../state';
import type { Walk } from '../walk';
import { declarationFor } from './declare';
import { Findings, type Finding } from './finding';

const AT_SEND: Readonly<Record<Stage, RuleId | null>> = {
	ungated: 'send-ungated',
	live: 'send-unclaimed',
	claimed: 'send-unconfirmed',
	confirmed: null,
	answered: 'send-twice',
	sent: 'send-twice',
	altered: 'send-twice',
	'in-doubt': 'send-twice',
	thrown: 'send-twice',
	closed: 'send-ungated',
	'dry-run': 'dry-run-sends',
};

const AT_COMMIT: Readonly<Record<Stage, RuleId | null>> = {
	ungated: 'early-commit',
	live: 'early-commit',
	claimed: 'early-commit',
	confirmed: 'early-commit',
	answered: 'answer-unchecked',
	// Whether the answer means accepted is `acceptance.ts`; the same of items that a send handed on because it threw.
	sent: null,
	altered: 'answer-replaced',
	'in-doubt': 'early-commit',
	thrown: null,
	// A second commit under the same token changes nothing, and a rehearsal commits in its own key space.
	closed: null,
	'dry-run': null,
};

const UNDER_WAY: readonly Stage[] = [
	'live',
	'claimed',
	'confirmed',
	'answered',
	'sent',
	'altered',
	'in-doubt',
	'thrown',
];

/** What a node of this role may not meet, by the stage of the items that come to it. */
function broken({ facts: { role } }: Step, stage: Stage): RuleId | null {
	switch (role) {
		case 'sender':
			return AT_SEND[stage];
		case 'unknown':
			return 'unknown-node';
		case 'commit':
			return AT_COMMIT[stage];
		case 'fail':
			return stage === 'sent' || stage === 'answered' || stage === 'altered' ? 'fail-after-send' : null;
		case 'state-writer':
			if (stage === 'dry-run') return 'dry-run-writes';
			return stage === 'closed' ? null : 'optimistic-write';
		case 'writer':
			// Records that are no contact's: in the way of a delivery they may still be its state.
			if (stage === 'dry-run') return 'dry-run-writes';
			return UNDER_WAY.includes(stage) ? 'optimistic-write' : null;
		default:
			return null;
	}
}

/** Proofs 1 and 2, and the dry-run part of 6: order of gate, claim, confirm, send, commit and writes. */
export function orderFindings(walk: Walk): Finding[] {
	const found = new Findings();
	// An unknown node that confirmed deliveries come to stands where the send does.
	const sends = new Set<string>();
	for (const vertex of walk.vertices)
		if (stageOf(walk.state(vertex)) === 'confirmed') sends.add(walk.step(vertex).label);
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || step.side === 'leave') continue;
		const stage = stageOf(walk.state(vertex));
		const rule = broken(step, stage);
		if (rule)
			found.add(rule, step.label, () => ({
				path: walk.path(vertex),
				...about(rule, step, stage, sends.has(step.label)),
			}));
		const goesOn = step.facts.role === 'sender' && step.node.onError === 'continueRegularOutput';
		if (goesOn && stage === 'confirmed')
			found.add('send-success-unproven', step.label, () => ({ path: walk.path(vertex) }));
	}
	return found.all();
}

function about(rule: RuleId, step: Step, stage: Stage, sends: boolean): Partial<Finding> {
	const { facts } = step;
	const detail =
		facts.because === ''
			? undefined
			: `Taken for ${facts.role === 'unknown' ? 'a send' : `a ${facts.role}`}: ${facts.because}.`;
	if (rule === 'unknown-node') return { detail, declaration: declarationFor(step, sends) };
	if (rule === 'send-ungated' || rule === 'optimistic-write') return { detail };
	if (rule === 'dry-run-sends' && stage === 'dry-run') {
		return {
			mend: `Lead rehearsals elsewhere: put Release Gate before '{node}' and follow only its 'live' output, or use version 2 of Idempotency Check (confirm), whose 'rehearse' output never leads to a send.`,
		};
	}
	return {};
}
