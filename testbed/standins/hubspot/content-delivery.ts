import type { PropertyMapping } from '../../../core/delivery/spine-settings';
import { neededGroups, neededProperties } from '../../../app/setup/properties';
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
export const contentDeliveryGroups: readonly Omit<GroupRow, 'archived'>[] = neededGroups.map((group, at) => ({
	...group,
	displayOrder: at + 1,
}));

const delivery = { groupName: 'cc_delivery' } as const;

/** Properties of the content-delivery system: those that a set-up makes, and two that only people read. */
export const contentDeliveryDefinitions: readonly DefinitionInput[] = [
	...neededProperties.map(({ options, ...definition }) => ({
		...definition,
		...(options === undefined ? {} : { options: options.map(({ value }) => value) }),
	})),
	{ ...delivery, name: 'cc_last_error', label: 'Last error', type: 'string', fieldType: 'text' },
	{ ...delivery, name: 'cc_started_on', label: 'Started on', type: 'date', fieldType: 'date' },
];
