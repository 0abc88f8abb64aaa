import type { INodeProperties } from 'n8n-workflow';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { gateError } from '../../../core/errors';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { type OperationContext, textParameter } from '../resource';
import { advancedOptions, cadenceParameters, propertyOptions } from './spine-parameters';
import { spineJson } from './spine-record';

export const option = {
	name: 'Configure',
	value: 'configure',
	action: 'Configure a spine',
	description: 'Store the settings of a spine as a new version; equal settings change nothing',
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['configure'] }, [
	spineParameter({ description: 'Name of the spine: 1 to 64 of a-z, 0-9, dot, dash and underscore' }),
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

type Given = Record<string, unknown>;

const MINUTE = 60_000;

const filled = (fields: Given): Given =>
	Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
	);

const listOf = (value: unknown): string[] | undefined =>
	typeof value === 'string'
		? value
				.split(',')
				.map((part) => part.trim())
				.filter((part) => part !== '')
		: undefined;

const minutes = (value: unknown): number | undefined =>
	value === undefined || value === '' ? undefined : Number(value) * MINUTE;

const objectOf = (value: unknown, parameter: string): unknown => {
	if (typeof value !== 'string' || value.trim() === '') return value === '' ? undefined : value;
	try {
		return JSON.parse(value) as unknown;
	} catch (cause) {
		throw gateError('parameter-unreadable', { parameter, reason: 'it is no JSON object' }, cause);
	}
};

const propertiesOf = ({ critical, also, defaults, ...names }: Given): Given =>
	filled({
		...names,
		critical: listOf(critical),
		also: listOf(also),
		defaults: objectOf(defaults, 'Defaults'),
	});

/** The spine's record. Throws `spine-settings`, which names every setting that cannot be used. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, ledger, index, by } = context;
	const advanced = ctx.getNodeParameter('advanced', index, {}) as Given;
	const { window, minimumGap, leaseMinutes, sendLeaseMinutes, inDoubtQuietMinutes, ...others } = advanced;
	const cadence = filled({
		every: textParameter(context, 'every'),
		anchor: textParameter(context, 'anchor'),
		timeZone: textParameter(context, 'timeZone'),
		window,
		minimumGap,
	});
	const settings = parseSpineSettings(
		filled({
			...others,
			spine: textParameter(context, 'spine'),
			cadence,
			mode: ctx.getNodeParameter('mode', index),
			testRecipients: listOf(textParameter(context, 'testRecipients')),
			leaseMs: minutes(leaseMinutes),
			sendLeaseMs: minutes(sendLeaseMinutes),
			inDoubtQuietMs: minutes(inDoubtQuietMinutes),
			properties: propertiesOf(ctx.getNodeParameter('properties', index, {}) as Given),
		}),
	);
	return [spineJson(await ledger.spines.configure(settings, by))];
}
