import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import type { Space } from '../../../core/delivery/types';
import type { WorkflowJson } from '../../../testbed/engine/n8n';
import { createSpineFixture, SPINE, spineSettings, type SpineFixture } from '../../workflows/fixture';

const workflow: WorkflowJson = {
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
		{
			name: 'Gate',
			type: 'n8n-nodes-release-gate.releaseGate',
			typeVersion: 1,
			parameters: { operation: 'route' },
		},
	],
	connections: { Start: { main: [[{ node: 'Gate', type: 'main', index: 0 }]] } },
};

let fixture: SpineFixture;
beforeAll(async () => {
	fixture = await createSpineFixture(0);
});
afterAll(async () => await fixture.close());

const item = (recipient: string, space: Space = 'live', spine = SPINE): IDataObject => ({
	delivery: envelopeOf({ spine, space, slot: '2026-11-20', recipient }),
});
const route = async (triggerItems: IDataObject[]) => {
	const run = await fixture.run(workflow, { triggerItems });
	expect(run.error).toBeUndefined();
	return { held: run.json('Gate', 0), live: run.json('Gate', 1), dry: run.json('Gate', 2), run };
};

it('routes by the state of the spine, and says why', async () => {
	await fixture.configure({ testRecipients: ['7'] });
	const { held, live, dry } = await route([
		item('1'),
		item('7'),
		item('2', 'dry-run:default'),
		item('3', 'live', 'other'),
	]);
	expect(live).toMatchObject([{ releaseGate: { status: 'live', spineVersion: expect.any(Number) } }]);
	expect(dry).toMatchObject([{ delivery: { recipient: '2' }, releaseGate: { status: 'dry-run' } }]);
	expect(held.map(({ releaseGate }) => (releaseGate as IDataObject).message)).toEqual([
		expect.stringContaining('test recipient now'),
		expect.stringContaining('not configured'),
	]);
});

it('holds what carries no delivery, a forged one, or the same one twice', async () => {
	await fixture.configure();
	const forged = { delivery: { ...(item('1').delivery as IDataObject), mode: 'live', spine: 'x' } };
	const { held, live } = await route([{}, { delivery: { id: 5 } }, forged, item('1'), item('1')]);
	expect(live).toHaveLength(1);
	expect(held.map(({ releaseGate }) => (releaseGate as IDataObject).reason)).toEqual([
		'envelope-missing',
		'envelope-unreadable',
		'envelope-unreadable',
		'duplicate-in-batch',
	]);
});

it('lets nothing pass live while the spine is paused or in dry run: for any items, in any mixture', async () => {
	const items = fc.array(
		fc.record({
			recipient: fc.stringMatching(/^[1-9][0-9]{0,5}$/),
			space: fc.constantFrom<Space>('live', 'dry-run:default', 'dry-run:x'),
		}),
		{ maxLength: 20 },
	);
	const states = fc.record({
		paused: fc.boolean(),
		mode: fc.constantFrom('live' as const, 'dry-run' as const),
	});
	await fc.assert(
		fc.asyncProperty(items, states, async (given, { paused, mode }) => {
			await fixture.ledger.spines.configure(spineSettings({ mode }), 'test');
			await fixture.ledger.spines[paused ? 'pause' : 'resume'](SPINE, 'test', 'test');
			const { held, live, dry } = await route(given.map(({ recipient, space }) => item(recipient, space)));
			expect(held.length + live.length + dry.length).toBe(given.length);
			if (paused || mode === 'dry-run') expect(live).toEqual([]);
			if (paused) expect(dry).toEqual([]);
			for (const { delivery } of live) expect((delivery as IDataObject).mode).toBe('live');
			for (const { delivery } of dry) expect((delivery as IDataObject).mode).toBe('dry-run');
		}),
		{ numRuns: 40 },
	);
});

it('keeps the harmless output first when the ledger cannot be read and the node continues', async () => {
	const broken = structuredClone(workflow) as { nodes: { onError?: string }[] } & WorkflowJson;
	broken.nodes[1]!.onError = 'continueErrorOutput';
	const run = await fixture.run(broken, {
		triggerItems: [item('1')],
		credentials: { releaseGateLedgerApi: { store: 'sqlite', file: '/dev/null/ledger.sqlite' } },
	});
	expect(run.json('Gate', 0)).toMatchObject([{ releaseGate: { status: 'refused' } }]);
	expect([run.json('Gate', 1), run.json('Gate', 2)]).toEqual([[], []]);
});
