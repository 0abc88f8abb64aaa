import { z } from 'zod';
import type { JsonObject } from '../delivery/types';
import { gateError, ReleaseGateError } from '../errors';
import type { Connections, OnError, WorkflowJson, WorkflowNode } from './types';

const jsonObject = z.record(z.unknown()).transform((value) => value as JsonObject);

const nodeSchema = z.object({
	id: z.string().optional(),
	name: z.string().min(1),
	type: z.string().min(1),
	// n8n saves numbers; a text or nothing is read as no version at all.
	typeVersion: z.number().optional().catch(undefined),
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
	maxTries: z.number().nullish().catch(undefined),
	waitBetweenTries: z.number().nullish().catch(undefined),
	alwaysOutputData: z.boolean().nullish(),
	executeOnce: z.boolean().nullish(),
	notes: z.string().nullish().catch(undefined),
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
	const bounded = withinBounds(value, source);
	const parsed = workflowSchema.safeParse(bounded);
	if (!parsed.success) {
		const issue = parsed.error.issues[0];
		const detail = issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'unknown form';
		throw gateError('audit-not-a-workflow', { source, detail });
	}
	const raw = parsed.data;
	const names = new Set<string>();
	const nodes = raw.nodes.map((node): WorkflowNode => {
		if (node.name === '__proto__')
			throw gateError('audit-not-a-workflow', { source, detail: "a node is named '__proto__'" });
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
			...(typeof node.maxTries === 'number' ? { maxTries: node.maxTries } : {}),
			...(typeof node.waitBetweenTries === 'number' ? { waitBetweenTries: node.waitBetweenTries } : {}),
			alwaysOutputData: node.alwaysOutputData === true,
			executeOnce: node.executeOnce === true,
			...(node.notes ? { notes: node.notes } : {}),
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
	return unbroken(readWorkflows(text, source));
}

/** The workflows of a file, and what could not be read in it: one bad workflow does not hide the others. */
export interface ReadWorkflows {
	readonly workflows: readonly WorkflowJson[];
	readonly unreadable: readonly ReleaseGateError[];
}

/** Like {@link parseWorkflows}, but a workflow that cannot be read is told beside the others. Throws `text-not-json`. */
export function readWorkflows(text: string, source: string): ReadWorkflows {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw gateError('text-not-json', { source }, error);
	}
	const found = readWorkflowsIn(value, source);
	// Nothing audited is not the same as everything proven.
	if (found.workflows.length + found.unreadable.length === 0) {
		throw gateError('audit-not-a-workflow', { source, detail: 'the list is empty' });
	}
	return found;
}

/** The same for a value that is parsed already; an empty list is none. */
export function readWorkflowsIn(value: unknown, source: string): ReadWorkflows {
	const entries = entriesIn(value, source);
	const workflows: WorkflowJson[] = [];
	const unreadable: ReleaseGateError[] = [];
	for (const [entry, name] of entries) {
		try {
			workflows.push(parseWorkflow(entry, name));
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			unreadable.push(error);
		}
	}
	return { workflows, unreadable };
}

function unbroken({ workflows, unreadable }: ReadWorkflows): readonly WorkflowJson[] {
	const [first] = unreadable;
	if (first) throw first;
	return workflows;
}

function entriesIn(value: unknown, source: string): (readonly [entry: unknown, source: string])[] {
	if (Array.isArray(value)) {
		return value.map(
			(entry: unknown, index) => [entry, value.length === 1 ? source : `${source} [${index}]`] as const,
		);
	}
	if (
		typeof value === 'object' &&
		value !== null &&
		!('nodes' in value) &&
		'data' in value &&
		Array.isArray(value.data)
	) {
		return entriesIn(value.data, source);
	}
	return [[value, source]];
}

/** Levels of nesting a workflow may have: n8n's own parameters stay below twenty. */
const DEEPEST = 200;
const ANY_HALF = /[\ud800-\udfff]/;
const HALF = /\p{Surrogate}/u;
/** The first pattern is quick, and most texts hold no pair at all. */
const hasHalf = (text: string): boolean => ANY_HALF.test(text) && HALF.test(text);

/**
 * The value, refused beyond {@link DEEPEST} levels, with halves of surrogate pairs replaced: canonical JSON has no
 * form for them, and a text cut in the middle of an emoji is no reason not to look at a workflow.
 */
function withinBounds(value: unknown, source: string): unknown {
	let halves = false;
	const open: unknown[] = [value];
	const levels: number[] = [0];
	for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
		const one = open.pop();
		if (typeof one === 'string') halves ||= hasHalf(one);
		if (typeof one !== 'object' || one === null) continue;
		if (level > DEEPEST) {
			throw gateError('audit-not-a-workflow', {
				source,
				detail: `it is nested deeper than ${DEEPEST} levels`,
			});
		}
		for (const key of Object.keys(one)) {
			halves ||= hasHalf(key);
			open.push((one as Record<string, unknown>)[key]);
			levels.push(level + 1);
		}
	}
	return halves ? mended(value) : value;
}

function mended(value: unknown): unknown {
	if (typeof value === 'string') {
		return value.replace(/\p{Surrogate}/gu, (half) => `\ufffd${half.charCodeAt(0).toString(16)}`);
	}
	if (Array.isArray(value)) return value.map(mended);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]: [string, unknown]) => [mended(key) as string, mended(inner)]),
	);
}

/** The same for a value that is parsed already; throws at the first that cannot be read. */
export function workflowsIn(value: unknown, source: string): readonly WorkflowJson[] {
	return unbroken(readWorkflowsIn(value, source));
}
