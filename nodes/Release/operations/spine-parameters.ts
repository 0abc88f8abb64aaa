import type { INodeProperties } from 'n8n-workflow';
import { providerOptions } from '../../kit/providers';

/** The rhythm of a spine. */
export const cadenceParameters: INodeProperties[] = [
	{
		displayName: 'Every',
		name: 'every',
		type: 'string',
		default: 'P2D',
		required: true,
		placeholder: 'e.g. P2D',
		description:
			'How often a recipient is due, as an ISO 8601 duration: calendar units (P2D, P1W, P1M) or clock units (PT6H)',
	},
	{
		displayName: 'Anchor',
		name: 'anchor',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-11-02T09:00',
		description:
			'Local date and time of the first slot. Every slot is counted from it, so the rhythm survives delays.',
	},
	{
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'string',
		default: 'America/New_York',
		required: true,
		placeholder: 'e.g. America/New_York',
		description: 'IANA time zone of the anchor',
	},
];

const name = (displayName: string, key: string, description: string): INodeProperties => ({
	displayName,
	name: key,
	type: 'string',
	default: '',
	description,
});

/** Names of HubSpot properties; what is not given keeps its default. */
export const propertyOptions: INodeProperties[] = [
	name('Also Freeze', 'also', 'Further properties to freeze with the contact, separated by commas'),
	name('Critical', 'critical', 'Properties without which a contact is held, separated by commas'),
	{
		displayName: 'Defaults',
		name: 'defaults',
		type: 'json',
		default: '{}',
		description: 'Values for properties that are not critical, as a JSON object by property name',
	},
	name('Delivery Count', 'deliveryCount', 'Property that counts deliveries'),
	name('Last Asset', 'lastAssetId', 'Property that holds the ID of the last asset'),
	name('Last Delivery At', 'lastDeliveryAt', 'Property that holds when the last delivery was sent'),
	name('Next Eligible At', 'nextEligibleAt', 'Property that holds when the contact is due again'),
	name('Status', 'status', 'Property that says whether the contact takes part'),
];

const minutes = (displayName: string, key: string, value: number, description: string): INodeProperties => ({
	displayName,
	name: key,
	type: 'number',
	typeOptions: { minValue: key === 'inDoubtQuietMinutes' ? 0 : 1 },
	default: value,
	description,
});

/** Settings with sensible defaults. */
export const advancedOptions: INodeProperties[] = [
	minutes('Claim Lease (Minutes)', 'leaseMinutes', 15, 'How long a claim lasts before the send begins'),
	name('Dry Run Label', 'dryRun', 'Names the key space of the current dry run; a new label starts it afresh'),
	{
		displayName: 'In Doubt',
		name: 'inDoubt',
		type: 'options',
		options: [
			{ name: 'Assume Delivered', value: 'assume-delivered', description: 'Never sends twice' },
			{ name: 'Wait for a Person', value: 'wait-for-a-person' },
		],
		default: 'assume-delivered',
		description: 'What becomes of a send that nobody knows the end of and no provider can settle',
	},
	minutes(
		'In-Doubt Quiet Time (Minutes)',
		'inDoubtQuietMinutes',
		15,
		'How long after the send began "no such message" of the provider counts as proof',
	),
	name(
		'Minimum Gap',
		'minimumGap',
		'Least time between two sends to one recipient, ISO 8601; half of Every if empty',
	),
	{
		displayName: 'Parallel Runs',
		name: 'parallelRuns',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 32 },
		default: 1,
		description: 'How many runs of this spine may be under way at once; they share what is due.',
	},
	name('Policy', 'policy', 'Name of the policy this spine is released under'),
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		options: providerOptions,
		default: 'postmark',
		description:
			'Through whom the spine sends. Only this provider can say that a send in doubt was not made; another one knows nothing of it.',
	},
	{
		displayName: 'Replays per Slot',
		name: 'replaysPerSlot',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10 },
		default: 1,
		description:
			'How often a delivery may be claimed again within its slot after a claim ended without a send',
	},
	minutes(
		'Send Lease (Minutes)',
		'sendLeaseMinutes',
		15,
		'How long a send may be under way before it is in doubt; at least the timeout of the sending node',
	),
	{
		displayName: 'Started by Hand',
		name: 'startedByHand',
		type: 'options',
		options: [
			{ name: 'Deliver', value: 'deliver', description: 'For tests: a draft started in the editor delivers' },
			{ name: 'Hold', value: 'hold' },
		],
		default: 'hold',
		description:
			'What becomes of live deliveries of a run that a person started in the editor on a version that was not released',
	},
	name('Template Version', 'templateVersion', 'Version of the email template; part of the key of each email'),
	{
		displayName: 'Ungated Change',
		name: 'ungatedChange',
		type: 'options',
		options: [
			{ name: 'Hold', value: 'hold', description: 'Nothing is delivered until it is released or taken back' },
			{ name: 'Report', value: 'report', description: 'It is told, and delivers' },
		],
		default: 'hold',
		description:
			'What becomes of live deliveries while a version of the workflow runs that the gate did not let through',
	},
	{
		displayName: 'Write Back',
		name: 'writeBack',
		type: 'options',
		options: [
			{ name: 'HubSpot, Through the Outbox', value: 'outbox' },
			{
				name: 'A Node of Mine',
				value: 'output',
				description: 'Delivery Commit hands on what to write, and the outbox stays empty',
			},
		],
		default: 'outbox',
		description: 'Who writes last delivery, next eligible time and count to the recipient after a commit',
	},
	name('Window', 'window', 'How long a slot stays open, ISO 8601; until the next slot if empty'),
];
