import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { apiCallsReading, parseReadings, vendorReading } from '../../../core/release/readings';
import type { MomentFacts } from '../../../core/release/timing';
import { fieldOf } from '../../../core/delivery/fields';

/** Where the gate finds what it cannot read from the ledger. */
export const readingParameters: INodeProperties[] = [
	{
		displayName: 'Readings Field',
		name: 'readingsField',
		type: 'string',
		default: 'readings',
		placeholder: 'e.g. readings',
		description:
			'Name of the field with readings of the moment (API calls left, new contacts, vendors, error budget), each with its time. What the policy asks for and nobody read holds.',
	},
	{
		displayName: 'Readings Taken Now',
		name: 'readings',
		type: 'collection',
		placeholder: 'Add Reading',
		default: {},
		description: 'Fields of the item that hold answers as they came; they count as read at this moment',
		options: [
			{
				displayName: 'HubSpot Headers Field',
				name: 'headersField',
				type: 'string',
				default: 'headers',
				description:
					'Name of the field with the headers of a HubSpot answer: the share of calls left is the smaller of the burst’s and the day’s',
			},
			{
				displayName: 'New Contacts in the Last Hour Field',
				name: 'newContactsField',
				type: 'string',
				default: 'total',
				description: 'Name of the field with the number',
			},
			{
				displayName: 'Vendor Status Field',
				name: 'vendorsField',
				type: 'string',
				default: 'vendors',
				description:
					'Name of the field with the status page of each vendor (api/v2/status.json) by the vendor’s name',
			},
		],
	},
];

interface Fields {
	readonly headersField?: string;
	readonly newContactsField?: string;
	readonly vendorsField?: string;
}

const recordAt = (json: IDataObject, field: string): Readonly<Record<string, unknown>> => {
	const value = fieldOf(json, field);
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
};

function takenNow(json: IDataObject, fields: Fields, at: Instant): MomentFacts {
	const { headersField, newContactsField, vendorsField } = fields;
	const calls = headersField ? apiCallsReading(recordAt(json, headersField), at) : null;
	const contacts = newContactsField ? Number(fieldOf(json, newContactsField) ?? NaN) : NaN;
	const vendors = vendorsField
		? Object.entries(recordAt(json, vendorsField)).flatMap(([name, page]) => {
				const reading = vendorReading(page, at);
				return reading ? [[name, reading] as const] : [];
			})
		: [];
	return {
		...(calls ? { apiCallsLeft: calls } : {}),
		...(Number.isInteger(contacts) && contacts >= 0 ? { newContactsLastHour: { value: contacts, at } } : {}),
		...(vendors.length > 0 ? { vendors: Object.fromEntries(vendors) } : {}),
	};
}

/** The readings of one item. What cannot be read is left out, so that the gate holds. Throws `reading-unreadable`. */
export function readingsOf(
	json: IDataObject,
	item: number,
	readingsField: string,
	fields: Fields,
	at: Instant,
): MomentFacts {
	let given: unknown = readingsField === '' ? undefined : fieldOf(json, readingsField);
	if (typeof given === 'string' && given.trim() !== '') {
		try {
			given = JSON.parse(given) as unknown;
		} catch (cause) {
			const reason = 'it is no JSON';
			const parameter = 'Readings Field';
			throw gateError('field-unreadable', { item, field: readingsField, parameter, reason }, cause);
		}
	}
	const before = given === undefined || given === null || given === '' ? {} : parseReadings(given);
	const now = takenNow(json, fields, at);
	const vendors = { ...before.vendors, ...now.vendors };
	return { ...before, ...now, ...(Object.keys(vendors).length > 0 ? { vendors } : {}) };
}
