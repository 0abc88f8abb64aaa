import type { INodeProperties } from 'n8n-workflow';
import { configureSpine } from '../../../app/release';
import { settingsConfigured } from '../../../core/delivery/configured';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { giverOf } from '../../kit/giver';
import type { OperationContext } from '../resource';
import { advancedOptions, cadenceParameters, propertyOptions } from './spine-parameters';
import { rhythmJson, spineJson } from './spine-record';

export const option = {
	name: 'Configure',
	value: 'configure',
	action: 'Configure a spine',
	description: 'Store the settings of a spine as a new version; equal settings change nothing',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['configure'] }, [
	spineParameter(
		{
			description:
				'Name of the spine, a new one or one that is there: 1 to 64 of a-z, 0-9, dot, dash and underscore',
		},
		'typed',
	),
	...cadenceParameters,
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		options: [
			{ name: 'Dry Run', value: 'dry-run', description: 'Sends nothing and writes nothing outside' },
			{ name: 'Live', value: 'live', description: 'Sends to everyone but test recipients' },
		],
		default: 'dry-run',
		description: 'What the spine does with the deliveries of ordinary recipients',
	},
	{
		displayName: 'Test Recipients',
		name: 'testRecipients',
		type: 'string',
		default: '',
		placeholder: 'e.g. 101, 102',
		description: 'IDs of recipients that always take the dry-run branch, separated by commas',
	},
	{
		displayName: 'Strictness',
		name: 'strictness',
		type: 'options',
		options: [
			{
				name: 'Doctrine',
				value: 'doctrine',
				description: 'Every check and every approval of the policy',
			},
			{ name: 'Observe', value: 'observe', description: 'Everything is recorded, and nothing is held' },
			{
				name: 'Standard',
				value: 'standard',
				description: 'The checks that machines can answer, and one approval',
			},
		],
		default: 'doctrine',
		description: 'How much of its policy the spine is held to; every decision and every page says it',
	},
	{
		displayName: 'HubSpot Properties',
		name: 'properties',
		type: 'collection',
		placeholder: 'Add Property',
		default: {},
		description: 'Names of the properties the spine reads and writes, where they differ from the defaults',
		options: propertyOptions,
	},
	{
		displayName: 'Advanced',
		name: 'advanced',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		options: advancedOptions,
	},
]);

/**
 * The spine's record, with its next slots, which are said below the output, too. Throws `spine-settings`, which names every
 * setting that cannot be used, and `spine-loosened`.
 */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, item, index, parameters, ports, by, hint } = context;
	const settings = settingsConfigured({
		spine: parameters.picked('spine'),
		every: parameters.text('every'),
		anchor: parameters.text('anchor'),
		timeZone: parameters.picked('timeZone'),
		mode: parameters.any('mode'),
		testRecipients: parameters.text('testRecipients'),
		strictness: parameters.any('strictness', 'doctrine'),
		properties: parameters.collection('properties'),
		advanced: parameters.collection('advanced'),
	});
	const record = await configureSpine(ports, settings, giverOf(ctx, item, index, ''), by);
	const rhythm = rhythmJson(record.settings);
	hint(`Slots open ${rhythm.rhythm}; the next ones: ${rhythm.nextSlots.join('; ')}.`);
	return [{ ...spineJson(record), ...rhythm }];
}
