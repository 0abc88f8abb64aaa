import type { JsonObject } from '../delivery/types';
import { alike, isObject, type Fields } from './alike';
import { renamed, renamesIn } from './rename';
import type { SetupNode, SetupWorkflow } from './types';

/** Something that was changed on both sides: yours stays, and a person may look. */
export interface Conflict {
	/** Name of the node; empty for the workflow itself. */
	readonly node: string;
	/** What of it, e.g. `parameters.jsCode`, `connections`, `removed`. */
	readonly what: string;
	readonly sentence: string;
}

/** What became of a merge. */
export interface Merged {
	readonly workflow: SetupWorkflow;
	readonly conflicts: readonly Conflict[];
}

/** Lists whose entries have names of their own (`assignments`, `conditions`): merged by name, like fields. */
function keyed(list: unknown): Fields | null {
	if (!Array.isArray(list)) return null;
	const names = list.map((one: unknown) => (isObject(one) ? (one.name ?? one.id) : undefined));
	if (names.some((name) => typeof name !== 'string') || new Set(names).size !== names.length) return null;
	return Object.fromEntries(list.map((one: unknown, at) => [String(names[at]), one]));
}

/** Three values of one place: what shipped then, what ships now, what is there. */
interface Three {
	readonly then: unknown;
	readonly now: unknown;
	readonly yours: unknown;
}

/** Merges one value. Where both sides changed it, in different ways, yours stays and `clash` is told the path. */
function merge(three: Three, path: string, clash: (path: string) => void): unknown {
	const { then, now, yours } = three;
	if (alike(yours, then)) return now;
	if (alike(now, then) || alike(now, yours)) return yours;
	const lists = [then, now, yours].map(keyed);
	const [a, b, c] = lists;
	if (a && b && c) return Object.values(fields({ then: a, now: b, yours: c }, path, clash));
	if (isObject(now) && isObject(yours) && (isObject(then) || then === undefined))
		return fields({ then: then ?? {}, now, yours }, path, clash);
	clash(path);
	return yours;
}

function fields(
	{ then, now, yours }: { readonly then: Fields; readonly now: Fields; readonly yours: Fields },
	path: string,
	clash: (path: string) => void,
): Fields {
	const keys = [...new Set([...Object.keys(yours), ...Object.keys(now)])];
	return Object.fromEntries(
		keys.flatMap((key) => {
			const at = path === '' ? key : `${path}.${key}`;
			const value = merge({ then: then[key], now: now[key], yours: yours[key] }, at, clash);
			return value === undefined ? [] : [[key, value] as const];
		}),
	);
}

/** Fields that n8n gives a node of its own accord. */
const OF_N8N: ReadonlySet<string> = new Set(['id', 'webhookId', 'createdAt', 'updatedAt']);

const own = (node: SetupNode): Fields =>
	Object.fromEntries(Object.entries(node).filter(([key]) => !OF_N8N.has(key)));

const byName = (nodes: readonly SetupNode[]): ReadonlyMap<string, SetupNode> =>
	new Map(nodes.map((node) => [node.name, node]));

/** Where each output of a node leads: `node \u0000 type \u0000 output` to the targets as text. */
function outputsOf(connections: JsonObject): ReadonlyMap<string, ReadonlySet<string>> {
	const found = new Map<string, ReadonlySet<string>>();
	for (const [node, types] of Object.entries(connections))
		for (const [type, outputs] of Object.entries(isObject(types) ? types : {}))
			for (const [at, targets] of (Array.isArray(outputs) ? outputs : []).entries()) {
				const listed = (Array.isArray(targets) ? targets : []).map((target: unknown) =>
					JSON.stringify(target, ['node', 'type', 'index']),
				);
				if (listed.length > 0) found.set([node, type, at].join('\u0000'), new Set(listed));
			}
	return found;
}

const none: ReadonlySet<string> = new Set();
const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
	a.size === b.size && [...a].every((one) => b.has(one));

/** Nodes from or to which somebody laid a way of their own. */
function newlyLed(then: SetupWorkflow, yours: SetupWorkflow): ReadonlySet<string> {
	const [before, mine] = [outputsOf(then.connections), outputsOf(yours.connections)];
	return new Set(
		[...mine].flatMap(([key, targets]) => {
			const known = before.get(key) ?? none;
			const fresh = [...targets].filter((one) => !known.has(one));
			const [from = ''] = key.split('\u0000');
			return fresh.length === 0
				? []
				: [from, ...fresh.map((one) => (JSON.parse(one) as { node: string }).node)];
		}),
	);
}

