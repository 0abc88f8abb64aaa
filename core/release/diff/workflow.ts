import { classify } from '../../audit/classify';
import { OWN_PREFIX } from '../../audit/own-nodes';
import { EMPTY_POLICY } from '../../audit/policy';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { sameJson } from '../../delivery/canonical';
import type { Json, JsonObject } from '../../delivery/types';
import type { ObservedChange } from '../classify';
import { fieldsOf, reachOf } from './reach';

/** One difference between two versions of a workflow. */
export interface WorkflowChange {
	readonly kind: 'node-added' | 'node-removed' | 'parameter' | 'behaviour' | 'connections' | 'setting';
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
const SCHEDULES = /\.(scheduleTrigger|cron|interval)$/;
const PROMPT = /prompt|message|text|systemmessage|jsonbody|instructions|content|input/i;
const VENDOR = /^(url|model|modelid|resource|authentication|nodecredentialtype|endpoint)/i;

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

/** Settings of a spine, as the node that configures it has them. */
const SPINE: readonly (readonly [RegExp, string])[] = [
	[/^(every|anchor|timeZone|advanced\.(window|minimumGap))/, 'cadence'],
	[/^properties\.(critical|defaults|also)/, 'eligibility'],
	[/^properties/, 'hubspot-schema'],
	[/^advanced\.templateVersion/, 'email'],
	[/^(testRecipients|advanced\.dryRunLabel)/, 'observability'],
];

function ownSurface({ type, parameters }: WorkflowNode, path: string): string {
	if (type.endsWith('.dueDeliveries') && /filter|eligib|property|status/i.test(path)) return 'eligibility';
	if (type.endsWith('.release') && parameters.resource === 'spine')
		return SPINE.find(([pattern]) => pattern.test(path))?.[1] ?? 'delivery-logic';
	return 'delivery-logic';
}

function generatorSurface(path: string, keys: readonly string[]): string {
	const names = keys.length > 0 ? keys : [path];
	if (names.some((name) => VENDOR.test(name))) return 'vendors';
	return names.some((name) => PROMPT.test(name)) ? 'prompts' : 'generation';
}

/**
 * The surface a change of this parameter belongs to; by what the node does to the outside world.
 *
 * @param keys where inside an expression of the parameter, for a value that is put there
 */
function surfaceOf(
	node: WorkflowNode,
	workflow: WorkflowJson,
	path: string,
	keys: readonly string[] = [],
): string {
	if (node.type.startsWith(OWN_PREFIX)) return ownSurface(node, path);
	if (SCHEDULES.test(node.type)) return 'cadence';
	const { role } = classify(node, workflow, EMPTY_POLICY);
	switch (role) {
		case 'sender':
			return 'email';
		case 'generator':
			return generatorSurface(path, keys);
		case 'state-writer':
			return 'delivery-status';
		case 'notifier':
			return 'observability';
		default:
			return 'workflows';
	}
}

const named = (names: Iterable<string>): string => [...new Set(names)].sort().join(', ');

/** One entry for each surface on which a field that a node writes is looked at, in either version. */
function fieldChanges(
	writer: string,
	field: string,
	versions: readonly WorkflowJson[],
): readonly WorkflowChange[] {
	const change = { kind: 'parameter', where: writer, path: field } as const;
	const reached = versions.map((workflow) => ({ workflow, ...reachOf(workflow, writer, field) }));
	const wholes = named(reached.flatMap((one) => one.wholes));
	const surfaces = new Map<string, string[]>();
	for (const { workflow, readers } of reached)
		for (const { node, path, keys } of readers) {
			const surface = surfaceOf(node, workflow, path, keys);
			surfaces.set(surface, [...(surfaces.get(surface) ?? []), node.name]);
		}
	const known = [...surfaces].map(([surface, readers]): WorkflowChange => ({
		...change,
		surface,
		reach: `looked at by ${named(readers)}`,
	}));
	if (wholes !== '')
		return [
			...known.filter(({ surface }) => surface !== 'workflows'),
			{ ...change, surface: 'workflows', reach: `cannot be followed through ${wholes}` },
		];
	return known.length > 0
		? known
		: [{ ...change, surface: 'internal-comments', reach: 'nothing looks at it' }];
}

/** What changes of a node's parameters. Fields that a Set node writes are judged by who looks at them. */
function parameterChanges(
	[old, before]: readonly [WorkflowNode, WorkflowJson],
	[next, after]: readonly [WorkflowNode, WorkflowJson],
): readonly WorkflowChange[] {
	const [was, is] = [fieldsOf(old), fieldsOf(next)];
	const written = was !== null && is !== null;
	const others = differingPaths(old.parameters, next.parameters)
		.filter((path) => !written || !/^(assignments|jsonOutput)(\.|$)/.test(path))
		.map((path): WorkflowChange => ({
			kind: 'parameter',
			where: next.name,
			path,
			surface: surfaceOf(next, after, path),
		}));
	if (!written) return others;
	const fields = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
	return [...others, ...fields.sort().flatMap((name) => fieldChanges(next.name, name, [before, after]))];
}

const behaviourOf = (node: WorkflowNode): Json => ({
	type: node.type,
	typeVersion: node.typeVersion ?? null,
	disabled: node.disabled,
	onError: node.onError,
	retryOnFail: node.retryOnFail,
	alwaysOutputData: node.alwaysOutputData,
	executeOnce: node.executeOnce,
	credentials: Object.keys(node.credentials ?? {}).sort(),
});

const runs = (workflow: WorkflowJson): ReadonlyMap<string, WorkflowNode> =>
	new Map(workflow.nodes.filter(({ type }) => type !== STICKY).map((node) => [node.name, node]));

const settingSurface = (setting: string): string =>
	setting === 'timezone' ? 'cadence' : setting === 'errorWorkflow' ? 'observability' : 'workflows';

const completed = (workflow: WorkflowJson, knowledge: NodeKnowledge | undefined): WorkflowJson =>
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
 * notes and names of credentials do not count, nor what the editor drops because it equals the default, where the
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
		const behaviour = differingPaths(behaviourOf(old), behaviourOf(next)).flatMap((path) =>
			[...new Set([surfaceOf(next, after, path), 'workflows'])].map((surface): WorkflowChange => ({
				kind: 'behaviour',
				where: name,
				path,
				surface,
			})),
		);
		const parameters = parameterChanges([old, before], [next, after]);
		return [...behaviour, ...parameters];
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
		surface: settingSurface(where),
	}));
	return [...nodes, ...connections, ...settings];
}

const words: Readonly<Record<WorkflowChange['kind'], string>> = {
	'node-added': 'comes',
	'node-removed': 'goes',
	parameter: 'changes',
	behaviour: 'behaves otherwise',
	connections: 'leads elsewhere',
	setting: 'is set otherwise',
};

/** The surfaces of a diff, for the classification. */
export function observedIn(changes: readonly WorkflowChange[]): readonly ObservedChange[] {
	return changes.map(({ kind, where, path, surface, reach }) => ({
		surface,
		what: `${kind === 'setting' ? 'the setting' : 'the node'} ${where} ${words[kind]}${path === '' ? '' : ` (${path})`}${reach === undefined ? '' : `, ${reach}`}`,
	}));
}
