import { parse } from 'flatted';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { runWorkflow } from '../../testbed/n8n/executions';
import { record, type Session } from '../../testbed/n8n/session';
import { saveWorkflow, type WorkflowFile, type WorkflowNode } from '../../testbed/n8n/workflows';
import { databaseFile } from './instance';
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

/** An n8n to run workflows in: its owner's session, and its folder with the database. */
export interface Runner {
	readonly session: Session;
	readonly folder: string;
}

/** Saves and runs a workflow by hand. Throws unless it succeeds. */
export async function runOnce(runner: Runner, workflow: WorkflowFile & { id: string }): Promise<RunTimes> {
	await saveWorkflow(runner.session, workflow);
	return await runSaved(runner, workflow.id, trigger);
}

/**
 * Runs a saved workflow by hand from a trigger. Throws unless it succeeds within an hour. `onEnd` is called when it
 * has ended. Reads n8n's database, not its REST: asking n8n would be part of the load, and it does not answer while a
 * node holds its event loop.
 */
export async function runSaved(
	{ session, folder }: Runner,
	workflowId: string,
	from: string,
	onEnd?: () => void,
): Promise<RunTimes> {
	const id = await runWorkflow(session, workflowId, from);
	const db = new DatabaseSync(databaseFile(folder), { readOnly: true, timeout: 30_000 });
	try {
		const { status, startedAt, stoppedAt } = await untilOver(db, id);
		onEnd?.();
		const row = db.prepare('SELECT data FROM execution_data WHERE executionId = ?').get(Number(id));
		const result = record(record(parse(String(row?.['data']))).resultData);
		if (status !== 'success')
			throw new Error(`${workflowId} ended with ${status}: ${String(record(result.error).message)}`);
		return { wall: utc(stoppedAt) - utc(startedAt), ...timesOf(record(result.runData)) };
	} finally {
		db.close();
		await session.call('POST', '/rest/executions/delete', { ids: [id] });
	}
}

function timesOf(runData: Record<string, unknown>): Pick<RunTimes, 'nodes' | 'outputs'> {
	const nodes: Record<string, number> = {};
	const outputs: Record<string, number[]> = {};
	for (const [name, runs] of Object.entries(runData)) {
		const last = record(Array.isArray(runs) ? runs.at(-1) : undefined);
		const main = record(last.data).main;
		nodes[name] = Number(last.executionTime);
		outputs[name] = (Array.isArray(main) ? main : []).map((items) =>
			Array.isArray(items) ? items.length : 0,
		);
	}
	return { nodes, outputs };
}

/** n8n writes UTC without saying so. */
const utc = (written: string): number => Date.parse(`${written.replace(' ', 'T').replace(/Z$/, '')}Z`);

const longestMs = 3_600_000;

async function untilOver(
	db: DatabaseSync,
	id: string,
): Promise<{ status: string; startedAt: string; stoppedAt: string }> {
	const look = db.prepare('SELECT status, startedAt, stoppedAt FROM execution_entity WHERE id = ?');
	const giveUpAt = Date.now() + longestMs;
	while (Date.now() < giveUpAt) {
		const found = look.get(Number(id));
		if (typeof found?.['stoppedAt'] === 'string')
			return {
				status: String(found['status']),
				startedAt: String(found['startedAt']),
				stoppedAt: found['stoppedAt'],
			};
		await sleep(200);
	}
	throw new Error(`Execution ${id} did not end within an hour.`);
}
