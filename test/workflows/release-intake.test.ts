import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { recordApproval, type ServicePorts } from '../../app/release';
import { answerAll, artifactsOf } from '../e2e/intake/answers';
import type { WorkflowJson } from '../../testbed/engine/n8n';
import { openStatusPages, type StatusPages } from '../../testbed/standins/status-pages';
import { manifestFor, preset, personOf } from '../support/release';
import type { WorkflowSave } from '../../core/audit/workflow-state';
import { startInstance, type Instance } from '../nodes/release/n8n-instance';
import { passesOn } from './passes-on';
import { readTemplate } from './template';
import { createSpineFixture, SPINE, spineSettings, type SpineFixture } from './fixture';

const quiet = preset('quiet-content-delivery');
/** Far from the next slot, so that the gate has time for a recovery. */
const settings = spineSettings();

let fixture: SpineFixture;
let outside: StatusPages;
let ports: ServicePorts;
beforeEach(async () => {
	fixture = await createSpineFixture(0);
	outside = await openStatusPages(0);
	ports = { ledger: fixture.ledger, now: Date.now };
	await fixture.ledger.spines.configure(settings, 'test');
});
afterEach(async () => {
	await outside.close();
	await fixture.close();
});

/** *Gate readings* with the addresses of the world outside. */
const readings = () =>
	JSON.parse(
		JSON.stringify(readTemplate('gate-readings.json'))
			.replace('https://api.hubapi.com', outside.url)
			.replace(/https:\/\/status\.(\w+?)(app)?\.com\//g, `${outside.url}/status/$1/`),
	) as WorkflowJson;
const run = async (startNode: string, json: object, instance?: Instance) => {
	const done = await fixture.runTemplate('release-intake.json', {
		startNode,
		triggerItems: [{ json: json as IDataObject }],
		nodeOverrides: {
			// The dry run is a template of its own, and tested there.
			'Run Rehearsal': { type: 'n8n-nodes-base.noOp', typeVersion: 1 },
		},
		subWorkflows: { 'gate-readings': readings() },
		...(instance ? { credentials: { ...fixture.credentials, releaseGateN8nApi: instance.credential } } : {}),
		nodeTypes: {
			'n8n-nodes-base.formTrigger': passesOn('formTrigger', 'trigger'),
			'n8n-nodes-base.form': passesOn('form', 'transform'),
		},
	});
	expect(done.error).toBeUndefined();
	return done;
};
const post = async (manifest: object) => await run('Receive Posted Release', { body: manifest });
const manifest = (change: object = {}) => ({
	...manifestFor(quiet, { subject: SPINE, artifacts: artifactsOf(settings), gatedBy: 'The gate.' }),
	...change,
});

it('answers a post with the decision as JSON: held, with every open check and its remedy', async () => {
	const done = await post(manifest());
	const [held] = done.json('Is the Hold Posted?', 0) as [
		{ decision: { decision: string }; openChecks: { check: string; remedy: string }[] },
	];
	expect(held.decision.decision).toBe('hold');
	expect(held.openChecks.length).toBeGreaterThan(10);
	expect(held.openChecks.every(({ remedy }) => remedy !== '')).toBe(true);
	expect(done.json('Show Reasons')).toEqual([]);
	expect(done.run.data.resultData.lastNodeExecuted).toBe('Is the Hold Posted?');
});

it('ships what is complete, read at this moment', async () => {
	await post(manifest());
	const verdict = { kind: 'verdict' as const, id: `${SPINE}:last`, spine: SPINE, parent: null };
	const body = { at: 0, verdict: null, errorBudget: 'healthy', mark: null };
	await fixture.ledger.records.write([{ ...verdict, body, expectedRevision: 0 }], []);
	await answerAll(ports, 'r-1', settings, []);
	for (const [person, role] of [
		['Eve Engineer', 'engineering'],
		['Lea Lead', 'leadership'],
	])
		await recordApproval(
			ports,
			'r-1',
			{ ...personOf(person ?? '', role ?? ''), verdict: 'approved' },
			'test',
		);
	const [shipped] = (await post(manifest())).json('Is the Ship Posted?', 0);
	expect(shipped?.['decision']).toMatchObject({ decision: 'ship', release: 'r-1' });
	outside.indicators['postmark'] = 'major';
	const [held] = (await post(manifest())).json('Is the Hold Posted?', 0);
	expect(held?.['releaseGate']).toMatchObject({
		message: expect.stringContaining('postmark reports an incident') as unknown,
	});
});

it('answers a manifest that cannot be read with every problem, and stores nothing', async () => {
	const done = await post(manifest({ id: 'NOT AN ID', surprise: 1 }));
	expect(done.json('Is the Post Refused?', 0)).toMatchObject([
		{
			releaseGate: { reason: 'manifest-unreadable', message: expect.stringMatching(/2 problems/) as unknown },
		},
	]);
	expect(done.json('Evaluate Release')).toEqual([]);
	expect(await fixture.ledger.records.list({ kind: 'release', limit: 10 })).toEqual([]);
});

describe('a post without a manifest', () => {
	const spine = readTemplate('content-delivery-spine.json');
	const saved = (change: (text: string) => string = (text) => text): WorkflowSave => {
		const {
			name,
			nodes,
			connections,
			settings: own,
		} = JSON.parse(change(JSON.stringify(spine))) as typeof spine;
		return { name, nodes, connections, settings: own } as WorkflowSave;
	};
	const asked = {
		spine: SPINE,
		title: 'Warmer opening line',
		requestedBy: 'ci@example.com',
		failureMode: 'It reads stiffly.',
		documents: 'None of them speaks of wording.',
	};
	let instance: Instance;
	beforeEach(async () => {
		instance = await startInstance();
		instance.host.seed('spine', saved());
	});
	afterEach(async () => await instance.close());

	it('releases what is in the draft of the spine: prepared as the form does it, and asked of the gate', async () => {
		const version = await instance.host.save(
			'spine',
			saved((text) => text.replace('one short, useful email', 'one short, warm email')),
		);
		const done = await run('Receive Posted Release', { body: asked }, instance);
		const [held] = done.json('Is the Hold Posted?', 0) as [
			{ decision: { decision: string; release: string }; openChecks: { check: string; waitsFor: string }[] },
		];
		expect(held.decision).toMatchObject({ decision: 'hold', release: `warmer-opening-line-${version}` });
		// What the post says is not asked again, and machines have looked.
		const open = held.openChecks.map(({ check }) => check);
		expect(open).not.toContain('failure-mode-identified');
		expect(open).not.toContain('idempotency-preserved');
		expect(open).toContain('approval-by-class');
		const [record] = await fixture.ledger.records.get('release', [held.decision.release]);
		expect(record?.body).toMatchObject({
			manifest: { requestedBy: 'ci@example.com', workflow: { id: 'spine', version } },
		});
		// The very draft was handed to the rehearsal.
		expect(done.json('Run Rehearsal')).toMatchObject([
			{ spineWorkflow: 'spine', release: held.decision.release },
		]);
	});

	it('is refused as JSON where there is nothing to release, and rehearses nothing', async () => {
		const done = await run('Receive Posted Release', { body: asked }, instance);
		expect(done.json('Is the Post Refused?', 0)).toMatchObject([
			{ releaseGate: { reason: 'prepare-nothing-changed' } },
		]);
		expect(done.json('Run Rehearsal')).toEqual([]);
	});
});

it('still leads the forms to their pages', async () => {
	const form = {
		...{ id: 'warmer', title: 'Warmer', subject: SPINE, kind: 'regular', surfaces: 'prompts', author: 'Ann' },
		user: { id: 'u-1', email: 'rita@example.com', firstName: 'Rita', lastName: 'Requester' },
	};
	const done = await run('Receive Release Form', form);
	expect(done.json('Is the Hold Posted?', 0)).toEqual([]);
	expect(done.json('Show Reasons')).toHaveLength(1);
});
