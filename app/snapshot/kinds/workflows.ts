import { noCost } from '../../../core/snapshot/estimate';
import { sameJson } from '../../../core/delivery/canonical';
import type { WorkflowGraph, WorkflowState } from '../../../core/audit/workflow-state';
import { gateError, ReleaseGateError } from '../../../core/errors';
import type { ChangeList } from '../../../core/snapshot/changes';
import { REVIEW_OPEN, type Left } from '../../../core/snapshot/left';
import {
	heldWorkflows,
	inert,
	planWorkflows,
	workflowEntry,
	workflowRows,
	workflowsState,
	workflowState,
	writtenWorkflow,
	type WorkflowEntry,
	type WorkflowStep,
	type WrittenWorkflow,
} from '../../../core/snapshot/workflows';
import { hostIn, type SnapshotPorts } from '../ports';
import { getPart, putPart } from '../store';
import { partKind } from './part-kind';

type Request = ChangeList['workflows'][number];

/** Reads a workflow that must be there. @throws `snapshot-no-n8n`, `snapshot-workflow-unknown` */
async function readWorkflow(ports: SnapshotPorts, workflow: string): Promise<WorkflowState> {
	const state = await hostIn(ports).read(workflow);
	if (!state) throw gateError('snapshot-workflow-unknown', { workflow });
	return state;
}

const versionGone = (id: string, version: string): Error =>
	gateError('changes-refused', {
		object: `workflow ${id}`,
		reason: `the instance has no version ${version} any more`,
	});

const isReviewOpen = (error: unknown): boolean =>
	error instanceof ReleaseGateError && error.code === 'n8n-review-open';

/** Publishes a version and reads back what is active; `null` once the version is gone. @throws `n8n-publish-unproven`, `n8n-review-open` */
async function publishProven(
	ports: SnapshotPorts,
	id: string,
	wanted: string,
): Promise<WorkflowState | null> {
	const done = await hostIn(ports).publish(id, wanted);
	if (done === 'review-open') throw gateError('n8n-review-open', { what: `publish workflow ${id}` });
	if (done === 'version-gone') return null;
	const state = await readWorkflow(ports, id);
	const found = state.published?.versionId ?? 'nothing';
	if (found !== wanted) throw gateError('n8n-publish-unproven', { workflow: id, wanted, found });
	return state;
}

/**
 * Brings one workflow to what the release wants. `note` is told the version that is about to be published, before it
 * is: a restore can then tell it from somebody else's.
 */
async function applied(
	ports: SnapshotPorts,
	change: Request,
	note: (wanted: string) => Promise<void>,
): Promise<WorkflowState> {
	const { name, settings, draft } = await readWorkflow(ports, change.id);
	let publish = change.publish ?? null;
	if (change.graph ?? change.settings) {
		const { nodes, connections } = change.graph ?? draft;
		const content = { name, nodes, connections, settings: { ...settings, ...change.settings } };
		const version = await hostIn(ports).save(change.id, content);
		if (change.graph) publish = version;
	}
	if (publish === null) return await readWorkflow(ports, change.id);
	await note(publish);
	const state = await publishProven(ports, change.id, publish);
	if (!state) throw versionGone(change.id, publish);
	return state;
}

/** Publishes what a step wants: the version of before, or the captured graph where the instance has pruned it. */
async function publishBefore(
	ports: SnapshotPorts,
	{ id, graph }: WorkflowStep,
	wanted: string,
	save: (graph: WorkflowGraph) => Promise<string>,
): Promise<void> {
	const state = await publishProven(ports, id, wanted);
	if (state || !graph) return;
	const version = await save(graph);
	if (!(await publishProven(ports, id, version)))
		throw gateError('n8n-publish-unproven', { workflow: id, wanted: version, found: 'nothing' });
}

/**
 * Performs one step: publishes the version of before and reads back what is active. One that the instance has pruned
 * is saved from the captured graph, without publishing on the way, and then published; the draft that stood in the
 * editor is put back after it. While a review of the workflow is open n8n publishes nothing, but unpublishes: then what
 * the release published is taken out of service, and what is left says so.
 *
 * @throws `n8n-publish-unproven`, `n8n-refused` and what the port throws
 */
async function putBack(ports: SnapshotPorts, step: WorkflowStep): Promise<readonly Left[]> {
	const host = hostIn(ports);
	const now = await readWorkflow(ports, step.id);
	const settings = step.settings ?? now.settings;
	const wantedDraft: WorkflowGraph = step.draft ?? now.draft;
	const left: Left[] = [];
	let shown: WorkflowGraph = now.draft;
	const save = async ({ nodes, connections }: WorkflowGraph): Promise<string> => {
		shown = { nodes, connections };
		return await host.save(step.id, { name: now.name, nodes, connections, settings });
	};
	if (step.publish === 'unpublish') {
		if (now.published) await host.unpublish(step.id);
	} else if (step.publish !== null && now.published?.versionId !== step.publish.version) {
		try {
			await publishBefore(ports, step, step.publish.version, save);
		} catch (error) {
			if (!isReviewOpen(error)) throw error;
			if (now.published) await host.unpublish(step.id);
			left.push({ what: `workflow ${step.id}: published version`, reason: REVIEW_OPEN });
		}
	}
	const graph = ({ nodes, connections }: WorkflowGraph): unknown => ({ nodes, connections });
	const { settings: present } = await readWorkflow(ports, step.id);
	if (!sameJson(graph(shown), graph(wantedDraft)) || !sameJson(present, settings)) await save(wantedDraft);
	return left;
}

