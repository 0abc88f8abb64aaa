import { switchOutputs } from '../classify';
import type { Step } from '../graph';
import { isOpen } from '../state';
import { reaching, type Walk } from '../walk';
import type { Finding } from './finding';

/** Proof 3: every claim leads to commit or fail on every path, error paths included, and no item is dropped. */
export function settlementFindings(walk: Walk): Finding[] {
	const found = new Map<string, Finding>();
	const add = (finding: Finding): void => {
		const key = `${finding.rule} ${finding.node}`;
		if (!found.has(key)) found.set(key, finding);
	};
	const open = walk.vertices.filter((vertex) => isOpen(walk.state(vertex)));
	for (const vertex of open) {
		const step = walk.step(vertex);
		const path = walk.path(vertex);
		if (drops(step)) add({ rule: 'items-dropped', node: step.label, path });
		const stops = step.facts.canFail && step.node.onError === 'stopWorkflow' && !step.node.disabled;
		if (stops && step.facts.role !== 'unknown') add({ rule: 'error-path-unsettled', node: step.label, path });
	}
	for (const end of walk.ends) {
		if (!isOpen(end.leaves)) continue;
		const step = walk.step(end.at);
		add({
			rule: 'claim-unsettled',
			node: step.label,
			path: walk.path(end.at),
			detail: step.outputs.length > 1 ? `Its output ${end.output} leads nowhere.` : undefined,
		});
	}
	const settled = walk.vertices.filter((vertex) => ['commit', 'fail'].includes(walk.step(vertex).facts.role));
	const ended = walk.ends.map(({ at }) => at);
	const canSettle = reaching([...settled, ...ended], walk.moves);
	const stuck = open.find((vertex) => !canSettle.has(vertex));
	if (stuck !== undefined)
		add({ rule: 'claim-never-settled', node: walk.step(stuck).label, path: walk.path(stuck) });
	return [...found.values()];
}

/** Whether a node can lose items without a word. */
function drops({ node, facts }: Step): boolean {
	if (node.disabled) return false;
	if (node.executeOnce || facts.items === 'fewer') return true;
	return node.type === 'n8n-nodes-base.switch' && switchOutputs(node).drops;
}
