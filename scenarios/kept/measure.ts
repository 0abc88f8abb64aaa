import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { publishWorkflow, saveWorkflow, unpublishWorkflow } from '../../testbed/n8n/workflows';
import { operate, saveOperations } from '../../testbed/operate';
import { SandboxProblem } from '../../testbed/problem';
import { eventsUrl } from '../../testbed/templates';
import { startWorld, type World } from '../../testbed/world';
import { addContacts } from '../crash/world';

/** How the workflows are set: as they ship, with good runs saved, or with the progress of each run saved, too. */
export const ways = ['as shipped', 'good runs saved', 'progress saved too'] as const;
export type Way = (typeof ways)[number];

const settingsOf: Readonly<Record<Way, object>> = {
	'as shipped': {},
	'good runs saved': { saveDataSuccessExecution: 'all' },
	'progress saved too': { saveDataSuccessExecution: 'all', saveExecutionProgress: true },
};

/** What n8n has of the runs of one workflow that began by themselves, as its database holds it. */
export interface Stored {
	readonly runs: number;
	/** What nodes gave, and the workflow as it ran, in bytes. */
	readonly bytes: number;
	/**
	 * The same of runs that are not kept: n8n writes a row when a run begins, marks it when it ends, and deletes it with the others a
	 * while later (`deleteInFlightExecution`, and EXECUTIONS_DATA_PRUNE_HARD_DELETE_INTERVAL of 15 minutes, n8n 2.40).
	 */
	readonly passing: number;
}

/** One slot's worth of deliveries, and what n8n kept of them. */
export interface KeptRun {
	readonly way: Way;
	readonly deliveries: number;
	readonly spine: Stored;
	/** One run for each report of the provider. */
	readonly reports: Stored;
	/** What the process of n8n handed to the system to write, its ledger included, in bytes; `null` where the system does not tell. */
	readonly written: number | null;
}

const spine = 'content-delivery-spine';
const events = 'provider-events';
/** Reports of the provider that are played in each way. */
const reports = 50;
const patienceMs = 600_000;

/** Bytes that a process had the system write (`wchar`, proc(5)); `null` where there is no /proc. */
function writtenBy(pid: number): number | null {
	try {
		return Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
	} catch {
		return null;
	}
}

/** n8n's own database, read beside it. */
class N8nDatabase {
	constructor(private readonly file: string) {}

	private ask(sql: string, ...values: string[]): Record<string, unknown> {
		const database = new DatabaseSync(this.file, { readOnly: true });
		try {
			return database.prepare(sql).get(...values) ?? {};
		} finally {
			database.close();
		}
	}

	underWay(): number {
		return Number(
			this.ask(
				"SELECT count(*) AS n FROM execution_entity WHERE status IN ('new', 'running') AND deletedAt IS NULL",
			)['n'],
		);
	}

	stored(workflow: string): Stored {
		const size = 'length(CAST(d.data AS BLOB)) + length(CAST(d.workflowData AS BLOB))';
		const { runs, bytes, passing } = this.ask(
			`SELECT sum(deletedAt IS NULL) AS runs, sum(iif(deletedAt IS NULL, ${size}, 0)) AS bytes,
				sum(iif(deletedAt IS NULL, 0, ${size})) AS passing
			FROM execution_entity e JOIN execution_data d ON d.executionId = e.id
			WHERE e.workflowId = ? AND e.mode <> 'manual'`,
			workflow,
		);
		return { runs: Number(runs ?? 0), bytes: Number(bytes ?? 0), passing: Number(passing ?? 0) };
	}
}

async function until(what: string, holds: () => boolean): Promise<void> {
	for (const giveUpAt = Date.now() + patienceMs; !holds(); await sleep(500))
		if (Date.now() > giveUpAt)
			throw new SandboxProblem(`It was waited in vain for ${what}.`, 'See the log of n8n.');
}

const less = (after: Stored, before: Stored): Stored => ({
	runs: after.runs - before.runs,
	bytes: after.bytes - before.bytes,
	passing: after.passing - before.passing,
});

/** The workflow as it ships but for the settings asked for, and a schedule that comes at once. */
async function setUp({ n8n, templates }: World, id: string, way: Way): Promise<void> {
	const template = templates.find((one) => one.id === id);
	if (template === undefined) throw new SandboxProblem(`There is no template ${id}.`, 'See workflows/.');
	const rule = { interval: [{ field: 'seconds', secondsInterval: 50 }] };
	const nodes = template.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
	);
	const settings = { ...template.settings, ...settingsOf[way] };
	await unpublishWorkflow(n8n.session, id).catch(() => undefined);
	await saveWorkflow(n8n.session, { ...template, nodes, settings });
	await publishWorkflow(n8n.session, id);
}

/** Serves as many in each way, one way after the other in one n8n, and tells what its database has of each. */
export async function measureKept(deliveries: number): Promise<readonly KeptRun[]> {
	const world = await startWorld({ sandbox: 'kept', contacts: 0, hubspotLimits: 'none' });
	const { n8n, standIns } = world;
	const postmark = standIns.postmark.admin;
	postmark.webhook(eventsUrl(n8n.url));
	const database = new N8nDatabase(join(n8n.settings.userFolder, '.n8n', 'database.sqlite'));
	const look = () => ({
		spine: database.stored(spine),
		reports: database.stored(events),
		written: writtenBy(n8n.process.pid),
	});
	try {
		const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
		await saveOperations(n8n, { every: 'P2D', anchor, mode: 'live' });
		await operate(n8n, 'configure');
		const runs: KeptRun[] = [];
		for (const [index, way] of ways.entries()) {
			addContacts(standIns, index * deliveries, deliveries);
			await setUp(world, events, way);
			const before = look();
			await setUp(world, spine, way);
			const mails = () => postmark.received();
			await until(`${deliveries} mails`, () => mails().length >= (index + 1) * deliveries);
			await unpublishWorkflow(n8n.session, spine);
			// One after the other: n8n on SQLite ends runs by the dozen where hundreds of webhooks come at once.
			for (const { messageId } of mails().slice(-reports)) await postmark.report(messageId, 'Delivery');
			await until('the end of every run', () => database.underWay() === 0);
			const after = look();
			runs.push({
				way,
				deliveries,
				spine: less(after.spine, before.spine),
				reports: less(after.reports, before.reports),
				written: after.written === null || before.written === null ? null : after.written - before.written,
			});
		}
		return runs;
	} finally {
		await world.close();
	}
}