/** Makes a copy that never runs, in the state of the original, and the change that does the same to it. */
async function copied(
	ports: SnapshotPorts,
	release: string,
	change: Request,
	made: (id: string) => Promise<void>,
): Promise<Request> {
	const host = hostIn(ports);
	const original = await readWorkflow(ports, change.id);
	const { errorWorkflow: _errorWorkflow, ...settings } = original.settings;
	const graph = inert(original.published ?? original.draft);
	const name = `[drill ${release}] ${original.name}`.slice(0, 120);
	const id = await host.create({ name, ...graph, settings });
	await made(id);
	const state = await host.read(id);
	if (original.published && state) await host.publish(id, state.draft.versionId);
	const wanted = change.publish ? await host.version(change.id, change.publish) : change.graph;
	if (change.publish && !wanted) throw versionGone(change.id, change.publish);
	return {
		id,
		...(wanted ? { graph: inert(wanted) } : {}),
		...(change.settings ? { settings: change.settings } : {}),
	};
}

/** Workflows: what is published, and their settings. */
export const workflows = partKind({
	name: 'workflows',
	journalled: 'workflows',
	order: 3,
	part: 'workflows',
	held: heldWorkflows,
	async read(ports, scope, whole): Promise<WorkflowState[] | null> {
		if (scope.workflows.length === 0 || (!whole && !ports.workflows)) return null;
		const found: WorkflowState[] = [];
		for (const id of scope.workflows) {
			const state = whole ? await readWorkflow(ports, id) : await hostIn(ports).read(id);
			if (state) found.push(state);
		}
		return found;
	},
	cost: ({ scope }) => ({ ...noCost, others: scope.workflows.length }),
	rows: workflowRows,
	counted: (base, now) => workflowsState(base, now ?? []),

	requests: (changes) => changes.workflows,
	lacks(changes, scope) {
		const strange = changes.workflows.find(({ id }) => !scope.workflows.includes(id));
		return strange ? `the workflow ${strange.id}` : null;
	},
	entry: workflowEntry,
	async intend(ports, _scope, requests): Promise<readonly WorkflowEntry[]> {
		const entries: WorkflowEntry[] = [];
		for (const { id, publish = null, settings = {} } of requests) {
			const before = await putPart(ports, await readWorkflow(ports, id));
			entries.push({ id, wanted: publish, settings, before, written: null });
		}
		return entries;
	},
	isDone: ({ written }) => written !== null,
	async perform(ports, entry, request, note) {
		let begun = entry;
		const state = await applied(ports, request, async (wanted) => {
			begun = { ...begun, wanted };
			await note(begun);
		});
		return { ...begun, written: await putPart(ports, state) };
	},
	applied: (entries) => ({ workflows: entries.length }),

	async plan({ ports, journal }, entries) {
		const current = new Map<string, WorkflowState | null>();
		for (const { id } of entries) current.set(id, await hostIn(ports).read(id));
		const written: WrittenWorkflow[] = [];
		for (const entry of entries) {
			const load = (ref: WorkflowEntry['before']) =>
				getPart(ports, journal.snapshot, entry.id, ref, workflowState);
			const after = entry.written && (await load(entry.written));
			const now = current.get(entry.id) ?? null;
			written.push(writtenWorkflow(entry, await load(entry.before), after, now));
		}
		return planWorkflows(written, current);
	},
	shown: (steps) => ({ workflows: steps }),
	// Read, publish, read back, save.
	calls: (steps) => 4 * steps.length,
	label: ({ id }) => `workflow ${id}`,
	async putBack(ports, steps) {
		const left: Left[] = [];
		for (const step of steps) left.push(...(await putBack(ports, step)));
		return left;
	},

	async copy({ ports, release, made }, changes) {
		const copies: Request[] = [];
		for (const change of changes.workflows) copies.push(await copied(ports, release, change, made));
		return { ...changes, workflows: copies };
	},
	scope: (changes) => ({ workflows: changes.workflows.map(({ id }) => id) }),
	onlyAdds: (changes) => changes.workflows.length === 0,
	async discard({ workflows: host }, copies) {
		for (const id of copies) {
			const state = await host?.read(id);
			if (state?.published) await host?.unpublish(id);
			if (state) await host?.remove(id);
		}
	},
});