function mergedNodes(
	then: SetupWorkflow,
	now: SetupWorkflow,
	yours: SetupWorkflow,
	conflicts: Conflict[],
): SetupNode[] {
	const [a, b] = [byName(then.nodes), byName(now.nodes)];
	const led = newlyLed(then, yours);
	const kept = yours.nodes.flatMap((node): SetupNode[] => {
		const { name } = node;
		const [before, after] = [a.get(name), b.get(name)];
		if (before === undefined && after === undefined) return [node];
		if (before === undefined && after !== undefined) {
			if (alike(own(after), own(node))) return [node];
			conflicts.push({
				node: name,
				what: 'added',
				sentence: `The template has a new node "${name}", and so have you: yours stays.`,
			});
			return [node];
		}
		if (before !== undefined && after === undefined) {
			if (alike(own(before), own(node)) && !led.has(name)) return [];
			conflicts.push({
				node: name,
				what: 'removed',
				sentence: `The template no longer has "${name}", which you changed or led elsewhere: yours stays.`,
			});
			return [node];
		}
		const result = fields(
			{ then: own(before as SetupNode), now: own(after as SetupNode), yours: own(node) },
			'',
			(what) =>
				conflicts.push({
					node: name,
					what,
					sentence: `"${name}": ${what} was changed by you and by the template; yours stays.`,
				}),
		);
		return [{ ...node, ...result }];
	});
	const there = byName(yours.nodes);
	for (const node of now.nodes) {
		const before = a.get(node.name);
		if (there.has(node.name)) continue;
		if (before === undefined) kept.push(node);
		else if (!alike(own(before), own(node)))
			conflicts.push({
				node: node.name,
				what: 'deleted',
				sentence: `You deleted "${node.name}", which the template changed: it stays deleted.`,
			});
	}
	return kept;
}

/** The targets of each output, merged as wholes: a way that both sides laid anew is never laid twice. */
function mergedConnections(
	then: SetupWorkflow,
	now: SetupWorkflow,
	yours: SetupWorkflow,
	nodes: readonly SetupNode[],
	conflicts: Conflict[],
): JsonObject {
	const [a, b, c] = [then, now, yours].map(({ connections }) => outputsOf(connections)) as [
		ReadonlyMap<string, ReadonlySet<string>>,
		ReadonlyMap<string, ReadonlySet<string>>,
		ReadonlyMap<string, ReadonlySet<string>>,
	];
	const there = new Set(nodes.map(({ name }) => name));
	const result: Record<string, Record<string, object[][]>> = {};
	for (const key of [...new Set([...c.keys(), ...b.keys()])].sort()) {
		const [node = '', type = '', at = '0'] = key.split('\u0000');
		if (!there.has(node)) continue;
		const [before, after, mine] = [a.get(key) ?? none, b.get(key) ?? none, c.get(key) ?? none];
		const untouched = equal(mine, before);
		const targets = untouched ? after : mine;
		if (!untouched && !equal(after, before) && !equal(after, mine))
			conflicts.push({
				node,
				what: 'connections',
				sentence: `Output ${Number(at) + 1} of "${node}" was led elsewhere by you and by the template; yours stays.`,
			});
		const listed = [...targets]
			.map((one) => JSON.parse(one) as { node: string })
			.filter((target) => there.has(target.node));
		if (listed.length === 0) continue;
		const outputs = ((result[node] ??= {})[type] ??= []);
		while (outputs.length <= Number(at)) outputs.push([]);
		outputs[Number(at)] = listed;
	}
	return result as unknown as JsonObject;
}

/**
 * Brings what changed in a template into a workflow that people have changed, node by node and field by field: what only one side
 * changed is taken, what both changed stays as it is and is listed. Nodes that somebody renamed are followed. Nothing of yours is lost;
 * with nothing changed on your side the result is the template, with nothing changed in the template it is yours.
 */
export function mergeTemplate(then: SetupWorkflow, now: SetupWorkflow, yours: SetupWorkflow): Merged {
	const renames = renamesIn(then, yours);
	const [before, after] = [renamed(then, renames), renamed(now, renames)];
	const conflicts: Conflict[] = [];
	const nodes = mergedNodes(before, after, yours, conflicts);
	const connections = mergedConnections(before, after, yours, nodes, conflicts);
	const clash = (what: string): void =>
		void conflicts.push({
			node: '',
			what,
			sentence: `${what} was changed by you and by the template; yours stays.`,
		});
	const name = merge({ then: before.name, now: after.name, yours: yours.name }, 'name', clash);
	const settings = fields(
		{ then: before.settings, now: after.settings, yours: yours.settings },
		'settings',
		clash,
	);
	return {
		workflow: { name: String(name), nodes, connections, settings: settings as JsonObject },
		conflicts,
	};
}
