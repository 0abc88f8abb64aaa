import { isTrigger } from '../classify';
import { isOpen, stageOf } from '../state';
import { reaching, type Walk } from '../walk';
import type { WorkflowJson } from '../types';
import type { Finding } from './finding';

/**
 * Proof 1, by hand: pinned data stand in for a node in every run by hand, so a send is told of as done, or a claim as
 * granted. Refuted on the way of a delivery; elsewhere it is advice (`hygiene.ts`).
 */
export function pinFindings(walk: Walk, workflow: WorkflowJson): Finding[] {
	const pinned = new Set(pinnedNodes(workflow));
	if (pinned.size === 0) return [];
	const goals = walk.vertices.filter((vertex) => {
		const { facts, node } = walk.step(vertex);
		return !node.disabled && PINS_MATTER.has(facts.role);
	});
	const leads = reaching(goals, walk.moves);
	const found = new Map<string, Finding>();
	for (const vertex of walk.vertices) {
		const { node, label } = walk.step(vertex);
		if (!pinned.has(node.name) || label !== node.name || isTrigger(node) || found.has(label)) continue;
		const state = walk.state(vertex);
		if (leads.has(vertex) || isOpen(state) || stageOf(state) !== 'ungated')
			found.set(label, { rule: 'pinned-on-spine', node: label, path: walk.path(vertex) });
	}
	return [...found.values()];
}

const PINS_MATTER: ReadonlySet<string> = new Set([
	'sender',
	'unknown',
	'claim',
	'confirm',
	'commit',
	'fail',
	'key-claim',
	'key-done',
	'key-back',
]);

/** Names of nodes with pinned data that exist. */
export const pinnedNodes = (workflow: WorkflowJson): string[] =>
	Object.keys(workflow.pinData).filter((name) => workflow.nodes.some((node) => node.name === name));
