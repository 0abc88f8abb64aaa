import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeLedgers, ledgerAt } from '../../../nodes/kit/ledger';
import { sandboxToken } from '../../../testbed/standins/hubspot/tokens';
import { startHubSpotFixture, type HubSpotFixture } from '../../adapters/hubspot/fixture';
import { testSettings } from '../../../testbed/databases/ledgers';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { manifestFor, preset } from '../../support/release';

const folder = mkdtempSync(join(tmpdir(), 'rg-node-snapshot-'));
const file = join(folder, 'ledger.sqlite');
const changes = {
	definitions: [
		{
			change: 'cc_profile_tone',
			to: { options: ['simple', 'plain', 'warm'].map((value) => ({ value, label: value })) },
		},
	],
	rewrites: [{ property: 'cc_profile_tone', from: 'plain', to: 'simple' }],
};
let fixture: HubSpotFixture;
let ids: readonly string[];

beforeAll(async () => {
	fixture = await startHubSpotFixture();
	ids = fixture.admin.seedContacts(
		['plain', 'warm', 'plain'].map((tone, at) => ({
			email: `n${at}@example.test`,
			cc_profile_tone: tone,
			cc_delivery_status: 'active',
		})),
	);
	const ledger = await ledgerAt({ store: 'sqlite', file });
	await ledger.spines.configure({ ...testSettings('spine'), testRecipients: [ids[0] ?? ''] }, 'test');
});
afterAll(async () => {
	await closeLedgers();
	await fixture.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs one operation in n8n-core. */
const run = async (parameters: Record<string, unknown>) =>
	await runWorkflow(
		{
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'Snapshot',
					type: 'n8n-nodes-release-gate.rollbackSnapshot',
					parameters: parameters as never,
				},
			],
			connections: { Start: { main: [[{ node: 'Snapshot', type: 'main', index: 0 }]] } },
		},
		{
			credentials: {
				releaseGateLedgerApi: { store: 'sqlite', file },
				releaseGateHubSpotApi: { accessToken: sandboxToken, baseUrl: fixture.url },
			},
		},
	);

it('captures, drills, applies, compares, restores, lists and prunes through n8n-core', async () => {
	const asked = await run({
		operation: 'capture',
		release: 'r',
		spine: 'spine',
		contactsFrom: 'spine',
		properties: 'cc_profile_tone, cc_profile_topic',
	});
	expect(asked.error).toBeUndefined();
	expect(asked.json('Snapshot', 1)).toMatchObject([
		{
			snapshot: { id: 'before-r', state: 'complete', contacts: { found: 3 } },
			estimate: { contacts: 3, calls: 5 },
		},
	]);
	expect(asked.hints.map(({ message }) => message).join(' ')).toMatch(/3 contacts: about 5 calls/);

	const drilled = await run({
		operation: 'drill',
		release: 'r',
		spine: 'spine',
		changes: JSON.stringify(changes),
	});
	expect(drilled.error).toBeUndefined();
	expect(drilled.json('Snapshot', 1)).toMatchObject([{ certificate: { passed: true, contacts: 1 } }]);

	const applied = await run({ operation: 'apply', release: 'r', changes });
	expect(applied.json('Snapshot', 1)).toMatchObject([{ applied: { values: 2, definitions: 1 } }]);
	fixture.admin.foreignWrite(ids[2] ?? '', { cc_profile_tone: 'warm' });

	const compared = await run({ operation: 'diff', snapshot: 'before-r', showValues: false, html: true });
	const [diff] = compared.items('Snapshot', 1);
	expect(diff?.json).toMatchObject({ same: false, diff: { counts: { contact: 2, property: 1 } } });
	expect(diff?.json.table).toContain('cc_profile_tone');
	expect(diff?.json.table).not.toContain('simple  ');
	expect(diff?.binary?.diff?.mimeType).toBe('text/html');

	const planned = await run({ operation: 'restore', release: 'r', planOnly: true });
	expect(planned.json('Snapshot', 1)).toMatchObject([
		{ plan: { values: { restore: 1, left: { 'changed-by-someone': 1 } } } },
	]);
	expect(fixture.admin.values(ids[0] ?? '')?.cc_profile_tone).toBe('simple');

	const restored = await run({ operation: 'restore', release: 'r' });
	expect(restored.json('Snapshot', 1)).toMatchObject([
		{ rollback: { state: 'done', report: { unproven: [] } } },
	]);
	expect(ids.map((id) => fixture.admin.values(id)?.cc_profile_tone)).toEqual(['plain', 'warm', 'warm']);

	const listed = await run({ operation: 'list', spine: 'spine' });
	expect(listed.json('Snapshot', 1)).toMatchObject([{ snapshot: { id: 'before-r' } }]);
	const pruned = await run({ operation: 'prune', days: 0, keep: 0, spine: 'spine' });
	expect(pruned.json('Snapshot', 1)).toMatchObject([{ removed: ['before-r'] }]);
});

