import { switchOutputs } from '../classify';
import type { Step } from '../graph';
import type { RuleId } from '../rules';
import { isOpen } from '../state';
import { reaching, type Vertex, type Walk } from '../walk';
import type { Finding } from './finding';

/** Proof 3: every claim leads to commit or fail on every path, error paths included, and no item is dropped. */
export function settlementFindings(walk: Walk): Finding[] {
	const found = new Map<string, Finding>();
	const add = (rule: RuleId, vertex: Vertex, detail?: string): void => {
		const node = walk.step(vertex).label;
		const key = `${rule} ${node}`;
		// Paths are as long as the workflow: only those that are shown are worked out.
		if (!found.has(key)) found.set(key, { rule, node, path: walk.path(vertex), detail });
	};
	const open = walk.vertices.filter((vertex) => isOpen(walk.state(vertex)));
	for (const vertex of open) {
		const step = walk.step(vertex);
		if (drops(step)) add('items-dropped', vertex);
		const stops = step.facts.canFail && step.node.onError === 'stopWorkflow' && !step.node.disabled;
		if (stops && step.facts.role !== 'unknown') add('error-path-unsettled', vertex);
	}
	for (const end of walk.ends) {
		if (!isOpen(end.leaves)) continue;
		const several = walk.step(end.at).outputs.length > 1;
		add('claim-unsettled', end.at, several ? `Its output ${end.output} leads nowhere.` : undefined);
	}
	const settled = walk.vertices.filter((vertex) => ['commit', 'fail'].includes(walk.step(vertex).facts.role));
	const ended = walk.ends.map(({ at }) => at);
	const canSettle = reaching([...settled, ...ended], walk.moves);
	const stuck = open.find((vertex) => !canSettle.has(vertex));
	if (stuck !== undefined) add('claim-never-settled', stuck);
	return [...found.values()];
}

/** Whether a node can lose items without a word. */
function drops({ node, facts }: Step): boolean {
	if (node.disabled) return false;
	if (node.executeOnce || facts.items === 'fewer') return true;
	return node.type === 'n8n-nodes-base.switch' && switchOutputs(node).drops;
}
