import { declaredText } from '../../audit/notes';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { sameJson } from '../../delivery/canonical';
import type { Json, JsonObject } from '../../delivery/types';
import type { ObservedChange } from '../classify';
import { fieldsOf, isNewCode, mayStop, type Field } from './fields';
import { reachOf } from './reach';
import { acts, surfaceOf } from './surface';

/** One difference between two versions of a workflow. */
export interface WorkflowChange {
	readonly kind:
		'node-added' | 'node-removed' | 'parameter' | 'behaviour' | 'connections' | 'setting' | 'declaration';
	/** The node, or the setting. */
	readonly where: string;
	/** Path of the parameter, e.g. `options.timeout`; empty where the whole thing is meant. */
	readonly path: string;
	readonly surface: string;
	/** Where a value that changes is looked at, in words; absent where the node itself is what changes. */
	readonly reach?: string;
}

/** What the diff may ask about kinds of nodes it does not know itself. */
export interface NodeKnowledge {
	/**
	 * The parameters of a node with the defaults of its type and version filled in and those left out that do not show,
	 * as n8n takes them when it runs it; `null` where the type is not known.
	 */
	readonly complete: (node: WorkflowNode) => JsonObject | null;
}

const STICKY = 'n8n-nodes-base.stickyNote';
const isPlain = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths at which two JSON values differ, depth first. A list that differs is named as a whole. */
export function differingPaths(before: unknown, after: unknown, path = ''): readonly string[] {
	if (isPlain(before) && isPlain(after)) {
		const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
		return keys.flatMap((key) =>
			differingPaths(before[key], after[key], path === '' ? key : `${path}.${key}`),
		);
	}
	return sameJson(before, after) ? [] : [path];
}

const named = (names: Iterable<string>): string => [...new Set(names)].sort().join(', ');

/** Surfaces on which nothing runs otherwise. */
const TOLD: readonly string[] = ['observability', 'internal-comments'];

/** One entry for each surface on which a field that a node writes is looked at, in either version. */
function fieldChanges(
	writer: string,
	field: string,
	versions: readonly WorkflowJson[],
	[was, is]: readonly [Field | undefined, Field | undefined],
): readonly WorkflowChange[] {
	const change = { kind: 'parameter', where: writer, path: field } as const;
	const reached = versions.map((workflow) => ({ workflow, ...reachOf(workflow, writer, field) }));
	const wholes = named(reached.flatMap((one) => one.wholes));
	const surfaces = new Map<string, string[]>();
	const add = (surface: string, reader: string): void =>
		void surfaces.set(surface, [...(surfaces.get(surface) ?? []), reader]);
	for (const { workflow, readers, unasked } of reached) {
		for (const { node, path, keys } of readers) add(surfaceOf(node, workflow, path, keys), node.name);
		for (const node of unasked) add(surfaceOf(node, workflow, ''), node.name);
	}
	const known = [...surfaces].map(([surface, readers]): WorkflowChange => ({
		...change,
		surface,
		reach: `looked at by ${named(readers)}`,
	}));
	const unread = wholes === '' && known.length === 0;
	const harmless = wholes === '' && known.every(({ surface }) => TOLD.includes(surface));
	const follows = versions.some((workflow) => acts(workflow, writer));
	return [
		...known.filter(({ surface }) => wholes === '' || surface !== 'workflows'),
		...(wholes === ''
			? []
			: [{ ...change, surface: 'workflows', reach: `cannot be followed through ${wholes}` }]),
		...(harmless && follows && mayStop(was, is)
			? [{ ...change, surface: 'workflows', reach: 'may stop the run where it is evaluated' }]
			: unread
				? [{ ...change, surface: 'internal-comments', reach: 'nothing looks at it' }]
				: []),
	];
}

/** A version of a workflow and a node in it. */
type Side = readonly [WorkflowNode, WorkflowJson];

/** The surfaces of a change of a node, by what it did and by what it does. */
const surfacesOf = (sides: readonly Side[], path: string): readonly string[] => [
	...new Set(sides.map(([node, workflow]) => surfaceOf(node, workflow, path))),
];

/** What changes of a node's parameters. Fields that a Set node writes are judged by who looks at them. */
function parameterChanges(sides: readonly [Side, Side]): readonly WorkflowChange[] {
	const [[old, before], [next, after]] = sides;
	const [was, is] = [fieldsOf(old), fieldsOf(next)];
	const written = was !== null && is !== null;
	const others = differingPaths(old.parameters, next.parameters)
		.filter((path) => !written || !/^(assignments|jsonOutput)(\.|$)/.test(path))
		.flatMap((path) =>
			surfacesOf(sides, path).map((surface): WorkflowChange => {
				const stops =
					TOLD.includes(surface) &&
					next.onError === 'stopWorkflow' &&
					acts(after) &&
					isNewCode(old.parameters, next.parameters);
				const change = { kind: 'parameter', where: next.name, path } as const;
				return stops
					? { ...change, surface: 'workflows', reach: 'may stop the run where it is evaluated' }
					: { ...change, surface };
			}),
		);
	if (!written) return others;
	const fields = [...new Set([...was.keys(), ...is.keys()])].filter(
		(name) => was.get(name)?.text !== is.get(name)?.text,
	);
	return [
		...others,
		...fields
			.sort()
			.flatMap((name) => fieldChanges(next.name, name, [before, after], [was.get(name), is.get(name)])),
	];
}

