import { sameJson } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import type { WorkflowGraph } from '../../core/audit/workflow-state';
import { publishProven, readWorkflow } from './apply-workflows';
import { type Rooms } from './ports';
import type { WorkflowStep } from '../../core/snapshot/settings';

/**
 * Performs one step: publishes the version of before and reads back what is active. One that the instance has pruned
 * is saved from the captured graph, without publishing on the way, and then published; the draft that stood in the
 * editor is put back after it.
 *
 * @throws `n8n-publish-unproven`, `n8n-refused` and what the port throws
 */
export async function restoreWorkflow(rooms: Rooms, step: WorkflowStep): Promise<void> {
	const host = rooms.workflows;
	if (!host) throw gateError('snapshot-no-n8n');
	const now = await readWorkflow(rooms, step.id);
	const settings = step.settings ?? now.settings;
	const wantedDraft: WorkflowGraph = step.draft ?? now.draft;
	let shown: WorkflowGraph = now.draft;
	const save = async ({ nodes, connections }: WorkflowGraph): Promise<string> => {
		shown = { nodes, connections };
		return await host.save(step.id, { name: now.name, nodes, connections, settings });
	};
	if (step.publish === 'unpublish') {
		if (now.published) await host.unpublish(step.id);
	} else if (step.publish !== null && now.published?.versionId !== step.publish.version) {
		const state = await publishProven(rooms, step.id, step.publish.version);
		if (!state && step.graph) {
			const version = await save(step.graph);
			if (!(await publishProven(rooms, step.id, version)))
				throw gateError('n8n-publish-unproven', { workflow: step.id, wanted: version, found: 'nothing' });
		}
	}
	const graph = ({ nodes, connections }: WorkflowGraph): unknown => ({ nodes, connections });
	const { settings: present } = await readWorkflow(rooms, step.id);
	if (!sameJson(graph(shown), graph(wantedDraft)) || !sameJson(present, settings)) await save(wantedDraft);
}
