import type { IDataObject } from 'n8n-workflow';
import { createWorld, SPINE, type World } from './world';

let world: World;
beforeEach(async () => {
	world = await createWorld(12);
	await world.configure();
});
afterEach(async () => await world.close());

const deliver = async () =>
	await world.runTemplate('content-delivery-spine.json', { startNode: 'Check Every 15 Minutes' });
const committed = async () =>
	await world.ledger.deliveries.list({ spine: SPINE, states: ['committed'], limit: 100 });

describe('provider-events.json', () => {
	/** What the Webhook node gives for a Postmark event. */
	const event = (body: IDataObject) => ({ headers: {}, params: {}, query: {}, body });
	const receive = async (body: IDataObject) =>
		await world.runTemplate('provider-events.json', { triggerItems: [event(body)] });
	const bounce = (messageId: string): IDataObject => ({
		RecordType: 'Bounce',
		Type: 'HardBounce',
		TypeCode: 1,
		MessageID: messageId,
		BouncedAt: new Date().toISOString(),
	});

	it('records a delivery, then a bounce, and keeps the graver one when events repeat', async () => {
		await deliver();
		const [message] = world.standIns.postmark.admin.received();
		const delivered = {
			RecordType: 'Delivery',
			MessageID: message?.messageId,
			DeliveredAt: new Date().toISOString(),
			Metadata: { ...message?.metadata },
		};
		const first = await receive(delivered);
		expect(first.json('Record Outcome', 1)).toMatchObject([
			{ releaseGate: { status: 'recorded', outcome: 'delivered' } },
		]);
		expect(first.items('Acknowledge Recorded')).toHaveLength(1);
		await receive(bounce(String(message?.messageId)));
		const again = await receive(delivered);
		expect(again.json('Record Outcome', 1)).toMatchObject([{ releaseGate: { status: 'known' } }]);
		const outcomes = (await committed()).filter(({ outcome }) => outcome !== null);
		expect(outcomes.map(({ outcome, providerMessageId }) => [outcome, providerMessageId])).toEqual([
			['bounced', message?.messageId],
		]);
	});

	it('answers what it does not know, so that Postmark does not repeat it', async () => {
		const strange = await receive(bounce('00000000-no-such-message'));
		expect(strange.json('Record Outcome', 0)).toHaveLength(1);
		expect(strange.items('Acknowledge Ignored')).toHaveLength(1);
		const unreadable = await receive({ anything: 'else' });
		expect(unreadable.error).toBeUndefined();
		expect(unreadable.items('Acknowledge Ignored')).toHaveLength(1);
	});

	it('fails, and so does not answer 200, while the ledger cannot be reached', async () => {
		await deliver();
		const [message] = world.standIns.postmark.admin.received();
		const run = await world.runTemplate('provider-events.json', {
			triggerItems: [event(bounce(String(message?.messageId)))],
			credentials: {
				...world.credentials,
				releaseGateLedgerApi: { store: 'sqlite', file: '/dev/null/ledger.sqlite' },
			},
		});
		expect(run.error).toBeDefined();
		expect(run.runData['Acknowledge Recorded']).toBeUndefined();
	});
});

describe('delivery-errors.json', () => {
	const report = {
		execution: {
			id: '231',
			url: 'https://n8n.example.com/execution/231',
			error: { message: 'Could not reach ada.abel.1@example.com' },
			lastNodeExecuted: 'Send Email',
			mode: 'trigger',
		},
		workflow: { id: '1', name: 'Content delivery spine' },
	};
	const alerts = () =>
		world.standIns.generator.admin
			.calls({ path: '/chat/completions' })
			.map(({ body }) => body as { channel?: string; text?: string })
			.filter(({ channel }) => channel !== undefined);
	const failed = async () => await world.runTemplate('delivery-errors.json', { triggerItems: [report] });

	it('alerts with the incident and no contact data, and changes nothing when it is told twice', async () => {
		await deliver();
		const before = await committed();
		await failed();
		await failed();
		expect(alerts()).toHaveLength(2);
		expect(alerts()[0]).toEqual(alerts()[1]);
		expect(alerts()[0]?.text).toContain('1/231');
		expect(alerts()[0]?.text).toContain('Send Email');
		expect(JSON.stringify(alerts())).not.toContain('@');
		expect(await committed()).toEqual(before);
	});

	it('alerts although the ledger does not know the spine', async () => {
		await world.runTemplate('delivery-errors.json', {
			triggerItems: [report],
			nodeOverrides: { 'Sweep Spine': { parameters: { spine: 'no-such-spine' } } },
		});
		expect(alerts()).toHaveLength(1);
	});
});

describe('reconcile.json', () => {
	it('changes nothing where nothing waits, as often as it runs', async () => {
		await deliver();
		const before = [await committed(), world.standIns.postmark.admin.received().length];
		const run = await world.runTemplate('reconcile.json');
		await world.runTemplate('reconcile.json');
		expect(run.error).toBeUndefined();
		expect(run.json('List Deliveries in Doubt')).toEqual([]);
		expect([await committed(), world.standIns.postmark.admin.received().length]).toEqual(before);
	});
});
