import { parse } from 'flatted';
import { setTimeout as sleep } from 'node:timers/promises';
import { runWorkflow } from '../../sandbox/n8n/executions';
import { record, type Session } from '../../sandbox/n8n/session';
import { saveWorkflow, type WorkflowFile, type WorkflowNode } from '../../sandbox/n8n/workflows';
import type { Node } from './nodes';

/** What one execution took. */
export interface RunTimes {
	/** From its start to its end, milliseconds. */
	readonly wall: number;
	/** n8n's own time of each node's last run, milliseconds. */
	readonly nodes: Readonly<Record<string, number>>;
	/** Items that left each output of each node's last run. */
	readonly outputs: Readonly<Record<string, readonly number[]>>;
}

export const trigger = 'Start';

/** Nodes in a row behind a manual trigger; `from` says which output leads on, 0 unless given. */
export function chain(
	id: string,
	nodes: readonly Node[],
	from: Readonly<Record<string, number>> = {},
): WorkflowFile & { id: string } {
	const all = [
		{ name: trigger, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		...nodes,
	];
	const connections: Record<string, unknown> = {};
	all.slice(0, -1).forEach(({ name }, index) => {
		const output = from[name] ?? 0;
		const main: unknown[][] = Array.from({ length: output + 1 }, () => []);
		main[output] = [{ node: all[index + 1]?.name, type: 'main', index: 0 }];
		connections[name] = { main };
	});
	return {
		id,
		name: id,
		nodes: all.map((node, index): WorkflowNode => ({ ...node, position: [index * 220, 0] })),
		connections,
		settings: {},
	};
}

/** Saves and runs a workflow by hand. Throws unless it succeeds. */
export async function runOnce(session: Session, workflow: WorkflowFile & { id: string }): Promise<RunTimes> {
	await saveWorkflow(session, workflow);
	return await runSaved(session, workflow.id, trigger);
}

/**
 * Runs a saved workflow by hand from a trigger. Throws unless it succeeds within an hour. `onEnd` is called when it
 * has ended, before its items are read.
 */
export async function runSaved(
	session: Session,
	workflowId: string,
	from: string,
	onEnd?: () => void,
): Promise<RunTimes> {
	const id = await runWorkflow(session, workflowId, from);
	await untilOver(session, workflowId, id);
	onEnd?.();
	const found = record((await session.call('GET', `/rest/executions/${id}`)).data);
	const data = record(typeof found.data === 'string' ? parse(found.data) : found.data);
	const result = record(data.resultData);
	if (found.status !== 'success') {
		const message = record(result.error).message;
		throw new Error(`${workflowId} ended with ${String(found.status)}: ${String(message)}`);
	}
	const nodes: Record<string, number> = {};
	const outputs: Record<string, number[]> = {};
	for (const [name, runs] of Object.entries(record(result.runData))) {
		const last = record(Array.isArray(runs) ? runs.at(-1) : undefined);
		const main = record(last.data).main;
		nodes[name] = Number(last.executionTime);
		outputs[name] = (Array.isArray(main) ? main : []).map((items) =>
			Array.isArray(items) ? items.length : 0,
		);
	}
	await session.call('POST', '/rest/executions/delete', { ids: [id] });
	return { wall: Date.parse(String(found.stoppedAt)) - Date.parse(String(found.startedAt)), nodes, outputs };
}

const longestMs = 3_600_000;
const open = ['new', 'running', 'unknown', 'waiting'];

/** Asks the list, which carries no items: reading the execution itself while it runs would be part of the load. */
async function untilOver(session: Session, workflowId: string, id: string): Promise<void> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const giveUpAt = Date.now() + longestMs;
	while (Date.now() < giveUpAt) {
		const answer = record((await session.call('GET', `/rest/executions?filter=${filter}&limit=5`)).data);
		const results = Array.isArray(answer.results) ? answer.results.map(record) : [];
		const found = results.find((entry) => String(entry.id) === id);
		if (found !== undefined && !open.includes(String(found.status))) return;
		await sleep(500);
	}
	throw new Error(`Execution ${id} of ${workflowId} did not end within an hour.`);
}
