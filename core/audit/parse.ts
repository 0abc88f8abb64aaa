import { z } from 'zod';
import type { JsonObject } from '../delivery/types';
import { gateError } from '../errors';
import type { Connections, OnError, WorkflowJson, WorkflowNode } from './types';

const jsonObject = z.record(z.unknown()).transform((value) => value as JsonObject);

const nodeSchema = z.object({
	id: z.string().optional(),
	name: z.string().min(1),
	type: z.string().min(1),
	typeVersion: z.number().catch(1).default(1),
	position: z
		.tuple([z.number(), z.number()])
		.catch([0, 0])
		.default([0, 0] as [number, number]),
	parameters: jsonObject.default({}),
	credentials: jsonObject.optional(),
	disabled: z.boolean().nullish(),
	onError: z.string().nullish(),
	continueOnFail: z.boolean().nullish(),
	retryOnFail: z.boolean().nullish(),
	alwaysOutputData: z.boolean().nullish(),
	executeOnce: z.boolean().nullish(),
});

const connectionSchema = z.object({
	node: z.string(),
	type: z.string().default('main'),
	index: z.number().int().min(0).default(0),
});

const workflowSchema = z.object({
	id: z.union([z.string(), z.number()]).nullish(),
	name: z.string().nullish(),
	nodes: z.array(nodeSchema),
	connections: z.record(z.record(z.array(z.array(connectionSchema.nullable()).nullable()).nullable())),
	settings: jsonObject.nullish(),
	pinData: jsonObject.nullish(),
	active: z.boolean().nullish(),
	isArchived: z.boolean().nullish(),
});

const onErrorOf = (node: z.infer<typeof nodeSchema>): OnError => {
	if (node.onError === 'continueErrorOutput' || node.onError === 'continueRegularOutput') return node.onError;
	// n8n looks at the old flag as well: continuesOnError() in its workflow-execute.
	return node.continueOnFail === true ? 'continueRegularOutput' : 'stopWorkflow';
};

/**
 * Reads one workflow from parsed JSON. `source` names it in errors (a file, an id). Missing optional parts are
 * filled in; what the audit does not read is dropped. Throws `audit-not-a-workflow`, `audit-duplicate-node` or
 * `audit-broken-connection`.
 */
export function parseWorkflow(value: unknown, source: string): WorkflowJson {
	const parsed = workflowSchema.safeParse(value);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		const detail = issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown form';
		throw gateError('audit-not-a-workflow', { source, detail });
	}
	const raw = parsed.data;
	const names = new Set<string>();
	const nodes = raw.nodes.map((node): WorkflowNode => {
		// Notes have no connections, so theirs may repeat; exports in the wild do.
		const note = node.type === 'n8n-nodes-base.stickyNote';
		if (names.has(node.name) && !note) throw gateError('audit-duplicate-node', { source, node: node.name });
		names.add(node.name);
		return {
			id: node.id,
			name: node.name,
			type: node.type,
			typeVersion: node.typeVersion,
			position: node.position,
			parameters: node.parameters,
			credentials: node.credentials,
			disabled: node.disabled === true,
			onError: onErrorOf(node),
			retryOnFail: node.retryOnFail === true,
			alwaysOutputData: node.alwaysOutputData === true,
			executeOnce: node.executeOnce === true,
		};
	});
	const connections = cleanConnections(raw.connections, names, source);
	return {
		id: raw.id === null || raw.id === undefined ? undefined : String(raw.id),
		name: raw.name ?? source,
		nodes,
		connections,
		settings: raw.settings ?? {},
		pinData: raw.pinData ?? {},
		active: raw.active === true,
		archived: raw.isArchived === true,
	};
}

type RawConnections = z.infer<typeof workflowSchema>['connections'];

function cleanConnections(raw: RawConnections, names: ReadonlySet<string>, source: string): Connections {
	const result: Record<string, Record<string, { node: string; type: string; index: number }[][]>> = {};
	for (const [from, byType] of Object.entries(raw)) {
		// Left-overs of removed nodes lead nowhere: n8n never reads connections of a source it does not know.
		if (!names.has(from)) continue;
		const kept: Record<string, { node: string; type: string; index: number }[][]> = {};
		for (const [type, outputs] of Object.entries(byType)) {
			kept[type] = (outputs ?? []).map((targets) =>
				(targets ?? []).flatMap((target) => {
					if (target === null) return [];
					// n8n throws "Destination node not found" when an item takes such a connection.
					if (!names.has(target.node)) {
						throw gateError('audit-broken-connection', { source, from, to: target.node });
					}
					return [target];
				}),
			);
		}
		result[from] = kept;
	}
	return result;
}

/**
 * Reads every workflow in a JSON text: one workflow, a list of them (`n8n export:workflow --all`), or the
 * public API's `{ data: [...] }`. Throws `text-not-json` or what {@link parseWorkflow} throws.
 */
export function parseWorkflows(text: string, source: string): readonly WorkflowJson[] {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw gateError('text-not-json', { source }, error);
	}
	const found = workflowsIn(value, source);
	// Nothing audited is not the same as everything proven.
	if (found.length === 0) throw gateError('audit-not-a-workflow', { source, detail: 'the list is empty' });
	return found;
}

/** The same for a value that is parsed already; an empty list is none. */
export function workflowsIn(value: unknown, source: string): readonly WorkflowJson[] {
	if (Array.isArray(value)) {
		return value.map((entry: unknown, index) =>
			parseWorkflow(entry, value.length === 1 ? source : `${source} [${index}]`),
		);
	}
	if (typeof value === 'object' && value !== null && !('nodes' in value) && 'data' in value) {
		return workflowsIn(value.data, source);
	}
	return [parseWorkflow(value, source)];
}
