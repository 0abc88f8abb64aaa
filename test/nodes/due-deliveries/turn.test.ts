import { afterEach, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { WorkflowJson } from '../../../testbed/engine/n8n';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

let fixture: SpineFixture;
const open = async (contacts: number): Promise<SpineFixture> =>
	(fixture = await createSpineFixture(contacts));
afterEach(async () => await fixture.close());

const node = (name: string, parameters: IDataObject) => ({
	name,
	type: 'n8n-nodes-release-gate.dueDeliveries',
	typeVersion: 1,
	parameters: { spine: SPINE, ...parameters },
});

/** Takes a turn, runs what is between in its place, and comes back: the driver with the spine written into it. */
const driver = (between: string): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
		node('Take Turn', { operation: 'turn' }),
		{
			name: 'Run Spine',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: { mode: 'runOnceForAllItems', jsCode: between },
		},
	],
	connections: {
		Start: { main: [[{ node: 'Take Turn', type: 'main', index: 0 }]] },
		'Take Turn': { main: [[], [{ node: 'Run Spine', type: 'main', index: 0 }]] },
		'Run Spine': { main: [[{ node: 'Take Turn', type: 'main', index: 0 }]] },
	},
});

const turns = async (between = 'return [{ json: {} }, { json: {} }];') => {
	const run = await fixture.run(driver(between));
	expect(run.error).toBeUndefined();
	return { items: run.json('Take Turn', 0), said: run.hints.map(({ message }) => message).join(' ') };
};

it('ends with one item that says why when the run served nobody, and the place rests', async () => {
	const { configure } = await open(20);
	await configure();
	const first = await turns();
	expect(first.items.map(({ turn }) => turn)).toEqual([
		{ spine: SPINE, run: false, reason: 'nobody-served', sentence: expect.stringContaining('served nobody') },
	]);
	expect((await turns()).items).toMatchObject([{ turn: { reason: 'no-place' } }]);
});

it('gives no turn while the spine is paused, and says so', async () => {
	const { configure, ledger } = await open(20);
	await configure();
	await ledger.spines.pause(SPINE, 'looks wrong', 'test');
	const { items, said } = await turns();
	expect(items).toMatchObject([{ turn: { run: false, reason: 'paused' } }]);
	expect(said).toContain('The spine is paused.');
});

it('names a spine that the ledger does not know', async () => {
	await open(1);
	const run = await fixture.run(driver('return [];'));
	expect(String(run.error?.message)).toContain(SPINE);
});
