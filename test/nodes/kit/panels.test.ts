import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';
import { LEDGER_CREDENTIAL } from '../../../nodes/kit/ledger';
import { LazyNodeTypes } from '../../../testbed/engine/n8n';

const folder = join(__dirname, '../../../nodes');
const types = readdirSync(folder, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && entry.name !== 'kit')
	.map(({ name }) => `n8n-nodes-release-gate.${name.charAt(0).toLowerCase()}${name.slice(1)}`);

/** A parameter and all that it holds, however deep. */
const within = (parameter: INodeProperties): readonly INodeProperties[] => [
	parameter,
	...(parameter.options ?? []).flatMap((option) =>
		'values' in option ? option.values.flatMap(within) : 'type' in option ? within(option) : [],
	),
];

describe.each(types)('the panel of %s', (type) => {
	const { description } = new LazyNodeTypes().getByNameAndVersion(type);
	const parameters = description.properties.flatMap(within);

	it('shows no error in an editor of JSON that nobody has filled in', () => {
		const empty = parameters.filter((one) => one.type === 'json' && one.default === '');
		expect(empty.map(({ name }) => name)).toEqual([]);
	});

	it('says that the ledger needs no credential', () => {
		for (const credential of description.credentials ?? [])
			if (credential.name === LEDGER_CREDENTIAL)
				expect(credential.displayName).toBe('Ledger (optional: a SQLite file without it)');
	});

	it('says in the first line of each operation what it is for', () => {
		const of = (name: string) => description.properties.filter((one) => one.name === name);
		const resources = (of('resource')[0]?.options ?? []).map((one) =>
			String('value' in one ? one.value : ''),
		);
		const shown = (one: INodeProperties, resource: string, operation: string): boolean => {
			const { show = {} } = one.displayOptions ?? {};
			const fits = (value: string, wanted?: unknown[]) => wanted === undefined || wanted.includes(value);
			return fits(resource, show.resource) && fits(operation, show.operation);
		};
		const silent = (resources.length > 0 ? resources : ['']).flatMap((resource) =>
			of('operation')
				.filter((one) => shown(one, resource, ''))
				.flatMap(({ options = [] }) => options)
				.flatMap((option) => {
					if (!('value' in option)) return [];
					const [first] = description.properties.filter(
						(one) =>
							!['resource', 'operation'].includes(one.name) && shown(one, resource, String(option.value)),
					);
					const says = first?.type === 'notice' && first.displayName.startsWith(option.description ?? '?');
					return says ? [] : [`${resource} ${option.name}`];
				}),
		);
		expect(silent).toEqual([]);
		if (of('operation').length === 0) expect(description.properties[0]?.type).toBe('notice');
	});

	it('offers every list that it asks for', () => {
		const { methods = {} } = new LazyNodeTypes().getByNameAndVersion(type);
		const searches = parameters.flatMap(({ modes = [] }) =>
			modes.flatMap(({ typeOptions }) => typeOptions?.searchListMethod ?? []),
		);
		expect(Object.keys(methods.listSearch ?? {})).toEqual(expect.arrayContaining(searches));
		const options = parameters.flatMap(({ typeOptions }) => typeOptions?.loadOptionsMethod ?? []);
		expect(Object.keys(methods.loadOptions ?? {})).toEqual(expect.arrayContaining(options));
	});

	it('takes releases and snapshots that are there from lists', () => {
		// A link of the desk is the address of a form, and no record.
		const typed = parameters.filter(
			({ name, type: kind, default: given }) =>
				['release', 'target', 'flag'].includes(name) &&
				kind === 'string' &&
				given !== '../form/release-a-change',
		);
		expect(typed.map(({ name }) => name)).toEqual([]);
	});

	it('takes properties, policies, roles and zones from lists', () => {
		const listed = [
			'status',
			'lastDeliveryAt',
			'nextEligibleAt',
			'deliveryCount',
			'lastAssetId',
			'policy',
			'role',
		];
		const typed = parameters.filter(
			({ name, type: kind }) => [...listed, 'timeZone'].includes(name) && kind === 'string',
		);
		expect(typed.map(({ name }) => name)).toEqual([]);
	});
});
