import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { openSqliteLedger } from '../../adapters/sqlite';
import { run } from '../../scenarios/tour/stage';
import { buildIfStale } from '../../testbed/build';
import { look } from '../../testbed/look';
import { LedgerReader } from '../../testbed/ledger-reader';
import { runWorkflow } from '../../testbed/n8n/executions';
import { isSandboxInstalled } from '../../testbed/n8n/paths';
import { saveWorkflow } from '../../testbed/n8n/workflows';
import { operate, sandboxSpine, saveOperations } from '../../testbed/operate';
import { seedContentDelivery } from '../../testbed/standins';
import { startWorld, type World } from '../../testbed/world';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: batches in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minutes = 60_000;
const contacts = 1200;
const perCall = 500;
/** Contacts that come due later, for the kill. */
const more = 20;
const sendLeaseMs = 10_000;

(wanted && isSandboxInstalled() ? describe : describe.skip)('the spine in batches, in a real n8n', () => {
	let world: World;
	const started: World[] = [];
	const spine = 'content-delivery-spine';
	const calls = () => world.standIns.postmark.admin.calls({ method: 'POST', path: '/email' });
	/** How often each address got mail. */
	const received = (): ReadonlyMap<string, number> => {
		const times = new Map<string, number>();
		for (const { to } of world.standIns.postmark.admin.received()) times.set(to, (times.get(to) ?? 0) + 1);
		return times;
	};
	const inState = async (state: 'committed' | 'sending' | 'in-doubt') =>
		(await new LedgerReader(world.ledgerFile, sandboxSpine).deliveries([state])).length;

	beforeAll(async () => {
		buildIfStale();
		world = await startWorld({ sandbox: 'batches', contacts: 0, hubspotLimits: 'none' });
		started.push(world);
		seedContentDelivery(world.standIns.hubspot.admin, { contacts, allEligible: true });
		const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
		await saveOperations(world.n8n, { every: 'P2D', anchor, mode: 'live' });
		await operate(world.n8n, 'configure');
		const template = world.templates.find(({ id }) => id === spine);
		if (!template) throw new Error('no spine');
		const switched = JSON.stringify(template).replace(
			'"name":"emailsPerCall","value":1,',
			`"name":"emailsPerCall","value":${perCall},`,
		);
		await saveWorkflow(world.n8n.session, JSON.parse(switched) as typeof template);
	}, 6 * minutes);

	afterAll(async () => {
		for (const one of started) await one.close();
	}, 2 * minutes);

	it(
		'mails 1,200 people once each, in three calls',
		async () => {
			await run(world, spine);
			expect(calls()).toHaveLength(2);
			await run(world, spine);
			expect(calls().map(({ path, body }) => [path, (body as unknown[]).length])).toEqual([
				['/email/batch', perCall],
				['/email/batch', perCall],
				['/email/batch', contacts - 2 * perCall],
			]);
			expect(received().size).toBe(contacts);
			expect(Math.max(...received().values())).toBe(1);
			expect(await inState('committed')).toBe(contacts);
			await run(world, spine);
			expect(calls()).toHaveLength(3);
		},
		8 * minutes,
	);

	it(
		'is killed between the call and its answer: all of the call in doubt, settled by metadata, mailed once',
		async () => {
			await look(
				() => openSqliteLedger({ file: world.ledgerFile, clock: Date.now }),
				async (ledger) => {
					const known = await ledger.spines.get(sandboxSpine);
					if (!known) throw new Error('no spine');
					const settings = { ...known.settings, sendLeaseMs, inDoubtQuietMs: 0 };
					await ledger.spines.configure(settings, 'test');
				},
			);
			const due = new Date(Date.now() - 60_000).toISOString();
			world.standIns.hubspot.admin.seedContacts(
				Array.from({ length: more }, (_none, index) => ({
					email: `late.reader.${index}@example.com`,
					firstname: 'Reader',
					cc_delivery_status: 'active',
					cc_profile_topic: 'boat repair',
					cc_profile_audience: 'club members',
					cc_next_eligible_send_at: due,
					cc_delivery_count: '0',
				})),
			);
			const { admin } = world.standIns.postmark;
			const gate = admin.gate({ method: 'POST', path: '/email/batch', when: 'after' });
			await runWorkflow(world.n8n.session, spine, 'Check Every 15 Minutes');
			const { reached } = await admin.gateReached(gate.id, 2 * minutes);
			expect(reached).toBe(true);
			await world.n8n.kill();
			admin.clearGates();
			expect(received().size).toBe(contacts + more);
			expect(await inState('sending')).toBe(more);
			await world.n8n.start();
			await sleep(sendLeaseMs);
			await run(world, 'reconcile');
			expect(await inState('in-doubt')).toBe(0);
			expect(await inState('committed')).toBe(contacts + more);
			await run(world, spine);
			expect(received().size).toBe(contacts + more);
			expect(Math.max(...received().values())).toBe(1);
			expect(calls()).toHaveLength(4);
		},
		8 * minutes,
	);
});