const idIn = (chosen: Json | undefined): Json => (isPlain(chosen) ? ((chosen.id as Json) ?? null) : null);

/** Kinds of a node's credentials; with the account where both versions name one. */
const credentialsOf = ({ credentials = {} }: WorkflowNode, other: WorkflowNode): Json =>
	Object.fromEntries(
		Object.entries(credentials).map(([type, chosen]): [string, Json] => [
			type,
			idIn(other.credentials?.[type]) === null ? 'chosen' : (idIn(chosen) ?? 'chosen'),
		]),
	);

/** How a node behaves beside its parameters. Tries are those of n8n-core (`WorkflowExecute.runNode`) where none are written. */
const behaviourOf = (node: WorkflowNode, other: WorkflowNode): Json => ({
	type: node.type,
	typeVersion: node.typeVersion ?? null,
	disabled: node.disabled,
	onError: node.onError,
	retryOnFail: node.retryOnFail,
	maxTries: node.retryOnFail ? (node.maxTries ?? 3) : null,
	waitBetweenTries: node.retryOnFail ? (node.waitBetweenTries ?? 1000) : null,
	alwaysOutputData: node.alwaysOutputData,
	executeOnce: node.executeOnce,
	credentials: credentialsOf(node, other),
});

const runs = (workflow: WorkflowJson): ReadonlyMap<string, WorkflowNode> =>
	new Map(workflow.nodes.filter(({ type }) => type !== STICKY).map((node) => [node.name, node]));

/** An error workflow where there was none watches; another one, or none any more, runs in its place. */
const settingSurface = (setting: string, before: Json | undefined): string =>
	setting === 'timezone'
		? 'cadence'
		: setting === 'errorWorkflow' && (before ?? '') === ''
			? 'observability'
			: 'workflows';

/** A workflow with the defaults of its nodes filled in, where their types are known. */
export const completed = (workflow: WorkflowJson, knowledge: NodeKnowledge | undefined): WorkflowJson =>
	knowledge === undefined
		? workflow
		: {
				...workflow,
				nodes: workflow.nodes.map((node) => ({
					...node,
					parameters: knowledge.complete(node) ?? node.parameters,
				})),
			};

/**
 * What changes from one version of a workflow to another, node by node and parameter by parameter. Positions, ids,
 * notes without declarations, pinned data and names of credentials do not count, nor what the editor drops because it equals the default, where the
 * node's type is known. A node that comes, goes or changes its kind, and every connection, change the surface
 * `workflows` besides the node's own; a value in a Set node changes the surfaces of those that look at it.
 */
export function diffWorkflows(
	production: WorkflowJson,
	released: WorkflowJson,
	knowledge?: NodeKnowledge,
): readonly WorkflowChange[] {
	const [before, after] = [completed(production, knowledge), completed(released, knowledge)];
	const [from, to] = [runs(before), runs(after)];
	const nodes = [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name): WorkflowChange[] => {
		const [old, next] = [from.get(name), to.get(name)];
		if (!old || !next) {
			const kind = old ? ('node-removed' as const) : ('node-added' as const);
			const own = old ? surfaceOf(old, before, '') : next ? surfaceOf(next, after, '') : 'workflows';
			return [...new Set([own, 'workflows'])].map((surface) => ({ kind, where: name, path: '', surface }));
		}
		const sides = [
			[old, before],
			[next, after],
		] as const;
		const behaviour = differingPaths(behaviourOf(old, next), behaviourOf(next, old)).flatMap((path) =>
			[...new Set([...surfacesOf(sides, path), 'workflows'])].map((surface): WorkflowChange => ({
				kind: 'behaviour',
				where: name,
				path,
				surface,
			})),
		);
		return [...behaviour, ...parameterChanges(sides)];
	});
	const sources = [
		...new Set([...Object.keys(before.connections), ...Object.keys(after.connections)]),
	].sort();
	const connections = sources
		.filter((name) => differingPaths(before.connections[name], after.connections[name]).length > 0)
		.map((where): WorkflowChange => ({ kind: 'connections', where, path: '', surface: 'workflows' }));
	const settings = differingPaths(before.settings, after.settings).map((where): WorkflowChange => ({
		kind: 'setting',
		where,
		path: '',
		surface: settingSurface(where, before.settings[where]),
	}));
	const declared = sameJson(declaredText(before), declaredText(after))
		? []
		: [{ kind: 'declaration', where: 'notes', path: '', surface: 'workflows' } as const];
	return [...nodes, ...connections, ...settings, ...declared];
}

const words: Readonly<Record<WorkflowChange['kind'], string>> = {
	'node-added': 'comes',
	'node-removed': 'goes',
	parameter: 'changes',
	behaviour: 'behaves otherwise',
	connections: 'leads elsewhere',
	setting: 'is set otherwise',
	declaration: 'declare otherwise to the audit',
};

const subjects: Partial<Record<WorkflowChange['kind'], string>> = {
	setting: 'the setting',
	declaration: 'the',
};

/** A difference in words, without the values. */
export const changeText = ({ kind, where, path, reach }: WorkflowChange): string =>
	`${subjects[kind] ?? 'the node'} ${where} ${words[kind]}${path === '' ? '' : ` (${path})`}${reach === undefined ? '' : `, ${reach}`}`;

/** The surfaces of a diff, for the classification. */
export const observedIn = (changes: readonly WorkflowChange[]): readonly ObservedChange[] =>
	changes.map((change) => ({ surface: change.surface, what: changeText(change) }));
