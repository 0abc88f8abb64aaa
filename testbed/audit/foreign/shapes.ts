import { BASE, insert, link, node } from '../edit';
import type { SpineNode } from '../spine';
import type { Change } from './table';

/** Outputs of the claim that hand on what it does not grant. */
export const REFUSALS = [
	['Claim delivery', 0],
	['Claim delivery', 2],
] as const;
/** Where what was granted ends. */
export const ENDS = [
	['Commit delivery', 0],
	['Commit delivery', 1],
	['Fail delivery', 0],
	['Fail delivery', 1],
] as const;

/** A Loop Over Items node. */
export const loop = (name: string, more: Partial<SpineNode> = {}, version = 3) =>
	node(name, `${BASE}splitInBatches`, { options: {} }, more, version);

/** A loop over single items around claim, text and send, led back from every end, or through `by`. */
export const looped =
	(by?: SpineNode): Change =>
	(workflow) => {
		insert(workflow, 'Route deliveries', 1, loop('Loop'), 1);
		if (by) {
			workflow.nodes.push(by);
			link(workflow, by.name, 0, 'Loop');
		}
		for (const [from, output] of [...REFUSALS, ...ENDS]) link(workflow, from, output, by?.name ?? 'Loop');
	};

/** A node of n8n-nodes-base. */
export const base = (name: string, type: string, parameters: Record<string, unknown> = {}, version = 1) =>
	node(name, BASE + type, parameters, {}, version);

type Assigned = readonly [name: string, value: unknown, type?: string];
/** Fields of an Edit Fields node, all others kept. */
export const fields = (...given: readonly Assigned[]) => ({
	assignments: {
		assignments: given.map(([name, value, type = 'string']) => ({ id: name, name, type, value })),
	},
	includeOtherFields: true,
	options: {},
});
/** An Edit Fields node. */
export const edited = (name: string, ...given: readonly Assigned[]) =>
	node(name, `${BASE}set`, fields(...given), {}, 3.4);

/** Behind the claim, with nothing that catches an error. */
export const bare =
	(added: SpineNode, leaves = 0): Change =>
	(workflow) =>
		insert(workflow, 'Claim delivery', 1, added, leaves);