it('says what is wrong, and writes nothing', async () => {
	for (const [parameters, message] of [
		[
			{ operation: 'apply', release: 'nobody', changes },
			/No complete snapshot was captured for the release 'nobody'/,
		],
		[{ operation: 'apply', release: 'r', changes: '{' }, /No complete snapshot|it is not JSON/],
		[{ operation: 'restore', release: 'nobody' }, /nobody.*written nothing/],
		[{ operation: 'diff', snapshot: 'nothing' }, /no snapshot 'nothing'/],
		[{ operation: 'capture', release: 'x', spine: 'none', contactsFrom: 'spine' }, /no spine named 'none'/],
	] as const) {
		const { error } = await run(parameters);
		expect(error?.message).toMatch(message);
	}
});

it('refuses a target that never reached stable', async () => {
	const ledger = await ledgerAt({ store: 'sqlite', file });
	const at = 0;
	const body = JSON.parse(
		JSON.stringify({
			manifest: manifestFor(preset('quiet-content-delivery'), { id: 'q' }),
			stage: 'monitoring',
			openedBy: 'test',
			history: ['deploying', 'monitoring'].map((stage) => ({ stage, at, by: 'test' })),
			observed: {},
			decision: null,
			shippedAt: at,
			documentedAt: null,
		}),
	);
	const write = {
		kind: 'release' as const,
		id: 'q',
		spine: 'spine',
		parent: null,
		body,
		expectedRevision: 0,
	};
	await ledger.records.write([write], []);
	await run({
		operation: 'capture',
		release: 'r2',
		spine: 'spine',
		contactsFrom: 'none',
		definitions: false,
	});
	await run({ operation: 'apply', release: 'r2', changes: { flags: [{ key: 'f', state: 'everyone' }] } });
	const { error } = await run({ operation: 'restore', release: 'r2' });
	expect(error?.message).toMatch(/The release 'q' never reached stable/);
	const stable = { ...body, stage: 'stable' };
	await ledger.records.write([{ ...write, body: stable, expectedRevision: 1 }], []);
	expect((await run({ operation: 'restore', release: 'r2' })).error).toBeUndefined();
	expect((await ledger.records.get('flag', ['f']))[0]?.body).toMatchObject({ state: 'off', killed: true });
});

it('captures the properties and workflows that are ticked and those that are typed', async () => {
	const none = {
		operation: 'capture',
		release: '',
		contactsFrom: 'list',
		contactIds: '1',
		estimateOnly: false,
	};
	const ticked = await run({
		...none,
		snapshot: 'ticked',
		spine: 'spine',
		contactIds: ids.join(','),
		properties: 'cc_profile_tone',
		propertiesChosen: ['cc_profile_topic', 'cc_profile_tone'],
	});
	expect(ticked.error).toBeUndefined();
	expect(ticked.json('Snapshot', 1)).toMatchObject([
		{ snapshot: { scope: { properties: ['cc_profile_tone', 'cc_profile_topic'], workflows: [] } } },
	]);
});
