import type { NewPropertyDefinition, PropertyOption } from '../../core/delivery/properties';

const choices = (...values: readonly string[]): readonly PropertyOption[] =>
	values.map((value, displayOrder) => ({
		value,
		label: value,
		description: '',
		displayOrder,
		hidden: false,
	}));

/** Groups of the properties that the content delivery spine reads and writes. */
export const neededGroups = [
	{ name: 'cc_profile', label: 'Content profile' },
	{ name: 'cc_delivery', label: 'Content delivery' },
] as const;

const profile = { groupName: 'cc_profile' } as const;
const delivery = { groupName: 'cc_delivery' } as const;

/**
 * Properties of contacts that the content delivery spine reads and writes, as *Configure Spine* of its template names them
 * and `core/delivery/eligibility.ts` has them by default.
 */
export const neededProperties: readonly NewPropertyDefinition[] = [
	{ ...profile, name: 'cc_profile_topic', label: 'Topic', type: 'string', fieldType: 'text' },
	{ ...profile, name: 'cc_profile_audience', label: 'Audience', type: 'string', fieldType: 'text' },
	{
		...profile,
		name: 'cc_profile_tone',
		label: 'Tone',
		type: 'enumeration',
		fieldType: 'select',
		options: choices('plain', 'warm', 'bold', 'dry'),
	},
	{
		...profile,
		name: 'cc_profile_length',
		label: 'Length',
		type: 'enumeration',
		fieldType: 'select',
		options: choices('short', 'medium', 'long'),
	},
	{
		...delivery,
		name: 'cc_delivery_status',
		label: 'Delivery status',
		type: 'enumeration',
		fieldType: 'select',
		options: choices('active', 'onboarding', 'paused', 'error', 'suppressed'),
	},
	{
		...delivery,
		name: 'cc_next_eligible_send_at',
		label: 'Next eligible send',
		type: 'datetime',
		fieldType: 'date',
	},
	{ ...delivery, name: 'cc_last_delivery_at', label: 'Last delivery', type: 'datetime', fieldType: 'date' },
	{ ...delivery, name: 'cc_delivery_count', label: 'Delivery count', type: 'number', fieldType: 'number' },
	{ ...delivery, name: 'cc_last_asset_id', label: 'Last asset', type: 'string', fieldType: 'text' },
];

/** What a test contact must have to be due; a value that is there stays, but for the first two. */
export const testProfile = {
	status: ['cc_delivery_status', 'active'],
	due: 'cc_next_eligible_send_at',
	defaults: { cc_profile_topic: 'bread baking', cc_profile_audience: 'our team' },
} as const;
