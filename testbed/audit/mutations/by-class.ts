import { find, insert, link, node, BASE } from '../edit';
import type { SpineWorkflow } from '../spine';
import { isTrigger } from './kinds';
import { mutants, type Mutant } from '../mutants';
import { CHANGED, WHOLE } from './changed';
import { INSERTED } from './inserted';

/** A workflow with one mistake, and the class of mistakes it belongs to. */
export interface ClassMutant extends Mutant {
	/** Number of the class, 1 to 16; 0 for connections. */
	readonly is: number;
}

/**
 * Every mutant of a workflow: what may stand in each of its connections, what may be wrong with each of its nodes and
 * settings, and what may be wrong with its connections (`mutants.ts`), in a fixed order.
 */
export function classMutants(make: () => SpineWorkflow, sendUrl: string, crmUrl: string): ClassMutant[] {
	const found: ClassMutant[] = [];
	const base = make();
	// Notes are no steps.
	const steps = base.nodes.filter(({ type }) => type !== `${BASE}stickyNote`);
	const add = (is: number, operator: string, what: string, change: (all: SpineWorkflow) => boolean): void => {
		const workflow = structuredClone(base);
		if (change(workflow)) found.push({ is, operator, what, workflow });
	};
	const edges = Object.entries(base.connections).flatMap(([from, { main }]) =>
		main.flatMap((targets, output) => (targets.length > 0 ? [{ from, output, to: targets }] : [])),
	);
	for (const [is, what, added, leaves] of INSERTED)
		for (const { from, output, to } of edges)
			add(is, what, `behind ${from} (${output})`, (all) => {
				insert(all, from, output, added(), leaves);
				if (/\.splitInBatches$/.test(find(all, 'Mutant').type) && leaves === 1)
					for (const { node: target } of to) link(all, target, 0, 'Mutant');
				return true;
			});
	for (const { from, output, to } of edges)
		for (const { node: target, index } of to) {
			add(5, 'a connection twice', `${from} (${output}) to ${target}`, (all) => {
				link(all, from, output, target, index);
				return true;
			});
			add(2, 'the second input', `${from} (${output}) to ${target}`, (all) => {
				for (const one of all.connections[from]?.main[output] ?? []) if (one.node === target) one.index = 1;
				return true;
			});
		}
	for (const [is, what, change] of CHANGED)
		for (const { name } of steps) add(is, what, name, (all) => change(find(all, name), all));
	for (const { name } of steps.filter((one) => !isTrigger(one)))
		add(12, 'another way in', name, (all) => {
			all.nodes.push(node('Mutant', `${BASE}manualTrigger`));
			link(all, 'Mutant', 0, name);
			return true;
		});
	for (const [is, what, change] of WHOLE)
		add(is, what, 'the workflow', (all) => {
			change(all);
			return true;
		});
	const connections = mutants(make, sendUrl, crmUrl).filter(({ operator }) => CONNECTIONS.has(operator));
	return [...found, ...connections.map((one) => ({ ...one, is: 0 }))];
}

/** What `mutants.ts` does to connections alone; the rest stands above. */
const CONNECTIONS = new Set(['remove', 'bypass', 'reorder', 'rewire', 'swap branch', 'side path', 'insert']);
