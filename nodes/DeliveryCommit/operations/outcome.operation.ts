import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { suppress, suppressions } from '../../../app/deliver/suppress';
import type { Ledger } from '../../../app/ledger/api';
import { envelopeOf } from '../../../core/delivery/envelope';
import { eventReadingOf, eventReadings } from '../../../adapters/providers/events';
import { gateError } from '../../../core/errors';
import type { OutcomeReport } from '../../../core/delivery/sends';
import type { DeliveryRef } from '../../../core/delivery/types';
import { now } from '../../kit/clock';
import { shownFor } from '../../kit/descriptions';
import { directoryOf, hasDirectory } from '../../kit/directory';
import { type ItemOutputs, overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { DONE } from '../outputs';
import { writeBack } from '../write-back';
import { type EventFields, type EventNaming, readProviderEvents } from '../../../app/deliver/provider-event';
import { Parameters, unreadable } from '../../kit/parameters';
import { CUSTOM, customOption, customProvider } from '../../kit/providers';

export const option = {
	name: 'Record Outcome',
	value: 'outcome',
	action: 'Record outcomes',
	description: 'Record what the provider reported later: delivered, bounced, complained',
};

/** Fields of an event whose names only the user knows. */
const namedFields: readonly INodeProperties[] = [
	{
		displayName: 'Message ID Field',
		name: 'outcomeMessageIdField',
		type: 'string',
		default: 'MessageID',
		description: "Name of the event's field with the message ID",
	},
	{
		displayName: 'Delivery Key Field',
		name: 'outcomeKeyField',
		type: 'string',
		default: 'Metadata.delivery_key',
		description: "Name of the event's field with the delivery key, if the send put it into the metadata",
	},
];

/** Fields of an event that say what happened, and when. */
const namedOutcomes: readonly INodeProperties[] = [
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
];

const readings = eventReadings.map(({ id: value, name, description }) => ({ name, value, description }));

const version1: INodeProperties[] = shownFor({ '@version': [1] }, [
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
			...readings,
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
	...shownFor({ outcomeReading: ['fields', 'postmark'] }, namedFields),
	...shownFor({ outcomeReading: ['fields'] }, namedOutcomes),
]);

const version2: INodeProperties[] = shownFor({ '@version': [{ _cnd: { gte: 2 } }] }, [
	{
		displayName: 'Provider',
		name: 'outcomeProvider',
		type: 'options',
		options: [...readings, customOption('You name the fields of the events and their values')],
		default: 'postmark',
		description:
			'Whose events these are, one an item or an array of them, bare or as a Webhook node gives them. The providers of Commit that are not here report nothing.',
	},
	...shownFor({ outcomeProvider: [CUSTOM] }, [
		customProvider('Name of the provider, as in the operation Commit'),
		...namedFields,
		...namedOutcomes,
	]),
]);

export const description: INodeProperties[] = shownFor({ operation: ['outcome'] }, [
	...version1,
	...version2,
]);

/** How the user names the fields of the events. */
const namingOf = (parameters: Parameters): EventNaming => ({
	outcome: parameters.text('outcomeField'),
	values: {
		delivered: parameters.list('deliveredValues'),
		bounced: parameters.list('bouncedValues'),
		complained: parameters.list('complainedValues'),
	},
	time: parameters.text('outcomeTimeField'),
});

/** The fields by the names the user gave them. */
const namedBy = (parameters: Parameters): Pick<EventFields, 'messageId' | 'key'> => ({
	messageId: parameters.text('outcomeMessageIdField'),
	key: parameters.text('outcomeKeyField'),
});

/**
 * How the events are read. In version 1 reading and name are chosen apart, and the fields of Postmark's may be renamed;
 * from 2 on all follows from the provider.
 *
 * @throws `parameter-unreadable`
 */
function fieldsOf(version: number, parameters: Parameters): EventFields {
	const provider = parameters.text('outcomeProvider');
	if (version >= 2) {
		const reading = eventReadingOf(provider);
		if (reading) return { provider, ...reading.fields };
		if (provider !== CUSTOM)
			throw unreadable('Provider', `'${provider}' reports nothing that is known; pick one, or Custom`);
		const name = parameters.needed('customProvider', 'Provider Name');
		return { provider: name, ...namedBy(parameters), naming: namingOf(parameters) };
	}
	const chosen = parameters.text('outcomeReading');
	const own = chosen === 'postmark' ? namedBy(parameters) : {};
	const reading = eventReadingOf(chosen);
	if (reading) return { provider, ...reading.fields, ...own };
	return { provider, ...namedBy(parameters), naming: namingOf(parameters) };
}

/**
 * Tells, and with a HubSpot credential writes, that recipients take no more mail. A write that must wait fails the run:
 * a webhook that is not answered comes again.
 */
async function placeSuppressed(
	ctx: IExecuteFunctions,
	out: ItemOutputs,
	ledger: Ledger,
	events: readonly { readonly index: number; readonly ref: DeliveryRef }[],
): Promise<void> {
	if (events.length === 0) return;
	const writes = await suppressions(
		ledger,
		events.map(({ ref }) => ref),
	);
	const known = writes.flatMap((write) => write ?? []);
	const results = hasDirectory(ctx) ? await suppress(await directoryOf(ctx, ledger), known) : [];
	const waiting = results.find((result) => result.status === 'later');
	if (waiting?.status === 'later') throw waiting.error;
	const refused = new Map(
		results.flatMap((result) => (result.status === 'refused' ? [[result.id, result.error] as const] : [])),
	);
	events.forEach(({ index, ref }, at) => {
		const [write, error] = [writes[at], refused.get(ref.recipient)];
		const delivery = envelopeOf(ref);
		if (!write) out.refuse(index, gateError('ledger-spine-unknown', { spine: ref.spine }), { delivery });
		else if (error) out.refuse(index, error, { delivery });
		else out.put(DONE, index, { delivery, releaseGate: { status: 'suppressed' }, ...writeBack([write]) });
	});
}

/** Records each event. Done (1): recorded, known or deciding nothing; refused (0): unreadable or of no delivery here. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const fields = fieldsOf(ctx.getNode().typeVersion, new Parameters(ctx));
		const reports: { readonly index: number; readonly report: OutcomeReport }[] = [];
		const suppressed: { readonly index: number; readonly ref: DeliveryRef }[] = [];
		out.items.forEach(({ json }, item) => {
			for (const event of readProviderEvents(json, fields, now())) {
				if (event.status === 'suppressed') suppressed.push({ index: item, ref: event.ref });
				else if (event.status === 'report') reports.push({ index: item, report: event.report });
				else if (event.status === 'ignored') {
					out.put(DONE, item, { releaseGate: { status: 'ignored', message: event.reason } });
				} else out.refuse(item, gateError('outcome-unreadable', { item, reason: event.reason }));
			}
		});
		if (reports.length + suppressed.length === 0) return;
		const ledger = await withLedger(ctx);
		await placeSuppressed(ctx, out, ledger, suppressed);
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
