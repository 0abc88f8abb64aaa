import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { Fingerprint } from '../../../core/audit';
import { envelopeOf } from '../../../core/delivery/envelope';
import { CHANGE_OVER } from '../../../core/release/released';
import { recordReleased, rehearsedIn, releasedOf, takeBackReleased } from '../../../app/release';
import type { RunOptions, WorkflowJson } from '../../../testbed/engine/n8n';
import { createSpineFixture, SPINE, spineSettings, type SpineFixture } from '../../workflows/fixture';

const workflow = (note = ''): WorkflowJson => ({
	id: 'spine-workflow',
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Text',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			parameters: {},
			...(note ? { retryOnFail: true } : {}),
		},
		{
			name: 'Gate',
			type: 'n8n-nodes-release-gate.releaseGate',
			typeVersion: 1,
			parameters: { operation: 'route' },
		},
	],
	connections: {
		Start: { main: [[{ node: 'Text', type: 'main', index: 0 }]] },
		Text: { main: [[{ node: 'Gate', type: 'main', index: 0 }]] },
	},
});
const released = workflow();
const changed = workflow('changed');

let fixture: SpineFixture;
beforeAll(async () => {
	fixture = await createSpineFixture(0);
});
afterAll(async () => await fixture.close());

const live = { delivery: envelopeOf({ spine: SPINE, space: 'live', slot: '2026-11-20', recipient: '1' }) };
const rehearsal = {
	delivery: envelopeOf({ spine: SPINE, space: 'dry-run:default', slot: '2026-11-20', recipient: '2' }),
};

const route = async (which: WorkflowJson, options: RunOptions = {}) => {
	const triggerItems = [live as IDataObject, rehearsal as IDataObject];
	const run = await fixture.run(which, { triggerItems, startNode: 'Text', ...options });
	expect(run.error).toBeUndefined();
	const [held] = run.json('Gate', 0);
	return {
		live: run.json('Gate', 1).length,
		dry: run.json('Gate', 2).length,
		held: (held?.releaseGate ?? null) as IDataObject | null,
	};
};

const ports = () => ({ ledger: fixture.ledger, now: () => Date.now() });
/** What a version is while it runs, as a rehearsal of it wrote it down. */
async function fingerprintFor(version: WorkflowJson): Promise<Fingerprint> {
	const run = `at-${Math.random().toString(36).slice(2)}`;
	await fixture.ledger.spines.configure({ ...spineSettings(), mode: 'dry-run' }, 'test');
	const delivery = envelopeOf({ spine: SPINE, space: `dry-run:${run}`, slot: '2026-11-20', recipient: '2' });
	await fixture.run(version, { triggerItems: [{ delivery }] });
	await fixture.configure();
	const [first] = await rehearsedIn(ports(), SPINE, `dry-run:${run}`);
	if (!first) throw new Error('nothing was written down');
	return first.fingerprint;
}
const release = async (id: string, version: WorkflowJson, at = Date.now()): Promise<void> => {
	const fingerprint = await fingerprintFor(version);
	await recordReleased(
		ports(),
		SPINE,
		{
			release: id,
			workflow: 'spine-workflow',
			version: 'v1',
			workflows: { 'spine-workflow': fingerprint },
			at,
			by: 'test',
		},
		null,
	);
};
const alarms = async (): Promise<readonly string[]> =>
	(await fixture.ledger.events.list({ kinds: ['spine.ungated-change'], spine: SPINE, limit: 50 })).map(
		({ sentence }) => sentence,
	);

describe('a spine that was never released', () => {
	it('delivers whatever its trigger starts, and nothing that a person starts in the editor', async () => {
		await fixture.configure();
		expect(await route(changed)).toMatchObject({ live: 1, dry: 1 });
		const byHand = await route(changed, { mode: 'manual' });
		expect(byHand).toMatchObject({ live: 0, dry: 1, held: { status: 'held', reason: 'run-by-hand' } });
		expect(byHand.held?.remedy).toContain('rehearse');
	});

	it('delivers by hand where its settings say so, for tests', async () => {
		await fixture.ledger.spines.configure({ ...spineSettings(), startedByHand: 'deliver' }, 'test');
		expect(await route(changed, { mode: 'manual' })).toMatchObject({ live: 1 });
	});
});

