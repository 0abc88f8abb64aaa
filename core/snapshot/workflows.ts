import { sameJson } from '../delivery/canonical';
import { z } from 'zod';
import { parseWorkflow } from '../audit/parse';
import type { WorkflowJson } from '../audit/types';
import type { WorkflowGraph, WorkflowState } from '../audit/workflow-state';
import type { JsonObject } from '../delivery/types';
import { diffWorkflows, type WorkflowChange } from '../release/diff/workflow';
import { at, rowsOf, type DiffRow } from './diff';
import { partRef } from './documents';
import { threeWay, type Left } from './left';
import { json, jsonObject } from '../delivery/json';

const graphSchema = z.object({ nodes: z.array(json), connections: jsonObject });
const versionSchema = graphSchema.extend({ versionId: z.string() });

/** A workflow as captured. */
export const workflowState: z.ZodType<WorkflowState, z.ZodTypeDef, unknown> = z.object({
	id: z.string(),
	name: z.string(),
	settings: jsonObject,
	draft: versionSchema,
	published: versionSchema.nullable(),
});
export const heldWorkflows = z.array(workflowState);

/** A workflow a release writes; the states are kept as parts. */
export const workflowEntry = z.object({
	id: z.string(),
	/** Version to publish, once known; `null` when only settings change. */
	wanted: z.string().nullable(),
	settings: jsonObject,
	before: partRef,
	/** `null` until it was read back. */
	written: partRef.nullable(),
});
export type WorkflowEntry = Readonly<z.infer<typeof workflowEntry>>;

/** A workflow a release wrote, with its states: before, and as it was read back. */
export interface WrittenWorkflow {
	readonly id: string;
	readonly before: WorkflowState;
	readonly written: WorkflowState;
}

/** One workflow that is put back. */
export interface WorkflowStep {
	readonly id: string;
	/** Version to publish; `unpublish` if nothing was published before; `null` if the published one stays. */
	readonly publish: { readonly version: string } | 'unpublish' | null;
	/** What was published before, in case the instance has pruned the version. */
	readonly graph: WorkflowGraph | null;
	/** Settings to save; `null` if they stay. */
	readonly settings: JsonObject | null;
	/** Draft to save back; `null` if it stays. */
	readonly draft: WorkflowGraph | null;
}

const graphOf = (version: WorkflowGraph | null): WorkflowGraph | null =>
	version && { nodes: version.nodes, connections: version.connections };

/**
 * A restore is a publish, not an edit: the version that was published before is published again if what runs now is
 * what the release published. Settings have no versions and are put back one by one, by the same rule.
 */
export function planWorkflows(
	entries: readonly WrittenWorkflow[],
	current: ReadonlyMap<string, WorkflowState | null>,
): { readonly steps: readonly WorkflowStep[]; readonly left: readonly Left[] } {
	const steps: WorkflowStep[] = [];
	const left: Left[] = [];
	for (const { id, before, written } of entries) {
		const now = current.get(id);
		if (!now) {
			left.push({ what: `workflow ${id}`, reason: 'gone' });
			continue;
		}
		let publish: WorkflowStep['publish'] = null;
		if (!sameJson(graphOf(now.published), graphOf(before.published))) {
			if (now.published?.versionId === written.published?.versionId)
				publish = before.published ? { version: before.published.versionId } : 'unpublish';
			else left.push({ what: `workflow ${id}: published version`, reason: 'changed-by-someone' });
		}
		const settings = threeWay(before.settings, written.settings, now.settings, `workflow ${id}: `);
		left.push(...settings.left);
		const drafted = !sameJson(graphOf(before.draft), graphOf(written.draft));
		const ours = drafted && now.draft.versionId === written.draft.versionId;
		if (drafted && !ours && !sameJson(graphOf(now.draft), graphOf(before.draft)))
			left.push({ what: `workflow ${id}: draft`, reason: 'changed-by-someone' });
		// What is taken back would be one click from being published again: the editor shows what runs, and n8n's version
		// history keeps the other one. A draft that somebody went on with stays.
		const lures =
			publish !== null &&
			!drafted &&
			sameJson(graphOf(now.draft), graphOf(written.published)) &&
			before.published !== null;
		const draft = ours ? graphOf(before.draft) : lures ? graphOf(before.published) : null;
		const graph = graphOf(before.published);
		if (publish !== null || settings.changed || draft)
			steps.push({ id, publish, graph, settings: settings.changed ? settings.value : null, draft });
	}
	return { steps, left };
}

