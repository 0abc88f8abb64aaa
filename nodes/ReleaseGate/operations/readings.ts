import type { INodeProperties } from 'n8n-workflow';

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
					'Name of the field with the answer of each vendor’s status page, by the vendor’s name (addresses: docs/guide/providers.md)',
			},
		],
	},
];
