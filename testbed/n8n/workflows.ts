import { record, type Session } from './session';

/** One node as exported workflows hold it. */
export interface WorkflowNode {
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	id?: string;
	credentials?: Record<string, { id: string; name: string }>;
	[further: string]: unknown;
}

/** One workflow as exported. */
export interface WorkflowFile {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
}

/** Creates the workflow, or replaces the draft of the one with the same id. */
export async function saveWorkflow(session: Session, workflow: WorkflowFile & { id: string }): Promise<void> {
	const known = await session.call('GET', `/rest/workflows/${workflow.id}/exists`);
	if (record(known.data).exists === true)
		await session.call('PATCH', `/rest/workflows/${workflow.id}?forceSave=true`, {
			name: workflow.name,
			nodes: workflow.nodes,
			connections: workflow.connections,
			settings: workflow.settings ?? {},
		});
	else await session.call('POST', '/rest/workflows', { ...workflow, settings: workflow.settings ?? {} });
}

/** Publishes the draft: from now on its triggers fire. */
export async function publishWorkflow(session: Session, id: string): Promise<void> {
	const workflow = record((await session.call('GET', `/rest/workflows/${id}`)).data);
	await session.call('POST', `/rest/workflows/${id}/activate`, { versionId: workflow.versionId });
}

/** Takes the workflow out of service; the draft stays. */
export async function unpublishWorkflow(session: Session, id: string): Promise<void> {
	await session.call('POST', `/rest/workflows/${id}/deactivate`, {});
}
