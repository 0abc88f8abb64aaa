import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EMPTY_POLICY, parseWorkflow, workflowIdentity } from '../../../core/audit';
import type { WorkflowGraph } from '../../../core/audit/workflow-state';
import { faultPause } from '../../../core/delivery/pause';
import type { JsonObject } from '../../../core/delivery/types';
import { parseChanges } from '../../../core/snapshot/changes';
import { evidenceFor, evaluateStored, findRelease, openRelease, releasedOf } from '../../../app/release';
import { restoreRelease } from '../../../app/snapshot/restore';
import { shipRelease } from '../../../app/snapshot/ship';
import { testSettings } from '../../../testbed/databases/ledgers';
import { FRIDAY, preset, shippable } from '../../support/release';
import {
	plant,
	plantLook,
	serviceFixture,
	type ServiceFixture,
	SUBJECT,
} from '../../support/release-service';
import { Killed, MemoryHost, portsOf } from './fixture';

const quiet = preset('quiet-content-delivery');
const settings: JsonObject = { timezone: 'UTC' };
const proving = { policy: EMPTY_POLICY };

/** A spine that calls another workflow. */
const graph = (text: string): WorkflowGraph => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', parameters: {} },
		{ name: 'Text', type: 'n8n-nodes-base.set', parameters: { text } },
		{
			name: 'Call',
			type: 'n8n-nodes-base.executeWorkflow',
			parameters: { workflowId: { __rl: true, mode: 'list', value: 'helper' } },
		},
	],
	connections: { Start: { main: [[{ node: 'Text', type: 'main', index: 0 }]] } },
});
const helper = (text: string): WorkflowGraph => ({
	nodes: [{ name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger', parameters: { text } }],
	connections: {},
});
const json = (id: string, content: WorkflowGraph) =>
	parseWorkflow({ id, ...content, settings: { ...settings } }, id);
const hashOf = (text: string, called: string): string =>
	workflowIdentity(json('spine', graph(text)), {
		policy: EMPTY_POLICY,
		resolve: (id) => (id === 'helper' ? json('helper', helper(called)) : undefined),
	});

let fixture: ServiceFixture;
let host: MemoryHost;
let hook: (call: string, when: 'before' | 'after') => void;
beforeEach(async () => {
	fixture = await serviceFixture();
	hook = () => undefined;
	host = new MemoryHost((call, when) => hook(call, when));
	host.seed('spine', { name: 'Spine', settings, ...graph('old') });
	host.seed('helper', { name: 'Helper', settings, ...helper('old') });
	await plantLook(fixture);
});
afterEach(async () => await fixture.close());

const ports = () => portsOf(fixture.ledger, null, host, fixture.clock);
const service = () => fixture.ports;

/** Saves a draft, has it proven and let through by the gate. */
/** With `named` `null` the release brings the nodes itself: nothing is saved, no version is named. */
async function approved(id: string, text: string, called = 'old', named?: string | null): Promise<string> {
	const version = named === null ? '' : await host.save('spine', { name: 'Spine', settings, ...graph(text) });
	const change = {
		id,
		subject: SUBJECT,
		artifacts: { workflow: hashOf(text, called) },
		workflow: { id: 'spine', with: [], ...(named === null ? {} : { version: named ?? version }) },
	};
	const full = shippable(quiet, {
		...change,
		artifacts: { ...shippable(quiet).manifest.artifacts, ...change.artifacts },
	});
	await openRelease(service(), full.manifest, 'test');
	await plant(fixture, id, full.evidence, full.approvals);
	const { apiCallsLeft, newContactsLastHour, vendors } = full.facts;
	const { decision } = await evaluateStored(
		service(),
		id,
		{ apiCallsLeft, newContactsLastHour, vendors },
		'test',
	);
	expect(decision.sentence).toContain('Ship');
	return version;
}
const answer = async (id: string) =>
	(await evidenceFor(service(), id)).find(({ check }) => check === 'published-as-proven');
const stageOf = async (id: string) => (await findRelease(service(), id))?.body.stage;
const published = (id = 'spine') => host.now(id).published?.versionId;

describe('shipping', () => {
	test('publishes exactly the version that was proven, reads it back, and moves on to monitoring', async () => {
		const before = published();
		const version = await approved('r-1', 'new');
		// Somebody goes on in the editor: the draft is no longer what was proven.
		await host.save('spine', { name: 'Spine', settings, ...graph('unproven') });
		const shipped = await shipRelease(ports(), 'r-1', parseChanges({}), proving);
		expect(shipped).toMatchObject({
			asProven: true,
			version,
			hash: hashOf('new', 'old'),
			stage: 'monitoring',
			open: null,
		});
		expect(published()).toBe(version);
		expect(await answer('r-1')).toMatchObject({
			status: 'pass',
			by: { machine: 'publication' },
			artifact: 'workflow',
		});
		const released = await releasedOf(service(), SUBJECT);
		expect(released).toMatchObject({
			now: { release: 'r-1', workflow: 'spine', version },
			before: { release: null, version: before },
		});
		expect(Object.keys(released?.now.workflows ?? {}).sort()).toEqual(['helper', 'spine']);
	});

	test('publishes the nodes that a release brings itself, where its manifest names no version', async () => {
		const before = published();
		await approved('r-1', 'brought', 'old', null);
		const changes = parseChanges({ workflows: [{ id: 'spine', graph: graph('brought') }] });
		const shipped = await shipRelease(ports(), 'r-1', changes, proving);
		expect(shipped).toMatchObject({ asProven: true, hash: hashOf('brought', 'old'), stage: 'monitoring' });
		expect(published()).not.toBe(before);
		expect(host.now('spine').published?.nodes).toEqual(graph('brought').nodes);
	});

	test('publishes nothing when the version that is named is another than was proven', async () => {
		const other = host.now('spine').draft.versionId;
		await approved('r-1', 'new', 'old', other);
		await expect(shipRelease(ports(), 'r-1', parseChanges({}), proving)).rejects.toMatchObject({
			code: 'ship-other-version',
		});
		expect(published()).toBe(other);
		expect(await stageOf('r-1')).toBe('approved');
	});

	test('publishes nothing when a workflow it calls changed since the proof', async () => {
		await approved('r-1', 'new');
		const changed = await host.save('helper', { name: 'Helper', settings, ...helper('changed') });
		await host.publish('helper', changed);
		await expect(shipRelease(ports(), 'r-1', parseChanges({}), proving)).rejects.toMatchObject({
			code: 'ship-other-version',
			message: expect.stringContaining('not what was proven'),
		});
		expect(await stageOf('r-1')).toBe('approved');
	});

	test('publishes nothing under another audit policy than it was proven under', async () => {
		await approved('r-1', 'new');
		const weaker = { policy: { ...EMPTY_POLICY, harmless: ['Text'] } as never };
		await expect(shipRelease(ports(), 'r-1', parseChanges({}), weaker)).rejects.toMatchObject({
			code: 'ship-other-version',
		});
	});

	test('rolls back when something else is published when it is read back, and the spine may run what it ran', async () => {
		const before = published();
		const version = await approved('r-1', 'new');
		let done = false;
		hook = (call, when) => {
			if (call !== 'publish' || when !== 'after' || done) return;
			done = true;
			// A workflow it calls is published by hand at the same moment.
			void host
				.save('helper', { name: 'Helper', settings, ...helper('by hand') })
				.then((id) => host.publish('helper', id));
		};
		const shipped = await shipRelease(ports(), 'r-1', parseChanges({}), proving);
		expect(shipped).toMatchObject({ asProven: false, rolledBack: true, stage: 'rolled-back' });
		expect(await answer('r-1')).toMatchObject({ status: 'fail', grounds: expect.stringContaining(version) });
		expect(published()).toBe(before);
		expect((await releasedOf(service(), SUBJECT))?.now.release).toBeNull();
	});

	test('publishes the nodes that a release brings itself, if they are what was proven', async () => {
		const full = shippable(quiet);
		const brought = {
			...full.manifest,
			subject: SUBJECT,
			artifacts: { ...full.manifest.artifacts, workflow: hashOf('brought', 'old') },
			workflow: { id: 'spine', with: [] },
		};
		const { manifest, evidence, approvals, facts } = shippable(quiet, brought);
		await openRelease(service(), manifest, 'test');
		await plant(fixture, manifest.id, evidence, approvals);
		const { apiCallsLeft, newContactsLastHour, vendors } = facts;
		await evaluateStored(service(), manifest.id, { apiCallsLeft, newContactsLastHour, vendors }, 'test');
		const other = parseChanges({ workflows: [{ id: 'spine', graph: graph('another') }] });
		await expect(shipRelease(ports(), manifest.id, other, proving)).rejects.toMatchObject({
			code: 'ship-other-version',
		});
		const changes = parseChanges({ workflows: [{ id: 'spine', graph: graph('brought') }] });
		expect(await shipRelease(ports(), manifest.id, changes, proving)).toMatchObject({
			asProven: true,
			stage: 'monitoring',
		});
		expect(host.now('spine').published?.nodes).toEqual(graph('brought').nodes);
	});

	test('counts the settings that a release brings: without them it is another version', async () => {
		await approved('r-1', 'new');
		const changes = parseChanges({ workflows: [{ id: 'spine', settings: { timezone: 'Asia/Tokyo' } }] });
		await expect(shipRelease(ports(), 'r-1', changes, proving)).rejects.toMatchObject({
			code: 'ship-other-version',
		});
		expect(host.now('spine').settings).toEqual(settings);
	});

	test('ships only what the gate let through, and only what the manifest names', async () => {
		await approved('r-1', 'new');
		fixture.clock.at = FRIDAY + 3 * 3_600_000;
		await expect(shipRelease(ports(), 'r-1', parseChanges({}), proving)).rejects.toMatchObject({
			code: 'release-decision-missing',
		});
		const changes = parseChanges({ workflows: [{ id: 'spine', publish: 'v1' }] });
		await expect(shipRelease(ports(), 'r-1', changes, proving)).rejects.toMatchObject({
			code: 'ship-other-change',
		});
	});
});

test('a release that is not shipped so never reaches monitoring: nobody hashed what is published', async () => {
	await approved('r-1', 'new');
	const { promoteRelease } = await import('../../../app/release');
	await promoteRelease(service(), 'r-1', 'deploying', 'test');
	await expect(promoteRelease(service(), 'r-1', 'monitoring', 'test')).rejects.toMatchObject({
		code: 'release-checks-open',
		message: expect.stringContaining('exactly what was proven'),
	});
});

test('killed at every call of n8n and run again, ends in the same state', async () => {
	const base = published();
	/** Ships, dying at this call of n8n; what came of it, or that it died. */
	const ship = async (id: string, dies: number) => {
		let calls = 0;
		hook = () => {
			calls += 1;
			if (calls === dies) throw new Killed();
		};
		try {
			return await shipRelease(ports(), id, parseChanges({}), proving);
		} catch (problem) {
			if (problem instanceof Killed) return null;
			throw problem;
		} finally {
			hook = () => undefined;
		}
	};
	let killed = 0;
	for (; ; killed += 1) {
		const id = `r-${killed}`;
		const version = await approved(id, `new ${killed}`);
		const first = await ship(id, killed + 1);
		const shipped = first ?? (await ship(id, 0));
		expect([killed, shipped]).toMatchObject([killed, { asProven: true, stage: 'monitoring', version }]);
		expect((await releasedOf(service(), SUBJECT))?.now).toMatchObject({ release: id, version });
		expect(await answer(id)).toMatchObject({ status: 'pass' });
		await restoreRelease(ports(), id, { target: null });
		expect(published()).toBe(base);
		if (first !== null) break;
	}
	expect(killed).toBeGreaterThan(10);
});

test('shows in the editor what runs after a rollback, and leaves a draft that somebody went on with (ux 17)', async () => {
	await approved('r-1', 'bad');
	await shipRelease(ports(), 'r-1', parseChanges({}), proving);
	await restoreRelease(ports(), 'r-1', { target: null });
	const { draft, published: runs } = host.now('spine');
	expect(runs?.nodes).toEqual(graph('old').nodes);
	expect(draft.nodes).toEqual(graph('old').nodes);

	await approved('r-2', 'worse');
	await shipRelease(ports(), 'r-2', parseChanges({}), proving);
	await host.save('spine', { name: 'Spine', settings, ...graph('mended') });
	await restoreRelease(ports(), 'r-2', { target: null });
	expect(host.now('spine').published?.nodes).toEqual(graph('old').nodes);
	expect(host.now('spine').draft.nodes).toEqual(graph('mended').nodes);
});

describe('a spine that is paused when its release goes back', () => {
	/** Ships a release, lets somebody pause the spine, and takes the release back. */
	async function takenBack(reason: string, before: boolean): Promise<boolean> {
		const { spines } = fixture.ledger;
		await spines.configure(testSettings(SUBJECT), 'test');
		await approved('r-1', 'bad');
		if (before) await spines.pause(SUBJECT, reason, 'test');
		fixture.clock.at += 1_000;
		await shipRelease(ports(), 'r-1', parseChanges({}), proving);
		fixture.clock.at += 1_000;
		if (!before) await spines.pause(SUBJECT, reason, 'test');
		await restoreRelease(ports(), 'r-1', { target: null });
		return (await spines.get(SUBJECT))?.paused ?? true;
	}

	test('goes on where a machine paused it under the release: what every delivery met went back with it', async () => {
		expect(await takenBack(faultPause('The model does not exist.'), false)).toBe(false);
	});

	test('stays paused where a person paused it', async () => {
		expect(await takenBack('the text looks wrong', false)).toBe(true);
	});

	test('stays paused where a machine had paused it before the release', async () => {
		expect(await takenBack(faultPause('The key was revoked.'), true)).toBe(true);
	});
});
