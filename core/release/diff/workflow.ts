import { classify } from '../../audit/classify';
import { OWN_PREFIX } from '../../audit/own-nodes';
import { EMPTY_POLICY } from '../../audit/policy';
import type { WorkflowJson, WorkflowNode } from '../../audit/types';
import { sameJson } from '../../delivery/canonical';
import type { Json } from '../../delivery/types';
import type { ObservedChange } from '../classify';

/** One difference between two versions of a workflow. */
export interface WorkflowChange {
	readonly kind: 'node-added' | 'node-removed' | 'parameter' | 'behaviour' | 'connections' | 'setting';
	/** The node, or the setting. */
	readonly where: string;
	/** Path of the parameter, e.g. `options.timeout`; empty where the whole thing is meant. */
	readonly path: string;
	readonly surface: string;
}

const STICKY = 'n8n-nodes-base.stickyNote';
const SCHEDULES = /\.(scheduleTrigger|cron|interval)$/;
const PROMPT = /prompt|message|text|systemmessage|jsonbody|instructions/i;
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

/** The surface a change of this parameter belongs to; by what the node does to the outside world. */
function surfaceOf(node: WorkflowNode, workflow: WorkflowJson, path: string): string {
	if (node.type.startsWith(OWN_PREFIX)) {
		const eligibility = node.type.endsWith('.dueDeliveries') && /filter|eligib|property|status/i.test(path);
		return eligibility ? 'eligibility' : 'delivery-logic';
	}
	if (SCHEDULES.test(node.type)) return 'cadence';
	const { role } = classify(node, workflow, EMPTY_POLICY);
	switch (role) {
		case 'sender':
			return 'email';
		case 'generator':
			return VENDOR.test(path) ? 'vendors' : PROMPT.test(path) ? 'prompts' : 'generation';
		case 'state-writer':
			return 'delivery-status';
		case 'notifier':
			return 'observability';
		default:
			return 'workflows';
	}
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

/**
 * What changes from one version of a workflow to another, node by node and parameter by parameter. Positions, ids,
 * notes and names of credentials do not count. A node that comes, goes or changes its kind, and every connection,
 * change the surface `workflows` besides the node's own.
 */
export function diffWorkflows(before: WorkflowJson, after: WorkflowJson): readonly WorkflowChange[] {
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
		const parameters = differingPaths(old.parameters, next.parameters).map((path): WorkflowChange => ({
			kind: 'parameter',
			where: name,
			path,
			surface: surfaceOf(next, after, path),
		}));
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
	return changes.map(({ kind, where, path, surface }) => ({
		surface,
		what: `${kind === 'setting' ? 'the setting' : 'the node'} ${where} ${words[kind]}${path === '' ? '' : ` (${path})`}`,
	}));
}