describe('a spine without Release Gate', () => {
	const own = (operation: string, parameters: object = {}): WorkflowJson => ({
		id: 'no-gate',
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
			{
				name: 'Check',
				type: 'n8n-nodes-release-gate.idempotencyCheck',
				typeVersion: 2,
				parameters: { operation, ...parameters },
			},
		],
		connections: { Start: { main: [[{ node: 'Check', type: 'main', index: 0 }]] } },
	});
	const claim = own('claim', { source: 'standalone', spine: SPINE, recipientField: 'id' });
	const start = { startNode: 'Start', triggerItems: [{ id: 77 }] };

	it('claims nothing for a run that a person starts, and confirms nothing of an earlier run’s claim (ux 16)', async () => {
		await fixture.configure();
		const byHand = await fixture.run(claim, { ...start, mode: 'manual' });
		expect(byHand.json('Check', 1)).toEqual([]);
		expect(byHand.json('Check', 0)).toMatchObject([
			{ releaseGate: { status: 'held', reason: 'run-by-hand' } },
		]);
		const granted = (await fixture.run(claim, { ...start, mode: 'trigger' })).json('Check', 1);
		expect(granted).toHaveLength(1);
		const kept = { startNode: 'Start', triggerItems: granted };
		const step = await fixture.run(own('confirm'), { ...kept, mode: 'manual' });
		expect(step.json('Check', 1)).toEqual([]);
		expect(step.json('Check', 0)).toMatchObject([
			{ releaseGate: { status: 'stopped', reason: 'run-by-hand' } },
		]);
		expect((await fixture.run(own('confirm'), { ...kept, mode: 'trigger' })).json('Check', 1)).toHaveLength(
			1,
		);
	});
});

describe('a spine that was released', () => {
	beforeEach(async () => {
		await fixture.configure();
		await fixture.ledger.records.remove('released', [SPINE]);
	});

	it('delivers what was released, by its trigger and by hand', async () => {
		await release('r-1', released);
		expect(await route(released)).toMatchObject({ live: 1, held: null });
		expect(await route(released, { mode: 'manual' })).toMatchObject({ live: 1, held: null });
		expect(await alarms()).toEqual([]);
	});

	it('delivers nothing of another version, names the node that differs, and tells it once', async () => {
		await release('r-1', released);
		const first = await route(changed);
		expect(first).toMatchObject({ live: 0, dry: 1, held: { status: 'held', reason: 'run-ungated' } });
		expect(first.held?.message).toContain('node Text differs');
		await route(changed);
		expect(await alarms()).toEqual([expect.stringContaining('node Text differs')]);
		await release('r-2', changed);
		expect(await route(changed)).toMatchObject({ live: 1, held: null });
	});

	it('takes the released workflow in a second workflow for another one', async () => {
		await release('r-1', released);
		const copy = await route({ ...released, id: 'a-copy' });
		expect(copy.live).toBe(0);
		expect(copy.held?.message).toContain('the workflow a-copy was not released');
	});

	it('only tells it where the spine’s setting says report', async () => {
		await release('r-1', released);
		await fixture.ledger.spines.configure({ ...spineSettings(), ungatedChange: 'report' }, 'test');
		const before = (await alarms()).length;
		expect(await route(changed)).toMatchObject({ live: 1, held: null });
		expect((await alarms()).length).toBe(before + 1);
	});

	it('holds a draft that a person starts without an alarm: it is not what runs', async () => {
		await release('r-1', released);
		const before = (await alarms()).length;
		const byHand = await route(changed, { mode: 'manual' });
		expect(byHand).toMatchObject({ live: 0, held: { reason: 'run-by-hand' } });
		expect(byHand.held?.message).toContain('node Text differs');
		expect((await alarms()).length).toBe(before);
	});

	it('takes the version of before for a run that began before the release, and later for a stale one', async () => {
		await release('r-1', released, Date.now() - 10 * CHANGE_OVER);
		await release('r-2', changed);
		const before = (await alarms()).length;
		expect((await route(released)).held).toMatchObject({ reason: 'run-changing-over' });
		expect((await alarms()).length).toBe(before);
		const [record] = await fixture.ledger.records.get('released', [SPINE]);
		const body = record?.body as IDataObject & { now: IDataObject };
		const past = { ...body, now: { ...body.now, at: Date.now() - CHANGE_OVER } };
		await fixture.ledger.records.write(
			[
				{
					kind: 'released',
					id: SPINE,
					spine: SPINE,
					parent: null,
					body: past,
					expectedRevision: record?.revision ?? 0,
				},
			],
			[],
		);
		expect((await route(released)).held).toMatchObject({ reason: 'run-ungated' });
		expect((await alarms()).length).toBe(before + 1);
	});

	it('runs the version of before once a release was taken back', async () => {
		await release('r-1', released);
		await release('r-2', changed);
		await takeBackReleased(ports(), SPINE, 'r-2', 'test');
		expect((await releasedOf(ports(), SPINE))?.now.release).toBe('r-1');
		expect(await route(released)).toMatchObject({ live: 1, held: null });
		expect((await route(changed)).live).toBe(0);
	});
});

it('remembers which versions a dry run rehearsed, each once', async () => {
	await fixture.ledger.records.remove('rehearsal', [`${SPINE}/dry-run:default`]);
	await fixture.configure();
	for (const version of [released, changed, changed]) await route(version);
	const versions = await rehearsedIn(ports(), SPINE, 'dry-run:default');
	expect(versions.map(({ workflow: id }) => id)).toEqual(['spine-workflow', 'spine-workflow']);
	expect(versions.map(({ fingerprint }) => fingerprint)).toEqual([
		await fingerprintFor(released),
		await fingerprintFor(changed),
	]);
});
