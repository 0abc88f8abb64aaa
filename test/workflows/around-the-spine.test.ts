import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { createSpineFixture, SPINE, type SpineFixture } from './fixture';

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(12);
	await fixture.configure();
});
afterEach(async () => await fixture.close());

const deliver = async () =>
	await fixture.runTemplate('content-delivery-spine.json', { startNode: 'Check Every 15 Minutes' });
const committed = async () =>
	await fixture.ledger.deliveries.list({ spine: SPINE, states: ['committed'], limit: 100 });

describe('provider-events.json', () => {
	/** What the Webhook node gives for a Postmark event. */
	const event = (body: IDataObject) => ({ headers: {}, params: {}, query: {}, body });
	const receive = async (body: IDataObject) =>
		await fixture.runTemplate('provider-events.json', { triggerItems: [event(body)] });
	const bounce = (messageId: string): IDataObject => ({
		RecordType: 'Bounce',
		Type: 'HardBounce',
		TypeCode: 1,
		MessageID: messageId,
		BouncedAt: new Date().toISOString(),
	});

	it('records a delivery, then a bounce, and keeps the graver one when events repeat', async () => {
		await deliver();
		const [message] = fixture.standIns.postmark.admin.received();
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

	/** What Postmark posts when somebody unsubscribes (postmarkapp.com/developer/webhooks/subscription-change-webhook). */
	const unsubscribed = (SuppressSending: boolean): IDataObject => {
		const [message] = fixture.standIns.postmark.admin.received();
		return {
			RecordType: 'SubscriptionChange',
			MessageID: message?.messageId,
			Recipient: message?.to,
			SuppressSending,
			SuppressionReason: SuppressSending ? 'ManualSuppression' : null,
			Metadata: { ...message?.metadata },
		};
	};
	const recipient = () =>
		fixture.standIns.postmark.admin.received()[0]?.metadata['delivery_key']?.split(':')[1] ?? '';
	const status = () => fixture.standIns.hubspot.admin.values(recipient())?.['cc_delivery_status'];

	it('takes who unsubscribed out of HubSpot, so that later slots write nothing for nobody', async () => {
		await deliver();
		expect(status()).toBe('active');
		const run = await receive(unsubscribed(true));
		expect(run.items('Acknowledge Recorded')).toHaveLength(1);
		expect(status()).toBe('suppressed');
		await receive(unsubscribed(false));
		expect(status()).toBe('suppressed');
	});

	it('does not answer 200 while HubSpot cannot be told, so that Postmark tells it again', async () => {
		await deliver();
		fixture.standIns.hubspot.admin.fault('F24', { times: Infinity });
		const run = await receive(unsubscribed(true));
		expect(run.error).toBeDefined();
		expect(run.runData['Acknowledge Recorded']).toBeUndefined();
		fixture.standIns.hubspot.admin.clearFaults();
		await receive(unsubscribed(true));
		expect(status()).toBe('suppressed');
	});

	it('fails, and so does not answer 200, while the ledger cannot be reached', async () => {
		await deliver();
		const [message] = fixture.standIns.postmark.admin.received();
		const run = await fixture.runTemplate('provider-events.json', {
			triggerItems: [event(bounce(String(message?.messageId)))],
			credentials: {
				...fixture.credentials,
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
	const alerts = () => fixture.slack.messages('general').map(({ text }) => ({ text }));
	const failed = async () => await fixture.runTemplate('delivery-errors.json', { triggerItems: [report] });

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

	it('fails where the channel refuses the alert: Slack does so with a 200', async () => {
		fixture.slack.removeChannel('general');
		const run = await failed();
		expect(run.error?.message).toContain('The alert reached nobody');
		expect(alerts()).toEqual([]);
		fixture.slack.restoreChannel('general');
		expect((await failed()).error).toBeUndefined();
	});

	it('alerts although the ledger does not know the spine', async () => {
		await fixture.runTemplate('delivery-errors.json', {
			triggerItems: [report],
			nodeOverrides: { 'Sweep Spine': { parameters: { spine: 'no-such-spine' } } },
		});
		expect(alerts()).toHaveLength(1);
	});
});

describe('reconcile.json', () => {
	it('changes nothing where nothing waits, as often as it runs', async () => {
		await deliver();
		const before = [await committed(), fixture.standIns.postmark.admin.received().length];
		const run = await fixture.runTemplate('reconcile.json');
		await fixture.runTemplate('reconcile.json');
		expect(run.error).toBeUndefined();
		expect(run.json('List Deliveries in Doubt')).toEqual([]);
		expect([await committed(), fixture.standIns.postmark.admin.received().length]).toEqual(before);
	});
});
