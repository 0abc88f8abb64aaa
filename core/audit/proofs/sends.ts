import type { Step } from '../graph';
import type { RuleId } from '../rules';
import { stageOf, type Stage } from '../state';
import type { Walk } from '../walk';
import { literal } from '../expressions';
import type { WorkflowNode } from '../types';
import type { Finding } from './finding';

const AT_SEND: Readonly<Record<Stage, RuleId | null>> = {
	ungated: 'send-ungated',
	live: 'send-unclaimed',
	claimed: 'send-unconfirmed',
	confirmed: null,
	sent: 'send-twice',
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
	sent: null,
	'in-doubt': 'early-commit',
	// A commit that asks for the provider's message id refuses what carries none; see `asksForProof`.
	thrown: 'early-commit',
	// A second commit under the same token changes nothing, and a rehearsal commits in its own key space.
	closed: null,
	'dry-run': null,
};

/** Whether Delivery Commit (commit) names the field with the provider's message id, and refuses items without it. */
function asksForProof({ parameters }: WorkflowNode): boolean {
	const field = parameters.messageIdField;
	return field === undefined || (literal(field) ?? '').trim() !== '';
}

/** What a node of this role may not meet, by the stage of the items that come to it. */
function broken({ facts: { role }, node }: Step, stage: Stage): RuleId | null {
	switch (role) {
		case 'sender':
			return AT_SEND[stage];
		case 'unknown':
			return 'unknown-node';
		case 'commit':
			return stage === 'thrown' && asksForProof(node) ? null : AT_COMMIT[stage];
		case 'fail':
			return stage === 'sent' ? 'fail-after-send' : null;
		case 'state-writer':
			if (stage === 'dry-run') return 'dry-run-writes';
			return stage === 'closed' ? null : 'optimistic-write';
		case 'writer':
			// Records that are no contact's: in the way of a delivery they may still be its state.
			if (stage === 'dry-run') return 'dry-run-writes';
			return ['live', 'claimed', 'confirmed', 'sent', 'in-doubt', 'thrown'].includes(stage)
				? 'optimistic-write'
				: null;
		default:
			return null;
	}
}

/** Proofs 1 and 2, and the dry-run part of 6: order of gate, claim, confirm, send, commit and writes. */
export function orderFindings(walk: Walk): Finding[] {
	const found = new Map<string, Finding>();
	const add = (rule: RuleId, vertex: number, detail?: string): void => {
		const { label } = walk.step(vertex);
		const key = `${rule} ${label}`;
		if (!found.has(key)) found.set(key, { rule, node: label, path: walk.path(vertex), detail });
	};
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || step.side === 'leave') continue;
		const stage = stageOf(walk.state(vertex));
		const rule = broken(step, stage);
		if (rule) add(rule, vertex);
		const goesOn = step.facts.role === 'sender' && step.node.onError === 'continueRegularOutput';
		if (goesOn && stage === 'confirmed') add('send-success-unproven', vertex);
	}
	return [...found.values()];
}
