import type { PropertyMapping } from '../../../core/delivery/spine-settings';
import type { DefinitionInput, GroupRow } from './definitions';

/** Property names of the content-delivery system, as its spine reads and writes them. */
export const contentDeliveryMapping: PropertyMapping = {
	status: 'cc_delivery_status',
	nextEligibleAt: 'cc_next_eligible_send_at',
	lastDeliveryAt: 'cc_last_delivery_at',
	deliveryCount: 'cc_delivery_count',
	lastAssetId: 'cc_last_asset_id',
	critical: ['email', 'cc_profile_topic', 'cc_profile_audience'],
	defaults: { cc_profile_tone: 'plain', cc_profile_length: 'short' },
	also: ['firstname'],
};

/** Groups of the content-delivery system. */
export const contentDeliveryGroups: readonly Omit<GroupRow, 'archived'>[] = [
	{ name: 'cc_profile', label: 'Content profile', displayOrder: 1 },
	{ name: 'cc_delivery', label: 'Content delivery', displayOrder: 2 },
];

const profile = { groupName: 'cc_profile' } as const;
const delivery = { groupName: 'cc_delivery' } as const;

/** Properties of the content-delivery system. */
export const contentDeliveryDefinitions: readonly DefinitionInput[] = [
	{ ...profile, name: 'cc_profile_topic', label: 'Topic', type: 'string', fieldType: 'text' },
	{ ...profile, name: 'cc_profile_audience', label: 'Audience', type: 'string', fieldType: 'text' },
	{
		...profile,
		name: 'cc_profile_tone',
		label: 'Tone',
		type: 'enumeration',
		fieldType: 'select',
		options: ['plain', 'warm', 'bold', 'dry'],
	},
	{
		...profile,
		name: 'cc_profile_length',
		label: 'Length',
		type: 'enumeration',
		fieldType: 'select',
		options: ['short', 'medium', 'long'],
	},
	{
		...delivery,
		name: 'cc_delivery_status',
		label: 'Delivery status',
		type: 'enumeration',
		fieldType: 'select',
		options: ['active', 'onboarding', 'paused', 'error', 'suppressed'],
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
	{ ...delivery, name: 'cc_last_error', label: 'Last error', type: 'string', fieldType: 'text' },
	{ ...delivery, name: 'cc_started_on', label: 'Started on', type: 'date', fieldType: 'date' },
];
