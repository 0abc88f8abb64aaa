import { afterEach, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import type { Envelope } from '../../../core/delivery/types';
import type { WorkflowJson } from '../../../testbed/engine/n8n';
import { createSpineFixture, SPINE, type SpineFixture } from '../../workflows/fixture';

const HOUR = 3_600_000;
/** Slot 0 closed half an hour ago, slot 1 is open. */
const cadence = {
	every: 'PT1H',
	anchor: new Date(Date.now() - 1.5 * HOUR).toISOString().slice(0, 16),
	timeZone: 'UTC',
};
const [yesterday, today] = [0, 1].map((index) => slotByIndex(parseCadence(cadence), index)) as [
	ReturnType<typeof slotByIndex>,
	ReturnType<typeof slotByIndex>,
];

const workflow = (shadow: boolean, limit = 100, more: IDataObject = {}): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'Due',
			type: 'n8n-nodes-release-gate.dueDeliveries',
			typeVersion: 1,
			parameters: { operation: 'get', spine: SPINE, shadow, limit, ...more },
		},
	],
	connections: { Start: { main: [[{ node: 'Due', type: 'main', index: 0 }]] } },
});

let fixture: SpineFixture;
afterEach(async () => await fixture.close());

/** A live spine whose last slot had frozen these recipients, one of them held. */
async function begin(recipients: readonly string[]): Promise<void> {
	fixture = await createSpineFixture(5);
	await fixture.configure({ cadence, dryRun: 'shadow-1' });
	const { opensAt, closesAt, id: slot, index: cadenceIndex } = yesterday;
	await fixture.ledger.deliveries.register(
		recipients.map((recipient, at) => ({
			ref: { spine: SPINE, space: 'live', slot, recipient },
			opensAt,
			closesAt,
			cadenceIndex,
			input: { id: recipient, properties: { firstname: `Reader ${recipient}` } },
			...(at === 0 ? { hold: 'a critical property is missing' } : {}),
		})),
	);
}

const shadow = async (limit?: number, more?: IDataObject) => {
	const run = await fixture.run(workflow(true, limit, more));
	expect(run.error).toBeUndefined();
	return { items: run.json('Due'), said: run.hints.map(({ message }) => message).join(' ') };
};

it('hands out what the last slot had frozen, as it was, in the key space of the dry run', async () => {
	await begin(['1', '2', '3']);
	const { items, said } = await shadow(100, { rehearseWith: 'real' });
	expect(items.map(({ contact }) => contact)).toEqual([
		{ id: '2', properties: { firstname: 'Reader 2' } },
		{ id: '3', properties: { firstname: 'Reader 3' } },
	]);
	const envelopes = items.map(({ delivery }: IDataObject) => delivery as unknown as Envelope);
	for (const envelope of envelopes)
		expect(envelope).toMatchObject({ mode: 'dry-run', run: 'shadow-1', slot: today.id });
	expect(said).toContain(`inputs of slot ${yesterday.id}`);
});

it('makes up the profiles it hands out, unless it is told not to, and the same ones the next time', async () => {
	await begin(['1', '2', '3']);
	const { items } = await shadow();
	expect(items.map(({ contact }) => (contact as IDataObject).id)).toEqual(['2', '3']);
	expect(JSON.stringify(items)).not.toContain('Reader');
	expect((await shadow()).items.map(({ contact }) => contact)).toEqual(items.map(({ contact }) => contact));
});

it('touches nothing live: nobody is asked, registered or handed out live', async () => {
	await begin(['1', '2']);
	await shadow();
	expect(fixture.standIns.hubspot.admin.calls()).toEqual([]);
	const live = await fixture.ledger.deliveries.list({
		spine: SPINE,
		space: 'live',
		slot: today.id,
		limit: 10,
	});
	expect(live).toEqual([]);
});

it('hands out again what was not committed, and goes on where the limit ended it', async () => {
	await begin(['1', '2', '3', '4']);
	expect((await shadow(2)).items).toHaveLength(2);
	expect((await shadow()).items.map(({ contact }) => (contact as IDataObject).id)).toEqual(['2', '3', '4']);
});

it('hands out nothing where no slot had frozen anything, and says so', async () => {
	await begin([]);
	const { items, said } = await shadow();
	expect(items).toEqual([]);
	expect(said).toContain('no frozen inputs');
});

it('leaves the open slot to a run that is no shadow', async () => {
	await begin(['1', '2']);
	await shadow();
	const run = await fixture.run(workflow(false));
	for (const { delivery } of run.json('Due')) expect((delivery as unknown as Envelope).mode).toBe('live');
	expect(run.json('Due').length).toBeGreaterThan(0);
});

it('rehearses each label apart, and of a label the same recipients in each run', async () => {
	await begin(['1', '2', '3', '4']);
	const of = (label: string) => shadow(100, { dryRunLabel: label, shadowRecipients: 2 });
	const { items } = await of('version-1');
	expect(items.map(({ delivery }) => (delivery as unknown as Envelope).recipient)).toEqual(['2', '3']);
	for (const { delivery } of items)
		expect(delivery).toMatchObject({ mode: 'dry-run', run: 'version-1', slot: today.id });
	const { ledger } = fixture;
	const refs = items.map(({ delivery }) => delivery as unknown as Envelope);
	const claimed = await ledger.deliveries.claim(
		refs.map(({ recipient, slot }) => ({
			ref: { spine: SPINE, space: 'dry-run:version-1' as const, slot, recipient },
		})),
		'test',
	);
	expect(claimed.every(({ status }) => status === 'granted')).toBe(true);
	expect((await of('version-1')).items).toEqual([]);
	expect((await of('version-2')).items).toHaveLength(2);
});

it('takes the open slot’s inputs where no slot before it had any', async () => {
	fixture = await createSpineFixture(5);
	await fixture.configure({ cadence, dryRun: 'shadow-1' });
	const { opensAt, closesAt, id: slot, index: cadenceIndex } = today;
	await fixture.ledger.deliveries.register([
		{
			ref: { spine: SPINE, space: 'live', slot, recipient: '7' },
			opensAt,
			closesAt,
			cadenceIndex,
			input: { id: '7', properties: {} },
		},
	]);
	expect((await shadow()).items).toHaveLength(1);
});

it('rehearses between two slots too, in the one that is over', async () => {
	fixture = await createSpineFixture(5);
	const short = { ...cadence, window: 'PT10M' };
	await fixture.configure({ cadence: short, dryRun: 'shadow-1' });
	const over = slotByIndex(parseCadence(short), 1);
	await fixture.ledger.deliveries.register([
		{
			ref: { spine: SPINE, space: 'live', slot: over.id, recipient: '7' },
			opensAt: over.opensAt,
			closesAt: over.closesAt,
			cadenceIndex: over.index,
			input: { id: '7', properties: {} },
		},
	]);
	const { items } = await shadow();
	expect(items).toHaveLength(1);
	const claimed = await fixture.ledger.deliveries.claim(
		[{ ref: { spine: SPINE, space: 'dry-run:shadow-1', slot: over.id, recipient: '7' } }],
		'test',
	);
	expect(claimed[0]?.status).toBe('granted');
});
