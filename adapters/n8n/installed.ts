import type { InstalledWorkflow, Named } from '../../app/ports/installation';
import type { JsonObject } from '../../core/delivery/types';
import type { SetupNode } from '../../core/setup/types';
import { type Fields, isObject, listOf } from './rows';

/** What has an id and a name. */
export const named = (row: Fields): Named => ({ id: String(row.id), name: String(row.name) });

const nodeOf = (row: Fields): SetupNode => ({
	...row,
	name: String(row.name),
	type: String(row.type),
	parameters: (isObject(row.parameters) ? row.parameters : {}) as JsonObject,
	...(isObject(row.credentials) ? { credentials: row.credentials as JsonObject } : {}),
});

const called: readonly unknown[] = ['n8n-nodes-base.errorTrigger', 'n8n-nodes-base.executeWorkflowTrigger'];

/** Whether others call a workflow, or it runs on errors: n8n 1 runs that as it is saved, and publishes none. */
export const isCalled = (row: Fields): boolean => listOf(row.nodes).some(({ type }) => called.includes(type));

/** Whether nothing of its own starts a workflow, but others call it or it runs on errors. */
const isOnlyCalled = (row: Fields): boolean =>
	isCalled(row) &&
	listOf(row.nodes).every(
		({ type, disabled }) =>
			disabled === true ||
			called.includes(type) ||
			type === 'n8n-nodes-base.manualTrigger' ||
			!/Trigger$|\.webhook$/.test(String(type)),
	);

/**
 * Whether an n8n runs a called workflow that nobody published, by the description of its public API: n8n 1 does (`getWorkflowData`
 * of `workflow-execute-additional-data.js` and `executeErrorWorkflow`, 1.123.81), and 2.0 refuses it (the same, 2.0.0). Both give
 * `activeVersionId` with a workflow; the call that publishes names a version from 2.0 on only (`openapi.yml`).
 */
export function runsUnpublished(description: unknown): boolean {
	if (typeof description !== 'string') return false;
	const [, call] = /\n {2}\/workflows\/\{\w+\}\/activate:\n([\s\S]*?)(?:\n {2}\S|$)/.exec(description) ?? [];
	return call !== undefined && !call.includes('versionId');
}

const isActive = ({ active, activeVersionId }: Fields): boolean =>
	active === true || typeof activeVersionId === 'string';

/** What runs: n8n 2 gives it with the workflow where it is another version than the draft; n8n 1 runs the draft. */
function publishedOf(row: Fields, unpublishedRuns: boolean): InstalledWorkflow['published'] {
	const { activeVersion, activeVersionId } = row;
	if (!isActive(row) && !(unpublishedRuns && isOnlyCalled(row))) return null;
	const from = isObject(activeVersion) ? activeVersion : row;
	return {
		nodes: listOf(from.nodes).map(nodeOf),
		connections: (isObject(from.connections) ? from.connections : {}) as JsonObject,
		versionId: typeof activeVersionId === 'string' ? activeVersionId : String(row.versionId),
	};
}

/** A workflow as the list and the single read give it; whether this n8n runs a called one that nobody published. */
export const workflowOf = (row: Fields, unpublishedRuns = false): InstalledWorkflow => ({
	published: publishedOf(row, unpublishedRuns),
	...named(row),
	active: isActive(row),
	runsCalled: unpublishedRuns || isActive(row),
	archived: row.isArchived === true,
	tags: listOf(row.tags).map(({ name }) => String(name)),
	versionId: String(row.versionId),
	updatedAt: Date.parse(String(row.updatedAt)) || 0,
	nodes: listOf(row.nodes).map(nodeOf),
	settings: (isObject(row.settings) ? row.settings : {}) as JsonObject,
});

/** The first item of each node's last run, over its outputs. */
export function firstItems(data: unknown): Readonly<Record<string, JsonObject>> {
	const result = isObject(data) && isObject(data.resultData) ? data.resultData : {};
	const runs = isObject(result.runData) ? result.runData : {};
	return Object.fromEntries(
		Object.entries(runs).flatMap(([node, all]) => {
			const last = listOf(all).at(-1);
			const main = last && isObject(last.data) && Array.isArray(last.data.main) ? last.data.main : [];
			const [item] = main.flatMap((output: unknown) => listOf(output));
			return item && isObject(item.json) ? [[node, item.json as JsonObject] as const] : [];
		}),
	);
}

/** What the run ended with; `null` where it is no error. */
export function errorOf(data: unknown): string | null {
	const result = isObject(data) && isObject(data.resultData) ? data.resultData : {};
	const { error } = result;
	return isObject(error) && typeof error.message === 'string' ? error.message.replace(/[.\s]+$/, '') : null;
}
