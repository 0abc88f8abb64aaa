import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import { eventReadingOf, eventReadings } from '../../../adapters/providers/events';
import { gateError } from '../../../core/errors';
import type { OutcomeReport } from '../../../core/delivery/sends';
import { now } from '../../kit/clock';
import { shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { DONE } from '../outputs';
import { type EventNaming, readProviderEvents } from '../../../app/deliver/provider-event';
import { Parameters } from '../../kit/parameters';

export const option = {
	name: 'Record Outcome',
	value: 'outcome',
	action: 'Record outcomes',
	description: 'Record what the provider reported later: delivered, bounced, complained',
};

export const description: INodeProperties[] = shownFor({ operation: ['outcome'] }, [
	{
		displayName: 'Read Events As',
		name: 'outcomeReading',
		type: 'options',
		options: [
			{
				name: 'Fields Named Here',
				value: 'fields',
				description: 'Events of any provider: you name the fields and their values',
			},
			...eventReadings.map(({ id: value, name, description }) => ({ name, value, description })),
			{
				name: 'Postmark Webhook',
				value: 'postmark',
				description: 'Events of the types Delivery, Bounce and SpamComplaint',
			},
		],
		default: 'postmark',
		description: 'What the events look like. They may come bare, or as a Webhook node gives them.',
	},
	{
		displayName: 'Provider',
		name: 'outcomeProvider',
		type: 'string',
		default: 'postmark',
		required: true,
		description: 'Name of the provider, as in the operation Commit',
	},
	{
		displayName: 'Message ID Field',
		name: 'outcomeMessageIdField',
		type: 'string',
		default: 'MessageID',
		description: "Name of the event's field with the message ID",
		displayOptions: { show: { outcomeReading: ['fields', 'postmark'] } },
	},
	{
		displayName: 'Delivery Key Field',
		name: 'outcomeKeyField',
		type: 'string',
		default: 'Metadata.delivery_key',
		description: "Name of the event's field with the delivery key, if the send put it into the metadata",
		displayOptions: { show: { outcomeReading: ['fields', 'postmark'] } },
	},
	...shownFor({ outcomeReading: ['fields'] }, [
		{
			displayName: 'Outcome Field',
			name: 'outcomeField',
			type: 'string',
			default: 'event',
			required: true,
			description: "Name of the event's field that says what happened",
		},
		{
			displayName: 'Delivered Values',
			name: 'deliveredValues',
			type: 'string',
			default: 'delivered',
			description: 'Values that mean delivered, separated by commas; capitals do not matter',
		},
		{
			displayName: 'Bounced Values',
			name: 'bouncedValues',
			type: 'string',
			default: 'bounce',
			description: 'Values that mean the message came back for good, separated by commas',
		},
		{
			displayName: 'Complained Values',
			name: 'complainedValues',
			type: 'string',
			default: 'spamreport',
			description: 'Values that mean the recipient called it spam, separated by commas',
		},
		{
			displayName: 'Time Field',
			name: 'outcomeTimeField',
			type: 'string',
			default: 'timestamp',
			description:
				"Name of the event's field with its time (ISO 8601, or seconds or milliseconds since 1970); the moment of recording if absent",
		},
	]),
]);

/** How the events are named, where they are not Postmark's. */
const namingOf = (parameters: Parameters): EventNaming | undefined =>
	parameters.text('outcomeReading') === 'fields'
		? {
				outcome: parameters.text('outcomeField'),
				values: {
					delivered: parameters.list('deliveredValues'),
					bounced: parameters.list('bouncedValues'),
					complained: parameters.list('complainedValues'),
				},
				time: parameters.text('outcomeTimeField'),
			}
		: undefined;

/** Records each event. Done (1): recorded, known or deciding nothing; refused (0): unreadable or of no delivery here. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const parameters = new Parameters(ctx);
		const known = eventReadingOf(parameters.text('outcomeReading'));
		const provider = parameters.text('outcomeProvider');
		const fields = known
			? { provider, ...known.fields, ...(known.prepared ? { prepared: known.prepared } : {}) }
			: {
					provider,
					messageId: parameters.text('outcomeMessageIdField'),
					key: parameters.text('outcomeKeyField'),
					naming: namingOf(parameters),
				};
		const reports: { readonly index: number; readonly report: OutcomeReport }[] = [];
		out.items.forEach(({ json }, item) => {
			for (const event of readProviderEvents(json, fields, now())) {
				if (event.status === 'report') reports.push({ index: item, report: event.report });
				else if (event.status === 'ignored') {
					out.put(DONE, item, { releaseGate: { status: 'ignored', message: event.reason } });
				} else out.refuse(item, gateError('outcome-unreadable', { item, reason: event.reason }));
			}
		});
		if (reports.length === 0) return;
		const ledger = await withLedger(ctx);
		const results = await ledger.deliveries.recordOutcome(reports.map(({ report }) => report));
		reports.forEach(({ index, report: { outcome } }, at) => {
			const result = results[at];
			if (result?.status === 'recorded') {
				const delivery = envelopeOf(result.delivery.ref);
				out.put(DONE, index, { delivery, releaseGate: { status: 'recorded', outcome } });
			} else if (result?.status === 'known') {
				out.put(DONE, index, { releaseGate: { status: 'known', outcome } });
			} else {
				const message = 'The ledger has no delivery with this key or message id.';
				out.refuse(index, { status: 'refused', reason: 'unknown-delivery', message });
			}
		});
	});
}
