import { parse } from 'flatted';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxProblem } from '../problem';
import { record, type Session } from './session';

/** One execution, reduced to what the sandbox judges by. */
export interface Execution {
	readonly id: string;
	readonly status: string;
	/** Why it failed, as n8n says; null unless it did. */
	readonly error: string | null;
	/** How often each node ran and how many items left each of its outputs, in the last run. */
	readonly nodes: Readonly<Record<string, { readonly runs: number; readonly outputs: readonly number[] }>>;
	/** The items of the last run of each node, per output. */
	readonly items: Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

/** Starts a workflow by hand, from the trigger named. Returns the execution's id at once. */
export async function runWorkflow(session: Session, id: string, trigger: string): Promise<string> {
	const answer = await session.call('POST', `/rest/workflows/${id}/run`, {
		triggerToStartFrom: { name: trigger },
	});
	const executionId = record(answer.data).executionId;
	if (typeof executionId !== 'string')
		throw new SandboxProblem(
			`n8n did not start workflow ${id} from "${trigger}": ${JSON.stringify(answer.data).slice(0, 300)}.`,
			'Is a trigger of that name in the workflow?',
		);
	return executionId;
}

/** Waits for an execution to end, in whatever way. */
export async function waitForExecution(
	session: Session,
	id: string,
	timeoutMs = 180_000,
): Promise<Execution> {
	const giveUpAt = Date.now() + timeoutMs;
	while (Date.now() < giveUpAt) {
		const found = record((await session.call('GET', `/rest/executions/${id}`)).data);
		if (!['new', 'running', 'unknown', 'waiting'].includes(String(found.status)))
			return asExecution(id, found);
		await sleep(400);
	}
	throw new SandboxProblem(
		`Execution ${id} did not end within ${timeoutMs / 1000} s.`,
		'See it in the editor.',
	);
}

/** n8n's own time of each node of an execution whose data was saved, milliseconds, over all its runs. */
export async function nodeTimes(session: Session, id: string): Promise<Readonly<Record<string, number>>> {
	const found = record((await session.call('GET', `/rest/executions/${id}`)).data);
	const data = record(typeof found.data === 'string' ? parse(found.data) : found.data);
	return Object.fromEntries(
		Object.entries(record(record(data.resultData).runData)).map(([name, runs]) => {
			const times = (Array.isArray(runs) ? runs : []).map((run) => Number(record(run).executionTime));
			return [name, times.reduce((sum, ms) => sum + ms, 0)];
		}),
	);
}

/** Ids and states of a workflow's executions, newest first. */
export async function listExecutions(
	session: Session,
	workflowId: string,
): Promise<readonly { id: string; status: string; mode: string }[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const answer = record((await session.call('GET', `/rest/executions?filter=${filter}&limit=50`)).data);
	const results = Array.isArray(answer.results) ? answer.results : [];
	return results.map(record).map(({ id, status, mode }) => ({
		id: String(id),
		status: String(status),
		mode: String(mode),
	}));
}

function asExecution(id: string, found: Record<string, unknown>): Execution {
	const data = record(typeof found.data === 'string' ? parse(found.data) : found.data);
	const result = record(data.resultData);
	const nodes: Record<string, { runs: number; outputs: number[] }> = {};
	const items: Record<string, unknown[][]> = {};
	for (const [name, runs] of Object.entries(record(result.runData))) {
		const list = Array.isArray(runs) ? runs : [];
		const main = record(record(list.at(-1)).data).main;
		const outputs = (Array.isArray(main) ? main : []).map((output) =>
			Array.isArray(output) ? (output as unknown[]) : [],
		);
		nodes[name] = { runs: list.length, outputs: outputs.map((output) => output.length) };
		items[name] = outputs.map((output) => output.map((item) => record(item).json));
	}
	const error = record(result.error);
	return {
		id,
		status: String(found.status),
		error: typeof error.message === 'string' ? error.message : null,
		nodes,
		items,
	};
}
