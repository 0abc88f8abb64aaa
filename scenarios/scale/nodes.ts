import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { shippedSpine } from '../../testbed/bare-spine';
import { commitId, currentLoad, machine, type Machine } from '../../testbed/machine';
import { packageRoot } from '../../testbed/n8n/paths';
import { contactsOfARun } from './bare';
import { rounded } from './summary';

/** What a delivery costs in one node. */
export interface NodeCost {
	readonly node: string;
	/** Whether the node is one of this package. */
	readonly ours: boolean;
	/** Milliseconds of each delivery, by n8n's own time of the node: the median over the runs. */
	readonly ms: number;
}

export interface NodeCosts {
	readonly at: string;
	readonly commit: string;
	readonly machine: Machine;
	/** Runs of the spine they come from, each over a thousand. */
	readonly runs: number;
	readonly nodes: readonly NodeCost[];
}

const nowhere = 'http://127.0.0.1:9';

/** Which nodes of the shipped spine are ours. */
const ourNodes = (): ReadonlySet<string> => {
	const { nodes } = shippedSpine({
		hubspot: nowhere,
		postmark: nowhere,
		generator: nowhere,
		alerts: nowhere,
	});
	return new Set(
		nodes.flatMap(({ name, type }) => (type.startsWith('n8n-nodes-release-gate.') ? [name] : [])),
	);
};

/** The cost of each node from what it took in several runs over a thousand, the dearest first. Throws without a run. */
export function nodeCosts(
	runs: readonly Readonly<Record<string, number>>[],
	ours: ReadonlySet<string> = ourNodes(),
): NodeCosts {
	if (runs.length === 0) throw new Error('n8n kept no run of the spine.');
	const names = [...new Set(runs.flatMap((run) => Object.keys(run)))];
	const nodes = names.map((node) => ({
		node,
		ours: ours.has(node),
		ms: rounded(median(runs.map((run) => run[node] ?? 0)) / contactsOfARun, 2),
	}));
	return {
		at: new Date().toISOString(),
		commit: commitId(packageRoot),
		machine: machine(currentLoad()),
		runs: runs.length,
		nodes: nodes.filter(({ ms }) => ms > 0).sort((a, b) => b.ms - a.ms),
	};
}

/** The file they are kept in, beside the runs. */
export const nodesFile = 'nodes.json';
const kept = join(__dirname, 'results', nodesFile);

export const keepNodes = (costs: NodeCosts): void =>
	writeFileSync(kept, `${JSON.stringify(costs, null, '\t')}\n`);

/** What was kept; `null` before the first. */
export const keptNodes = (): NodeCosts | null =>
	existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as NodeCosts) : null;
