import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { buildIfStale } from '../../testbed/build';
import { sandboxCredentials } from '../../testbed/credentials';
import { LedgerReader } from '../../testbed/ledger-reader';
import { slotOf, type Mail, type Slots } from '../../testbed/judge';
import { Outside } from '../../scenarios/tour/outside';
import { scheduleEvery } from '../../scenarios/tour/stage';
import { runWorkflow, waitForExecution } from '../../testbed/n8n/executions';
import { isSandboxInstalled } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import { publishWorkflow, saveWorkflow } from '../../testbed/n8n/workflows';
import { operate, sandboxSpine, saveOperations } from '../../testbed/operate';
import { startWorld, type World } from '../../testbed/world';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: a release rolled back in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minute = 60_000;
const spine = 'content-delivery-spine';
const release = 'r-e2e';

(wanted && isSandboxInstalled() ? describe : describe.skip)('a release rolled back in a real n8n', () => {
	let world: World;
	let outside: Outside;
	let slots: Slots;
	let credentials: Record<string, { id: string; name: string }>;

	/** Runs one operation of Rollback Snapshot in a workflow of its own; gives what left at done. */
	async function snapshot(operation: string, parameters: object): Promise<Record<string, unknown>> {
		const id = `e2e-${operation}`;
		await saveWorkflow(world.n8n.session, {
			id,
			name: `E2E: ${operation}`,
			nodes: [
				{
					name: 'Start',
					type: 'n8n-nodes-base.manualTrigger',
					typeVersion: 1,
					position: [0, 0],
					parameters: {},
				},
				{
					name: 'Snapshot',
					type: 'n8n-nodes-release-gate.rollbackSnapshot',
					typeVersion: 1,
					position: [220, 0],
					parameters: { operation, ...parameters },
					credentials,
				},
			],
			connections: { Start: { main: [[{ node: 'Snapshot', type: 'main', index: 0 }]] } },
			settings: {},
		});
		const { session } = world.n8n;
		const execution = await waitForExecution(session, await runWorkflow(session, id, 'Start'));
		expect([operation, execution.status, execution.error]).toEqual([operation, 'success', null]);
		const done = execution.items.Snapshot?.[1]?.[0];
		expect([operation, execution.items.Snapshot?.[0] ?? []]).toEqual([operation, []]);
		return record(done);
	}

	const untilSlotHasPassed = async (number: number): Promise<void> =>
		await sleep(Math.max(0, slots.anchor + (number + 1) * slots.every - Date.now()) + 500);
	const slotNow = (): number => slotOf(slots, Date.now());
	const mailOf = (number: number): readonly Mail[] =>
		outside.mail().filter(({ at }) => slotOf(slots, at) === number);

	beforeAll(async () => {
		buildIfStale();
		world = await startWorld({ sandbox: 'e2e', contacts: 12, hubspotLimits: 'real' });
		const { session } = world.n8n;
		const verbs = ['read', 'list', 'update', 'create', 'delete', 'activate', 'deactivate'];
		const scopes = verbs.map((verb) => `workflow:${verb}`);
		const apiKey = await session.createApiKey('e2e', scopes);
		const made = await session.call('POST', '/rest/credentials', {
			name: 'n8n itself',
			type: 'releaseGateN8nApi',
			data: { baseUrl: `http://127.0.0.1:${world.ports.n8n}/api/v1`, apiKey },
		});
		const { hubspot } = sandboxCredentials;
		credentials = {
			[hubspot.type]: { id: hubspot.id, name: hubspot.name },
			releaseGateN8nApi: { id: String(record(made.data).id), name: 'n8n itself' },
		};
		const anchor = DateTime.utc().startOf('minute').plus({ minutes: 1 });
		slots = { anchor: anchor.toMillis(), every: minute, minimumGap: minute / 2 };
		await saveOperations(world.n8n, {
			every: 'PT1M',
			anchor: anchor.toFormat("yyyy-MM-dd'T'HH:mm"),
			mode: 'live',
			minimumGap: 'PT30S',
		});
		await operate(world.n8n, 'configure');
		outside = new Outside(world.standIns, Date.now() + 1);
		await scheduleEvery(world, spine, 10);
		await publishWorkflow(session, spine);
	}, 8 * minute);

	afterAll(async () => {
		// Absent when the start failed.
		await (world as World | undefined)?.close();
	}, 2 * minute);

	it(
		'sends one email per contact and slot throughout, and puts everything back',
		async () => {
			const { session } = world.n8n;
			const account = world.standIns.hubspot.admin.account;
			const tones = (): readonly (readonly [string, string | null])[] =>
				[...account.contacts.values()].map((row) => [row.id, account.value(row, 'cc_profile_tone')] as const);
			const published = async (): Promise<unknown> =>
				record((await session.call('GET', `/rest/workflows/${spine}`)).data).activeVersionId;
			const eligible = world.standIns.story?.eligible ?? [];
			await untilSlotHasPassed(0);
			expect(mailOf(0)).toHaveLength(eligible.length);
			const [before, version] = [tones(), await published()];

			await snapshot('capture', {
				release,
				spine: sandboxSpine,
				contactsFrom: 'spine',
				properties: 'cc_profile_tone, cc_profile_topic, cc_profile_audience',
				workflowIds: spine,
				definitions: true,
			});
			const draft = record((await session.call('GET', `/rest/workflows/${spine}`)).data);
			const nodes = (draft.nodes as Record<string, unknown>[]).map((node) =>
				node.name === 'Overview' ? node : { ...node, notes: 'released' },
			);
			const renamed = ['simple', 'warm', 'bold', 'dry'].map((value) => ({ value, label: value }));
			const changes = {
				definitions: [
					{ change: 'cc_profile_tone', to: { options: [...renamed, { value: 'plain', label: 'plain' }] } },
				],
				rewrites: [{ property: 'cc_profile_tone', from: 'plain', to: 'simple' }],
				workflows: [{ id: spine, graph: { nodes, connections: draft.connections } }],
				spine: {
					cadence: {
						every: 'PT2M',
						anchor: new Date(slots.anchor).toISOString().slice(0, 16),
						timeZone: 'UTC',
						minimumGap: 'PT30S',
					},
				},
				flags: [{ key: 'e2e-tone', state: 'everyone' }],
			};
			const drilled = await snapshot('drill', {
				release,
				spine: sandboxSpine,
				changes: JSON.stringify(changes),
				testContacts: eligible[0],
				releaseHash: 'e'.repeat(64),
			});
			expect(record(drilled.certificate)).toMatchObject({ passed: true });
			expect(tones()).toEqual(before);
			await snapshot('apply', { release, changes: JSON.stringify(changes) });
			expect(await published()).not.toBe(version);
			expect(tones().some(([, tone]) => tone === 'plain')).toBe(false);
			await untilSlotHasPassed(slotNow() + 1);

			const diff = await snapshot('diff', { snapshot: `before-${release}`, against: 'now', rows: 500 });
			expect(diff.same).toBe(false);
			const restored = record((await snapshot('restore', { release })).rollback);
			expect(restored).toMatchObject({ state: 'done', report: { unproven: [] } });
			expect(tones()).toEqual(before);
			expect(await published()).toBe(version);

			const first = slotNow() + 1;
			await untilSlotHasPassed(first + 1);
			for (const number of [first, first + 1])
				expect([number, mailOf(number).length]).toEqual([number, eligible.length]);
			// Throughout: nobody got two emails in one slot.
			const twice = outside
				.mail()
				.map(({ contact, at }) => `${contact} in slot ${slotOf(slots, at)}`)
				.filter((name, at, all) => all.indexOf(name) !== at);
			expect(twice).toEqual([]);
			const verdict = await new LedgerReader(world.ledgerFile, sandboxSpine).verify();
			expect(verdict.status).toBe('intact');
		},
		14 * minute,
	);
});
