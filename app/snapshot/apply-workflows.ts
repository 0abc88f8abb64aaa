import { gateError } from '../../core/errors';
import type { WorkflowSave, WorkflowState } from '../../core/audit/workflow-state';
import type { WorkflowChangeRequest } from '../../core/snapshot/changes';
import { asBody, asJson } from '../../core/snapshot/model';
import { type Rooms } from './ports';

/** Reads a workflow that must be there. @throws `snapshot-no-n8n`, `snapshot-workflow-unknown` */
export async function readWorkflow(rooms: Rooms, workflow: string): Promise<WorkflowState> {
	if (!rooms.workflows) throw gateError('snapshot-no-n8n');
	const state = await rooms.workflows.read(workflow);
	if (!state) throw gateError('snapshot-workflow-unknown', { workflow });
	return state;
}

/** Publishes a version and reads back what is active. @throws `n8n-publish-unproven` */
export async function publishProven(rooms: Rooms, id: string, wanted: string): Promise<WorkflowState | null> {
	if (!rooms.workflows) throw gateError('snapshot-no-n8n');
	if ((await rooms.workflows.publish(id, wanted)) === 'version-gone') return null;
	const state = await readWorkflow(rooms, id);
	const found = state.published?.versionId ?? 'nothing';
	if (found !== wanted) throw gateError('n8n-publish-unproven', { workflow: id, wanted, found });
	return state;
}

/**
 * Brings one workflow to what the release wants. `note` is told the version that is about to be published, before it
 * is: a restore can then tell it from somebody else's.
 */
export async function applyWorkflow(
	rooms: Rooms,
	change: WorkflowChangeRequest,
	note: (wanted: string) => Promise<void>,
): Promise<WorkflowState> {
	const before = await readWorkflow(rooms, change.id);
	if (!rooms.workflows) throw gateError('snapshot-no-n8n');
	const { name, settings, draft } = before;
	const wantedSettings = { ...settings, ...asBody(change.settings ?? {}) };
	let publish = change.publish ?? null;
	if (change.graph ?? change.settings) {
		const { nodes, connections } = change.graph ?? draft;
		const content: WorkflowSave = {
			name,
			nodes: nodes.map(asJson),
			connections: asBody(connections),
			settings: wantedSettings,
		};
		const version = await rooms.workflows.save(change.id, content);
		if (change.graph) publish = version;
	}
	if (publish === null) return await readWorkflow(rooms, change.id);
	await note(publish);
	const state = await publishProven(rooms, change.id, publish);
	if (!state)
		throw gateError('changes-refused', {
			object: `workflow ${change.id}`,
			reason: `the instance has no version ${publish} any more`,
		});
	return state;
}
