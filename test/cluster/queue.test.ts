import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judge } from '../../scenarios/crash/judge';
import { Watch } from '../../scenarios/crash/watch';
import { addContacts, startCrashWorld, type CrashWorld } from '../../scenarios/crash/world';
import { runWorkflow } from '../../testbed/n8n/executions';
import { isSandboxInstalled } from '../../testbed/n8n/paths';
import { hasRedis } from '../../testbed/n8n/queue-servers';
import { publishWorkflow, saveWorkflow, type WorkflowFile } from '../../testbed/n8n/workflows';

const ready = process.env['RG_E2E'] === '1' && isSandboxInstalled() && hasRedis();
if (!ready)
	console.warn(
		'SKIPPED: races in queue mode. Set RG_E2E=1, install the sandbox and redis-server to run them.',
	);

const minutes = 60_000;
/** First of ten ports. */
const port = 18760;
/** Longer than Bull's lock (5 s) and than the claim's lease (12 s) in the crash world. */
const frozenMs = 20_000;

(ready ? describe : describe.skip)('two workers, one ledger', () => {
	let world: CrashWorld;
	let watch: Watch;
	let next = 0;

	beforeAll(async () => {
		world = await startCrashWorld('queue', port, 0, process.env['RG_PACKAGE']);
		watch = new Watch(world);
	}, 8 * minutes);
	afterAll(async () => {
		await world.close();
	}, 2 * minutes);

	const people = (count: number): readonly string[] => {
		const ids = addContacts(world.standIns, next, count);
		next += count;
		watch.expect(ids);
		return ids;
	};
	const served = async (ids: readonly string[]): Promise<boolean> => {
		const giveUpAt = Date.now() + 2 * minutes;
		for (;;) {
			const deliveries = await watch.deliveries(ids);
			if (ids.every((id) => deliveries.some(({ contact, state }) => contact === id && state === 'committed')))
				return true;
			if (Date.now() > giveUpAt) return false;
			await sleep(500);
		}
	};
	/** One mail each, and nothing the judge objects to. */
	const expectOnce = async (ids: readonly string[]): Promise<void> => {
		const sight = await watch.sight(ids, false);
		expect(judge(sight)).toEqual([]);
		expect(sight.mail.map(({ contact }) => contact).sort()).toEqual([...ids].sort());
		for (const id of ids) world.standIns.hubspot.admin.foreignWrite(id, { cc_delivery_status: 'paused' });
	};

	it(
		'sends once although a worker is frozen past its lock and its lease, and wakes up before the confirmation',
		async () => {
			const ids = people(5);
			const frozen = new Promise<number>((resolve) => {
				world.lookout.lie({
					workflow: 'content-delivery-spine',
					node: 'Confirm Before Send',
					when: 'before',
					strike: async ({ pid }) => {
						process.kill(pid, 'SIGSTOP');
						resolve(pid);
					},
				});
			});
			const pid = await frozen;
			await sleep(frozenMs);
			process.kill(pid, 'SIGCONT');
			expect(await served(ids)).toBe(true);
			await sleep(5_000);
			await expectOnce(ids);
		},
		4 * minutes,
	);

	it(
		'sends once although an old and a new version of the workflow are active, and somebody runs it by hand',
		async () => {
			const { session } = world.house.main;
			const found = (await session.call('GET', '/rest/workflows/content-delivery-spine'))
				.data as WorkflowFile;
			const { name, nodes, connections, settings } = found;
			const twin = {
				id: 'content-delivery-old',
				name: `${name} (old version)`,
				nodes,
				connections,
				settings,
			};
			await saveWorkflow(session, twin);
			await publishWorkflow(session, twin.id);
			const ids = people(20);
			for (const id of ['content-delivery-spine', twin.id, 'content-delivery-spine'])
				await runWorkflow(session, id, 'Check Every 15 Minutes');
			expect(await served(ids)).toBe(true);
			await sleep(5_000);
			await expectOnce(ids);
		},
		4 * minutes,
	);
});