/**
 * A workflow a release wrote. One that was never read back counts as written where the instance runs what the release
 * wanted, and as untouched otherwise.
 */
export function writtenWorkflow(
	{ id, wanted, settings }: WorkflowEntry,
	before: WorkflowState,
	written: WorkflowState | null,
	current: WorkflowState | null,
): WrittenWorkflow {
	if (written) return { id, before, written };
	const ran = wanted !== null && current?.published?.versionId === wanted;
	const published = ran ? current.published : before.published;
	return { id, before, written: { ...before, settings: { ...before.settings, ...settings }, published } };
}

/** What of the workflows counts when two states are compared: what runs, and the settings. */
export const workflowsState = (base: readonly WorkflowState[], now: readonly WorkflowState[]): unknown =>
	base.map(({ id }) => {
		const found = now.find((workflow) => workflow.id === id);
		const { nodes, connections } = found?.published ?? { nodes: null, connections: null };
		return [id, nodes, connections, found?.settings ?? null];
	});

const published = ({ id, name, settings, published: version }: WorkflowState): WorkflowJson => {
	const { nodes, connections } = version ?? { nodes: [], connections: {} };
	return parseWorkflow({ id, name, nodes, connections, settings }, `workflow ${id}`);
};

const words: Readonly<Record<WorkflowChange['kind'], string>> = {
	'node-added': 'The node is new.',
	'node-removed': 'The node is gone.',
	parameter: '',
	behaviour: 'Behaves otherwise.',
	connections: 'Leads elsewhere.',
	setting: '',
	declaration: 'Declare otherwise to the audit.',
};

/** The published versions of two states of a workflow, node by node and parameter by parameter. */
function rowsOfOne(before: WorkflowState, after: WorkflowState | undefined): readonly DiffRow[] {
	const row = rowsOf('workflow', before.name);
	if (!after) return [row('', '', '', 'The workflow is gone.')];
	const [old, now] = [published(before), published(after)];
	const seen = new Set<string>();
	const rows = diffWorkflows(old, now).flatMap(({ kind, where, path }): DiffRow[] => {
		const field = kind === 'setting' ? `settings: ${where}` : path === '' ? where : `${where}: ${path}`;
		if (seen.has(`${kind}${field}`)) return [];
		seen.add(`${kind}${field}`);
		const value = (workflow: WorkflowJson): unknown => {
			if (kind === 'setting') return at(workflow.settings, where);
			if (kind === 'connections' || path === '') return '';
			const node = workflow.nodes.find((entry) => entry.name === where);
			return at(kind === 'behaviour' ? node : node?.parameters, path);
		};
		return [row(field, value(old), value(now), words[kind])];
	});
	if (Boolean(before.published) === Boolean(after.published)) return rows;
	const state = ({ published: version }: WorkflowState): string => (version ? 'published' : 'not published');
	return [row('', state(before), state(after)), ...rows];
}

/** The rows of all workflows of the first view. */
export const workflowRows = (
	before: readonly WorkflowState[],
	after: readonly WorkflowState[],
): readonly DiffRow[] =>
	before.flatMap((workflow) =>
		rowsOfOne(
			workflow,
			after.find(({ id }) => id === workflow.id),
		),
	);

const triggers = /(trigger|\.webhook|\.cron|\.interval|\.formTrigger|\.start)$/i;

/**
 * The same graph with every trigger replaced by one that only another workflow could call, and nobody does: a copy can
 * be published, and never runs.
 */
export function inert(graph: WorkflowGraph): { nodes: JsonObject[]; connections: JsonObject } {
	let replaced = 0;
	const nodes = z
		.array(jsonObject)
		.parse(graph.nodes)
		.map((node): JsonObject => {
			const { type, webhookId: _webhookId, ...rest } = node;
			if (typeof type !== 'string' || !triggers.test(type)) return node;
			replaced += 1;
			return {
				...rest,
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				disabled: replaced > 1 || rest.disabled === true,
				parameters: {
					inputSource: 'passthrough',
					notes: JSON.stringify(rest.parameters ?? {}).slice(0, 500),
				},
			};
		});
	return { nodes, connections: graph.connections };
}
