import { parseWorkflow } from '../../../../core/audit';
import { higherClass } from '../../../../core/release/classify';
import { diffWorkflows, observedIn } from '../../../../core/release/diff/workflow';
import type { RiskClass } from '../../../../core/release/policy/schema';
import { preset } from '../../../support/release';
import { readTemplate } from '../../../workflows/template';

/** An exported workflow that may be edited. */
export interface Copy {
	nodes: (Record<string, unknown> & { name: string; type: string; parameters: Record<string, unknown> })[];
	connections: Record<string, Record<string, ({ node: string; type: string; index: number }[] | null)[]>>;
	settings: Record<string, unknown>;
	[other: string]: unknown;
}
export type Edit = (copy: Copy) => void;

const policy = preset('quiet-content-delivery');
const known = new Map(policy.surfaces.map((surface) => [surface.id, surface.class]));

/** A template as it is shipped, as a copy of its own. */
export const shipped = (file: string): Copy => JSON.parse(JSON.stringify(readTemplate(file))) as Copy;

/** The class under the quiet-content-delivery preset of what two edits of a workflow differ by. */
export function classBetween(base: Copy, edit: Edit, first: Edit = () => undefined): RiskClass {
	const [before, after] = [structuredClone(base), structuredClone(base)];
	first(before);
	first(after);
	edit(after);
	const observed = observedIn(diffWorkflows(parseWorkflow(before, 'before'), parseWorkflow(after, 'after')));
	return observed.reduce<RiskClass>(
		(cls, { surface }) => higherClass(cls, known.get(surface) ?? policy.unsureClass),
		'safe',
	);
}

/** The node of a name. */
export function nodeOf(copy: Copy, name: string): Copy['nodes'][number] {
	const node = copy.nodes.find((one) => one.name === name);
	if (!node) throw new Error(`no node ${name}`);
	return node;
}

/** Sets a parameter of a node. */
export const set =
	(name: string, path: string, value: unknown): Edit =>
	(copy) => {
		const keys = path.split('.');
		const last = keys.pop() ?? '';
		let at: Record<string, unknown> = nodeOf(copy, name).parameters;
		for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
		at[last] = value;
	};

/** Sets something of a node beside its parameters. */
export const put =
	(name: string, more: Record<string, unknown>): Edit =>
	(copy) =>
		void Object.assign(nodeOf(copy, name), more);

/** Writes a value of a Set node, anew where there is none. */
export const assign =
	(name: string, field: string, value: unknown, type?: string): Edit =>
	(copy) => {
		const { assignments } = nodeOf(copy, name).parameters.assignments as {
			assignments: { id: string; name: string; value: unknown; type: string }[];
		};
		const found = assignments.find((one) => one.name === field);
		if (found) Object.assign(found, { value, type: type ?? found.type });
		else assignments.push({ id: field, name: field, value, type: type ?? 'string' });
	};

/** Adds a node behind an output of another, leading to what that output led to. */
export const insert =
	(after: string, output: number, node: Record<string, unknown> & { name: string; type: string }): Edit =>
	(copy) => {
		const outputs = copy.connections[after]?.main ?? [];
		while (outputs.length < output) outputs.push([]);
		copy.nodes.push({
			position: [0, 0],
			parameters: {},
			...structuredClone(node),
		});
		copy.connections[node.name] = { main: [outputs[output] ?? []] };
		outputs[output] = [{ node: node.name, type: 'main', index: 0 }];
		copy.connections[after] = { main: outputs };
	};

/** A Set node of one text. */
export const setNode = (name: string, field: string, value: unknown, more: object = {}) => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: { assignments: [{ id: field, name: field, value, type: 'string' }] },
		includeOtherFields: true,
		...more,
	},
});

/** A Slack node that tells somebody. */
export const alert = (name: string, text: string, more: object = {}) => ({
	name,
	type: 'n8n-nodes-base.slack',
	typeVersion: 2.3,
	parameters: { resource: 'message', operation: 'post', text },
	...more,
});

/** One edit after another. */
export const both =
	(...edits: readonly Edit[]): Edit =>
	(copy) =>
		edits.forEach((edit) => edit(copy));
