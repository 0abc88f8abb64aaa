import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, listExecutions, waitForExecution } from '../../testbed/n8n/executions';
import { record, type Session } from '../../testbed/n8n/session';
import type { WorkflowFile } from '../../testbed/n8n/workflows';
import { SandboxProblem } from '../../testbed/problem';

/** n8n's internal REST where its versions differ: ids are n8n's own, and publishing has had two forms. */
export async function create(session: Session, workflow: WorkflowFile): Promise<string> {
	const answer = await session.call('POST', '/rest/workflows', { ...workflow, active: false });
	return String(record(answer.data).id);
}

/** Publishes a workflow: `POST activate` since n8n 2.0, `active` in the workflow before. */
export async function publish(session: Session, id: string): Promise<void> {
	const { versionId } = record((await session.call('GET', `/rest/workflows/${id}`)).data);
	try {
		await session.call('POST', `/rest/workflows/${id}/activate`, { versionId });
	} catch (problem) {
		if (!/answered 404/.test(String(problem))) throw problem;
		await session.call('PATCH', `/rest/workflows/${id}`, { active: true, versionId });
	}
}

/** The next execution of the workflow that is not among those known, once it has ended. */
export async function nextExecution(
	session: Session,
	workflowId: string,
	known: ReadonlySet<string>,
	timeoutMs = 180_000,
): Promise<Execution> {
	for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; await sleep(500)) {
		const found = (await listExecutions(session, workflowId)).find(({ id }) => !known.has(id));
		if (!found) continue;
		const execution = await waitForExecution(session, found.id, timeoutMs);
		// n8n 1 writes that it succeeded a moment before what it did.
		if (execution.status !== 'success' || Object.keys(execution.nodes).length > 0) return execution;
	}
	throw new SandboxProblem(
		`Workflow ${workflowId} was not started within ${timeoutMs / 1000} s.`,
		'See the n8n log.',
	);
}

/** What n8n says of a credential's test; `OK`, or the message. */
export async function testCredential(
	session: Session,
	type: string,
	data: Readonly<Record<string, unknown>>,
): Promise<string> {
	const { data: saved } = await session.call('POST', '/rest/credentials', {
		name: `Matrix ${type}`,
		type,
		data,
	});
	const { id, name } = record(saved);
	const answer = await session.call('POST', '/rest/credentials/test', {
		credentials: { id, name, type, data },
	});
	const { status, message } = record(answer.data);
	return status === 'OK' ? 'OK' : String(message);
}
