import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { askedBy } from '../../../app/watch/asked';
import type { RunOptions, WorkflowJson } from '../../../testbed/engine/n8n';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(5);
});
afterEach(async () => await fixture.close());

/** A schedule and one node that asks. */
const asking = (parameters: IDataObject): WorkflowJson => ({
	id: 'asks',
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
		{
			name: 'Ask',
			type: 'n8n-nodes-release-gate.dueDeliveries',
			typeVersion: 1,
			parameters: { spine: SPINE, limit: 10, ...parameters },
		},
	],
	connections: { Start: { main: [[{ node: 'Ask', type: 'main', index: 0 }]] } },
});
const get = asking({ operation: 'get' });

const heard = async (workflow: WorkflowJson, options: RunOptions = {}): Promise<boolean> => {
	const before = Date.now();
	const run = await fixture.run(workflow, options);
	const at = (await askedBy(fixture.ledger, ['asks'], Date.now())).get('asks');
	if (at !== undefined) expect(at).toBeGreaterThanOrEqual(before);
	expect(run.error).toBeUndefined();
	return at !== undefined;
};

it('is heard by the ledger when it asks for what is due', async () => {
	await fixture.configure();
	expect(await heard(get)).toBe(true);
});

it('is heard when nothing is due, and while the spine is paused', async () => {
	await fixture.configure();
	await fixture.ledger.spines.pause(SPINE, 'looks wrong', 'test');
	expect(await heard(get)).toBe(true);
});

it('is heard when it takes a turn', async () => {
	await fixture.configure();
	expect(await heard(asking({ operation: 'turn' }))).toBe(true);
});

it('is not heard when a person starts it, or rehearses with it', async () => {
	await fixture.configure();
	expect(await heard(get, { mode: 'manual' })).toBe(false);
	expect(await heard(asking({ operation: 'get', shadow: true }))).toBe(false);
});

it('is not heard when it fails: that run n8n keeps', async () => {
	await fixture.configure();
	const broken = { ...fixture.credentials.releaseGateHubSpotApi, accessToken: 'revoked' };
	const run = await fixture.run(get, {
		credentials: { ...fixture.credentials, releaseGateHubSpotApi: broken },
	});
	expect(run.error).toBeDefined();
	expect((await askedBy(fixture.ledger, ['asks'], Date.now())).size).toBe(0);
});
