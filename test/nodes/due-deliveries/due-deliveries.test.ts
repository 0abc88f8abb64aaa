import { afterEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import type { Envelope } from '../../../core/delivery/types';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';
import type { RunOptions, WorkflowJson } from '../../../testbed/engine/n8n';

const workflow = (parameters: object, onError?: string): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1.2, parameters: {} },
		{
			name: 'Due',
			type: 'n8n-nodes-release-gate.dueDeliveries',
			typeVersion: 1,
			parameters: { operation: 'get', spine: SPINE, ...parameters },
			...(onError === undefined ? {} : { onError: onError as never }),
		},
	],
	connections: { Start: { main: [[{ node: 'Due', type: 'main', index: 0 }]] } },
});

let fixture: SpineFixture;
const open = async (contacts: number): Promise<SpineFixture> =>
	(fixture = await createSpineFixture(contacts));
afterEach(async () => await fixture.close());

const due = async (parameters: object = {}, options: RunOptions = {}) => {
	const run = await fixture.run(workflow(parameters), options);
	return {
		...run,
		recipients: run.json('Due').map(({ delivery }) => (delivery as unknown as Envelope).recipient),
		said: run.hints.map(({ message }) => message).join(' '),
	};
};

it('hands out exactly the eligible contacts of a HubSpot account, and registers the rest as held', async () => {
	const { standIns, ledger, configure } = await open(300);
	await configure();
	const { story } = standIns;
	const run = await due();
	expect(run.error).toBeUndefined();
	expect([...run.recipients].sort()).toEqual([...(story?.eligible ?? [])].sort());
	const held = await ledger.deliveries.list({ spine: SPINE, states: ['held'], limit: 1000 });
	expect(held.map(({ ref }) => ref.recipient).sort()).toEqual((story?.held ?? []).map(({ id }) => id).sort());
	expect(held.every(({ reason }) => /critical propert/.test(reason ?? ''))).toBe(true);
	expect(run.said).toContain(`${run.recipients.length} handed out`);
	expect(standIns.hubspot.admin.calls({ path: '/batch/update' })).toEqual([]);
	const json = run.json('Due')[0] as IDataObject;
	expect(json).toMatchObject({
		delivery: { spine: SPINE, mode: 'live', inputDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
		contact: { id: expect.any(String), properties: { cc_delivery_status: 'active' } },
	});
});

it('hands out again from the frozen input, although the contact has changed since', async () => {
	const { standIns, configure } = await open(40);
	await configure();
	const first = await due();
	const [recipient] = first.recipients;
	const before = first.json('Due')[0]?.contact;
	standIns.hubspot.admin.foreignWrite(String(recipient), { cc_profile_topic: 'something else' });
	const second = await due();
	expect([...second.recipients].sort()).toEqual([...first.recipients].sort());
	const again = second
		.json('Due')
		.find(({ delivery }) => (delivery as unknown as Envelope).recipient === recipient);
	expect(again?.contact).toEqual(before);
	expect(second.said).toContain('handed out again');
});

it('hands out at most the limit, and goes on where it ended', async () => {
	const { standIns, configure } = await open(60);
	await configure();
	const first = await due({ limit: 10 });
	expect(first.recipients).toHaveLength(10);
	expect(first.said).toContain('limit was reached');
	const all = await due({ limit: 1000 });
	expect([...all.recipients].sort()).toEqual([...(standIns.story?.eligible ?? [])].sort());
});

it('rehearses with the test recipients alone, where it is asked to and the spine names any', async () => {
	const { standIns, configure } = await open(40);
	const [first = '', second = ''] = standIns.story?.eligible ?? [];
	await configure({ mode: 'dry-run', testRecipients: [first, second] });
	const asked = { rehearseWhom: 'testRecipients' };
	expect([...(await due(asked)).recipients].sort()).toEqual([first, second].sort());
	expect((await due()).recipients.length).toBe(standIns.story?.eligible.length);
	await configure({ mode: 'dry-run', dryRun: 'nobody-named', testRecipients: [] });
	expect((await due(asked)).recipients.length).toBe(standIns.story?.eligible.length);
});

it('hands out to everybody from a live spine, whomever it rehearses with', async () => {
	const { standIns, configure } = await open(40);
	const [first = ''] = standIns.story?.eligible ?? [];
	await configure({ mode: 'live', testRecipients: [first] });
	expect((await due({ rehearseWhom: 'testRecipients' })).recipients.length).toBe(
		standIns.story?.eligible.length,
	);
});

it('hands out nothing while the spine is paused, and says why', async () => {
	const { ledger, configure } = await open(20);
	await configure();
	await ledger.spines.pause(SPINE, 'looks wrong', 'test');
	const run = await due();
	expect(run.recipients).toEqual([]);
	expect(run.said).toContain('paused (looks wrong)');
	await ledger.spines.resume(SPINE, 'fine', 'test');
	expect((await due()).recipients.length).toBeGreaterThan(0);
});

it('hands out nothing while no slot is open, and says when the next one opens', async () => {
	const { configure } = await open(20);
	const anchor = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
	await configure({ cadence: { every: 'P2D', anchor, timeZone: 'UTC', window: 'PT30M' } });
	const run = await due();
	expect(run.recipients).toEqual([]);
	expect(run.said).toMatch(/No slot .* is open\. Slot \S+ opens \w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d UTC\./);
});

it('gives test recipients and spines in dry run a key space of their own', async () => {
	const { standIns, configure } = await open(30);
	const tester = String(standIns.story?.eligible[0]);
	await configure({ testRecipients: [tester] });
	const run = await due();
	const modes = run.json('Due').map(({ delivery }) => delivery as unknown as Envelope);
	expect(modes.filter(({ mode }) => mode === 'dry-run').map(({ recipient }) => recipient)).toEqual([tester]);
	await configure({ mode: 'dry-run', dryRun: 'friday' });
	const rehearsal = await due();
	expect(rehearsal.recipients.length).toBe(run.recipients.length);
	expect(
		rehearsal.json('Due').every(({ delivery }) => (delivery as unknown as Envelope).run === 'friday'),
	).toBe(true);
});

it('sends no real profile into a rehearsal unless it is told to; a test recipient keeps its own (security 12)', async () => {
	const { standIns, configure } = await open(30);
	const tester = String(standIns.story?.eligible[0]);
	await configure({ mode: 'dry-run', dryRun: 'made-up', testRecipients: [tester] });
	const addresses = async (parameters: object = {}) => {
		const run = await due(parameters);
		return run.json('Due').map(({ delivery, contact }): [string, string] => {
			const { properties } = contact as { properties: IDataObject };
			return [(delivery as unknown as Envelope).recipient, properties['email'] as string];
		});
	};
	const made = await addresses();
	await configure({ mode: 'dry-run', dryRun: 'real', testRecipients: [tester] });
	const real = new Map(await addresses({ rehearseWith: 'real' }));
	expect(made.length).toBe(real.size);
	for (const [recipient, address] of made) {
		if (recipient === tester) expect(address).toBe(real.get(tester));
		else expect(address).toMatch(/^reader-\d{5}@example\.com$/);
	}
	expect([...real.values()].filter((address) => address.startsWith('reader-'))).toEqual([]);
	await configure({ mode: 'dry-run', dryRun: 'ticked', testRecipients: [tester] });
	expect(new Map(await addresses({ keptChosen: ['email'] }))).toEqual(real);
	await configure({ mode: 'dry-run', dryRun: 'typed', testRecipients: [tester] });
	expect(new Map(await addresses({ keptProperties: 'email' }))).toEqual(real);
});

it('keeps back what was frozen while HubSpot cannot say who was merged, says so, and goes on when it can', async () => {
	const { standIns, ledger, configure } = await open(40);
	await configure();
	const first = await due({ limit: 5 });
	const bad = {
		...fixture.credentials,
		releaseGateHubSpotApi: { accessToken: 'wrong', baseUrl: standIns.hubspot.url },
	};
	const second = await due({}, { credentials: bad });
	expect(second.error?.message).toContain('refused the access token');
	expect(second.recipients).toEqual([]);
	const events = await ledger.events.list({ kinds: ['contacts.unread'], limit: 10 });
	expect(events).toHaveLength(1);
	expect(events[0]?.data).toMatchObject({ reason: 'hubspot-token-refused' });
	standIns.hubspot.admin.fault('F06', { times: Infinity });
	const third = await due();
	expect([third.error, third.recipients]).toEqual([undefined, []]);
	expect(third.said).toContain('kept back until HubSpot can say whether they were merged');
	standIns.hubspot.admin.clearFaults();
	expect((await due()).recipients).toEqual(expect.arrayContaining(first.recipients));
});

it('fails when HubSpot refuses the token and nothing is frozen', async () => {
	const { standIns, configure } = await open(10);
	await configure();
	const bad = {
		...fixture.credentials,
		releaseGateHubSpotApi: { accessToken: 'wrong', baseUrl: standIns.hubspot.url },
	};
	const run = await due({}, { credentials: bad });
	expect(run.error?.message).toContain('refused the access token');
	expect(run.recipients).toEqual([]);
});

it('names an unknown spine', async () => {
	await open(1);
	const run = await due();
	expect(run.error?.message).toContain(`knows no spine named '${SPINE}'`);
	expect(run.error?.description).toContain('Configure');
});

describe('from input items', () => {
	const contact = (id: unknown, more: IDataObject = {}) => ({
		id,
		properties: {
			email: 'a@example.com',
			cc_delivery_status: 'active',
			cc_profile_topic: 't',
			cc_profile_audience: 'a',
			...more,
		},
	});

	it('takes each id once, names items without one, and goes on', async () => {
		const { configure } = await open(0);
		await configure();
		const triggerItems = [
			contact(1),
			contact(1, { cc_profile_topic: 'other' }),
			contact(''),
			contact('b\u0000d'),
			contact('x'.repeat(10_000)),
			contact(2),
		] as unknown as IDataObject[];
		const run = await due({ contacts: 'items' }, { triggerItems });
		expect(run.recipients).toEqual(['1', '2']);
		expect(run.items('Due').map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 5 }]);
		expect(run.said).toContain('3 could not be read');
		expect(run.said).toContain('Item 2 has no usable value');
	});

	it('assesses them like contacts of HubSpot, also with properties on the item itself', async () => {
		const { configure, ledger } = await open(0);
		await configure();
		const flat = (id: string, more: IDataObject = {}) => ({ ...contact(id, more).properties, vid: id });
		const triggerItems = [
			flat('1'),
			flat('2', { cc_delivery_status: 'paused' }),
			flat('3', { email: '' }),
			flat('4', { cc_next_eligible_send_at: new Date(Date.now() + 86_400_000).toISOString() }),
		];
		const run = await due({ contacts: 'items', idField: 'vid', propertiesField: '' }, { triggerItems });
		expect(run.recipients).toEqual(['1']);
		const held = await ledger.deliveries.list({ spine: SPINE, states: ['held'], limit: 10 });
		expect(held.map(({ ref }) => ref.recipient)).toEqual(['3']);
		expect(run.said).toContain('2 not due: The delivery status is paused (1)');
		expect(run.said).toContain('The next eligible time is not reached yet (1)');
	});

	it('says which property is empty where nobody is due, and what the slot has delivered', async () => {
		const { configure } = await open(0);
		await configure();
		const triggerItems = ['1', '2'].map((id) => contact(id, { cc_delivery_status: '', status: 'active' }));
		const run = await due({ contacts: 'items' }, { triggerItems: triggerItems as unknown as IDataObject[] });
		expect(run.recipients).toEqual([]);
		expect(run.said).toContain('2 not due: The property cc_delivery_status is empty (2)');
		expect(run.said).toContain('Delivered in this slot so far: 0.');
	});
});
