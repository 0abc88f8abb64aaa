import type { Step } from '../graph/step';
import type { RuleId } from '../rules';
import { acts, isKey, maySend, rehearses, stageOf, type Stage, type State } from '../state';
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
	rehearsed: 'dry-run-sends',
	asked: 'send-unconfirmed',
	asking: 'send-unconfirmed',
	found: null,
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
	// Before its confirmation it is refused, and its claim stays open: `settlement.ts` looks at that.
	'dry-run': null,
	rehearsed: null,
	asked: 'early-commit',
	asking: 'early-commit',
	found: null,
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

/** What a step may not meet, by the state of the items that come to it. `keyed`: the workflow claims keys and no deliveries. */
function broken(step: Step, came: State, keyed: boolean): RuleId | null {
	const { role } = step.facts;
	const stage = stageOf(came);
	if (acts(step, came)) return AT_SEND[stage];
	switch (role) {
		case 'sender':
			return AT_SEND[stage];
		case 'unknown':
			return 'unknown-node';
		case 'commit':
			return AT_COMMIT[stage];
		case 'key-done':
			if (!isKey(came)) return null;
			return stage === 'altered' ? null : AT_COMMIT[stage];
		case 'fail':
			return SUCCEEDED.includes(stage) ? 'fail-after-send' : null;
		case 'key-back':
			return isKey(came) && SUCCEEDED.includes(stage) ? 'fail-after-send' : null;
		case 'state-writer':
			if (rehearses(stage)) return 'dry-run-writes';
			if (keyed && stage === 'ungated') return 'send-ungated';
			return stage === 'closed' ? null : 'optimistic-write';
		case 'writer':
			// Records that are no contact's: in the way of a delivery they may still be its state.
			if (rehearses(stage)) return 'dry-run-writes';
			if (keyed && stage === 'ungated') return 'send-ungated';
			return UNDER_WAY.includes(stage) ? 'optimistic-write' : null;
		default:
			return null;
	}
}

const SUCCEEDED: readonly Stage[] = ['sent', 'answered', 'altered'];

/** Whether a workflow claims keys, and no deliveries: what is wrong with it is told in the words of keys. */
function claimsKeysOnly(walk: Walk): boolean {
	const roles = new Set(walk.reached.flatMap(({ facts, node }) => (node.disabled ? [] : facts.role)));
	return roles.has('key-claim') && !roles.has('claim');
}

/** Proofs 1 and 2, and the dry-run part of 6: order of gate, claim, confirm, send, commit and writes. */
export function orderFindings(walk: Walk): Finding[] {
	const found = new Findings();
	// An unknown node that confirmed deliveries come to stands where the send does.
	const sends = new Set<string>();
	for (const vertex of walk.vertices) if (maySend(walk.state(vertex))) sends.add(walk.step(vertex).label);
	const keyed = claimsKeysOnly(walk);
	// What acts under a key somewhere acts nowhere else, whatever it was declared.
	const underKeys = new Set(
		walk.vertices
			.filter((vertex) => isKey(walk.state(vertex)) && acts(walk.step(vertex), walk.state(vertex)))
			.map((vertex) => walk.step(vertex).index),
	);
	for (const vertex of walk.vertices) {
		const step = walk.step(vertex);
		if (step.node.disabled || step.side === 'leave') continue;
		const came = walk.state(vertex);
		const stage = stageOf(came);
		const key = isKey(came) || (keyed && stage === 'ungated') || underKeys.has(step.index);
		const rule =
			underKeys.has(step.index) && !isKey(came)
				? (AT_SEND[stage] ?? 'send-ungated')
				: broken(step, came, keyed);
		if (rule)
			found.add(rule, step.label, () => ({
				key,
				path: walk.path(vertex),
				...about(rule, step, stage, sends.has(step.label)),
			}));
		const goesOn = acts(step, came) && step.node.onError === 'continueRegularOutput';
		if (goesOn && maySend(came))
			found.add('send-success-unproven', step.label, () => ({ key, path: walk.path(vertex) }));
	}
	return found.all();
}

function about(rule: RuleId, step: Step, stage: Stage, sends: boolean): Partial<Finding> {
	const { facts } = step;
	const detail =
		facts.because === ''
			? undefined
			: `Taken for ${facts.role === 'unknown' ? 'a send' : `a ${facts.role}`}: ${facts.because}.`;
	if (rule === 'unknown-node')
		return { detail, declaration: declarationFor(step, sends ? 'sender' : undefined) };
	if (rule === 'send-ungated' || rule === 'optimistic-write') return { detail };
	if (rule === 'dry-run-sends' && rehearses(stage)) {
		return {
			mend: `Lead rehearsals elsewhere: put Release Gate before '{node}' and follow only its 'live' output, or use version 2 of Idempotency Check (confirm), whose 'rehearse' output never leads to a send.`,
		};
	}
	return {};
}
