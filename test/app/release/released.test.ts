import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fingerprintOf, parseWorkflow, type WorkflowJson } from '../../../core/audit';
import { presetPolicy } from '../../../core/release/policy/override';
import { singleEvents } from '../../../core/stability/findings/single-events';
import { lookAtPublished, lookForUngated, recordReleased, releasedOf } from '../../../app/release';
import { quiet as observed } from '../../core/stability/observation';
import { serviceFixture, SUBJECT, type ServiceFixture } from '../../support/release-service';

const workflow = (id: string, text: string): WorkflowJson =>
	parseWorkflow(
		{ id, nodes: [{ name: 'Text', type: 'n8n-nodes-base.set', parameters: { text } }], connections: {} },
		id,
	);

let fixture: ServiceFixture;
let published: Map<string, WorkflowJson>;
beforeEach(async () => {
	fixture = await serviceFixture();
	published = new Map(['spine', 'helper'].map((id) => [id, workflow(id, 'released')]));
	const workflows = Object.fromEntries([...published].map(([id, one]) => [id, fingerprintOf(one)]));
	const at = fixture.clock.at;
	await recordReleased(
		fixture.ports,
		SUBJECT,
		{ release: 'r-1', workflow: 'spine', version: 'v1', workflows, at, by: 'test' },
		null,
	);
});
afterEach(async () => await fixture.close());

const look = () =>
	lookAtPublished(
		fixture.ports,
		async (id) => published.get(id) ?? null,
		SUBJECT,
		undefined,
		'the nightly audit',
	);
const alarms = async () =>
	(await fixture.ledger.events.list({ spine: SUBJECT, kinds: ['spine.ungated-change'], limit: 50 })).map(
		({ sentence }) => sentence,
	);

describe('what is published, compared with what was released', () => {
	test('is nothing to tell while it is the same, nor while nothing runs', async () => {
		expect(await look()).toBeNull();
		published.delete('spine');
		expect(await look()).toBeNull();
		expect(await alarms()).toEqual([]);
	});

	test('is told once for each change, with the node that differs', async () => {
		published.set('spine', workflow('spine', 'by hand'));
		expect(await look()).toMatchObject({ differences: ['node Text differs'] });
		await look();
		expect(await alarms()).toEqual([expect.stringContaining('node Text differs')]);
		published.set('spine', workflow('spine', 'by hand again'));
		await look();
		expect(await alarms()).toHaveLength(2);
		published.set('spine', workflow('spine', 'released'));
		expect(await look()).toBeNull();
		expect((await releasedOf(fixture.ports, SUBJECT))?.told).toBeNull();
	});

	test('holds the spine’s own runs too while a workflow it calls is another version, until that is mended', async () => {
		const running = {
			workflow: 'spine',
			fingerprint: fingerprintOf(workflow('spine', 'released')),
			by: 'a run',
		};
		expect(await lookForUngated(fixture.ports, SUBJECT, running)).toMatchObject({ status: 'as-released' });
		published.set('helper', workflow('helper', 'by hand'));
		expect(await look()).not.toBeNull();
		expect(await lookForUngated(fixture.ports, SUBJECT, running)).toMatchObject({ status: 'ungated' });
		published.set('helper', workflow('helper', 'released'));
		expect(await look()).toBeNull();
		expect(await lookForUngated(fixture.ports, SUBJECT, running)).toMatchObject({ status: 'as-released' });
	});
});

describe('a verdict', () => {
	const quiet = presetPolicy('quiet-content-delivery');
	const weekly = presetPolicy('weekly-software-release');
	const effect = (policy: typeof quiet, ungated: string | null) =>
		singleEvents(policy, observed({ ungated })).find(({ id }) => id === 'ungated-change')?.effect;

	test('rolls back under the quiet policy, and is never stable under another', () => {
		expect(effect(quiet, 'node Text differs')).toBe('rolls-back');
		expect(effect(weekly, 'node Text differs')).toBe('keeps-watching');
		expect(effect(quiet, null)).toBe('fine');
		expect(effect(weekly, null)).toBeUndefined();
	});
});
