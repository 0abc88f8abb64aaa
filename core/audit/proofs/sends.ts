import type { Role } from '../catalogue/types';
import type { RuleId } from '../rules';
import { stageOf, type Stage } from '../state';
import type { Walk } from '../walk';
import type { Finding } from './finding';

const AT_SEND: Readonly<Record<Stage, RuleId | null>> = {
	ungated: 'send-ungated',
	live: 'send-unclaimed',
	claimed: 'send-unconfirmed',
	confirmed: null,
	sent: 'send-twice',
	'in-doubt': 'send-twice',
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
	// A second commit under the same token changes nothing, and a rehearsal commits in its own key space.
	closed: null,
	'dry-run': null,
};

/** What a node of this role may not meet, by the stage of the items that come to it. */
function broken(role: Role, stage: Stage): RuleId | null {
	switch (role) {
		case 'sender':
			return AT_SEND[stage];
		case 'unknown':
			return 'unknown-node';
		case 'commit':
			return AT_COMMIT[stage];
		case 'fail':
			return stage === 'sent' ? 'fail-after-send' : null;
		case 'state-writer':
			if (stage === 'dry-run') return 'dry-run-writes';
			return stage === 'closed' ? null : 'optimistic-write';
		case 'writer':
			// Records that are no contact's: in the way of a delivery they may still be its state.
			if (stage === 'dry-run') return 'dry-run-writes';
			return ['live', 'claimed', 'confirmed', 'sent', 'in-doubt'].includes(stage) ? 'optimistic-write' : null;
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
		const rule = broken(step.facts.role, stage);
		if (rule) add(rule, vertex);
		if (step.facts.role !== 'sender' || stage !== 'confirmed') continue;
		const { onError } = step.node;
		const lets =
			onError === 'continueRegularOutput' || (onError === 'continueErrorOutput' && !step.facts.failsPerItem);
		if (lets) add('send-success-unproven', vertex);
	}
	return [...found.values()];
}
