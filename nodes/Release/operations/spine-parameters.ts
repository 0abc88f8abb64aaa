import type { INodeProperties } from 'n8n-workflow';
import { picker, ticked } from '../../kit/descriptions';
import { providerOptions } from '../../kit/providers';
import { SHOWN } from '../../kit/setting-lists';

/** The rhythm of a spine. */
export const cadenceParameters: INodeProperties[] = [
	{
		displayName: 'Every',
		name: 'every',
		type: 'string',
		default: 'P2D',
		required: true,
		placeholder: 'e.g. 2 days',
		description:
			'How often a recipient is due, in words (2 days, every other week, 6 hours) or as an ISO 8601 duration (P2D, P2W, PT6H). Days, weeks and months keep the time of day; hours and minutes an exact distance.',
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
		...picker('searchTimeZones', {
			first: 'name',
			value: 'America/New_York',
			placeholder: 'e.g. America/New_York',
		}),
		required: true,
		description: 'IANA time zone of the anchor; the list is searched by city, too',
	},
	{
		displayName: 'Next Slots',
		name: 'nextSlots',
		type: 'options',
		noDataExpression: true,
		default: SHOWN,
		typeOptions: {
			loadOptionsMethod: 'getNextSlots',
			loadOptionsDependsOn: ['every', 'anchor', 'timeZone.value', 'advanced.window', 'advanced.minimumGap'],
		},
		description:
			'When the next slots open, in the local time of the zone. Shown only; there is nothing to choose.',
	},
];

const name = (displayName: string, key: string, description: string): INodeProperties => ({
	displayName,
	name: key,
	type: 'string',
	default: '',
	description,
});

/** A property: picked from the account's, or typed. */
const property = (
	displayName: string,
	key: string,
	description: string,
	search: 'searchProperties' | 'searchWritableProperties',
): INodeProperties => ({
	displayName,
	name: key,
	...picker(search, { placeholder: 'e.g. cc_last_delivery_at' }),
	description,
});

/** Several properties, ticked in the account's. */
const properties = (displayName: string, key: string, description: string): INodeProperties => ({
	displayName,
	name: key,
	...ticked('getProperties'),
	description,
});

/** Names of HubSpot properties; what is not given keeps its default. */
export const propertyOptions: INodeProperties[] = [
	properties('Also Freeze', 'alsoChosen', 'Further properties to freeze with the contact'),
	name('Also Freeze, by Name', 'also', 'The same by their names, separated by commas'),
	properties('Critical', 'criticalChosen', 'Properties without which a contact is held'),
	name('Critical, by Name', 'critical', 'The same by their names, separated by commas'),
	{
		displayName: 'Defaults',
		name: 'defaults',
		type: 'json',
		default: '{}',
		description: 'Values for properties that are not critical, as a JSON object by property name',
	},
	property('Delivery Count', 'deliveryCount', 'Property that counts deliveries', 'searchWritableProperties'),
	property(
		'Last Asset',
		'lastAssetId',
		'Property that holds the ID of the last asset',
		'searchWritableProperties',
	),
	property(
		'Last Delivery At',
		'lastDeliveryAt',
		'Property that holds when the last delivery was sent',
		'searchWritableProperties',
	),
	property(
		'Next Eligible At',
		'nextEligibleAt',
		'Property that holds when the contact is due again',
		'searchWritableProperties',
	),
	property('Status', 'status', 'Property that says whether the contact takes part', 'searchProperties'),
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
		'How long after the send began, or after it was said to have failed, "no such message" of the provider counts as proof',
	),
	name(
		'Minimum Gap',
		'minimumGap',
		'Least time between two sends to one recipient, in words (a day) or ISO 8601; half of Every if empty',
	),
	{
		displayName: 'Parallel Runs',
		name: 'parallelRuns',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 32 },
		default: 1,
		description:
			'How many runs of this spine may be under way at once; they share what is due. More than one needs a workflow that starts them, as the template Drain does.',
	},
	{
		displayName: 'Policy',
		name: 'policy',
		...picker('searchPolicies', { placeholder: 'e.g. quiet-content-delivery' }),
		description:
			'The preset this spine is released under, until a policy of its own is set with Release: Policy: Set',
	},
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
	name(
		'Window',
		'window',
		'How long a slot stays open, in words (6 hours) or ISO 8601; until the next slot if empty',
	),
];
