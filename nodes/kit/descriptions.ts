import type {
	DisplayCondition,
	INodeCredentialDescription,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { LEDGER_CREDENTIAL } from './ledger';
import type { propertyOptions, propertySearches } from './property-lists';
import type { ledgerSearches } from './searches';
import type { settingSearches } from './setting-lists';

/** The optional ledger credential of every node. Without it the ledger is a SQLite file in n8n's user folder. */
export const ledgerCredential: INodeCredentialDescription = {
	name: LEDGER_CREDENTIAL,
	displayName: 'Ledger (optional: a SQLite file without it)',
	required: false,
};

/** A list of which one is picked. */
type SearchName = keyof typeof ledgerSearches | keyof typeof propertySearches | keyof typeof settingSearches;

/** How a picker is first shown, and what it asks for where somebody types instead of picking. */
interface Picked {
	readonly first?: 'list' | 'name';
	/** What it holds before anybody picks; nothing if absent. */
	readonly value?: string;
	readonly typed?: 'By Name' | 'By ID';
	readonly placeholder?: string;
}

/**
 * A picker: from a list, or typed. What was saved as plain text before is read as typed (`Parameters.picked`).
 * `searchListMethod`: what the ledger knows stands in `kit/searches`, the others beside it.
 */
export const picker = (
	searchListMethod: SearchName,
	{ first = 'list', value = '', typed = 'By Name', placeholder = 'e.g. content-delivery' }: Picked = {},
): Pick<INodeProperties, 'type' | 'default' | 'modes'> => ({
	type: 'resourceLocator',
	default: { mode: first, value },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod, searchable: true },
		},
		{ displayName: typed, name: 'name', type: 'string', placeholder },
	],
});

/**
 * A list of which several are ticked; what is not in it stands in a text beside it, by name, and both count. `getMethod`:
 * see `kit/property-lists` and `WorkflowAudit/instance-api`.
 */
export const ticked = (
	getMethod: keyof typeof propertyOptions | 'getWorkflows',
): Pick<INodeProperties, 'type' | 'default' | 'typeOptions'> => ({
	type: 'multiOptions',
	default: [],
	typeOptions: { loadOptionsMethod: getMethod },
});

/** A parameter that names one spine. `typed`: a name is more likely typed than picked, since the spine may be new. */
export const spineParameter = (
	parameter: Partial<INodeProperties> = {},
	typed: 'typed' | 'picked' = 'picked',
): INodeProperties => ({
	displayName: 'Spine',
	name: 'spine',
	...picker('searchSpines', { first: typed === 'typed' ? 'name' : 'list' }),
	required: true,
	description: 'The spine, as configured with the node Release',
	...parameter,
});

/** A parameter that names a spine, or a product that is released without one. */
export const subjectParameter = (
	parameter: Pick<INodeProperties, 'name' | 'displayName'> & Partial<INodeProperties>,
): INodeProperties => ({
	...picker('searchSubjects'),
	required: true,
	description: 'The spine, or the product without one',
	...parameter,
});

/** The parameter that names one release. */
export const releaseParameter: INodeProperties = {
	displayName: 'Release',
	name: 'release',
	...picker('searchReleases', { typed: 'By ID', placeholder: 'e.g. warmer-opening-line' }),
	required: true,
	description: 'The release, newest first in the list; its ID is what its manifest names',
};

/** A parameter that names one snapshot. */
export const snapshotParameter = (parameter: Partial<INodeProperties> = {}): INodeProperties => ({
	displayName: 'Snapshot',
	name: 'snapshot',
	...picker('searchSnapshots', { typed: 'By ID', placeholder: 'e.g. before-warmer-opening-line' }),
	required: true,
	...parameter,
});

/** A parameter that names a role of the policy; its list is that of the release chosen beside it. */
export const roleParameter = (description: string): INodeProperties => ({
	displayName: 'Role',
	name: 'role',
	...picker('searchRoles', { placeholder: 'e.g. leadership' }),
	required: true,
	description,
});

/** Stamps each parameter with the operation (and resource) it belongs to, keeping its own conditions. */
export function shownFor(
	show: Readonly<Record<string, readonly (string | number | DisplayCondition)[]>>,
	parameters: readonly INodeProperties[],
): INodeProperties[] {
	return parameters.map((parameter) => ({
		...parameter,
		displayOptions: {
			...parameter.displayOptions,
			show: {
				...parameter.displayOptions?.show,
				...(show as Record<string, (string | number | DisplayCondition)[]>),
			},
		},
	}));
}

/** What the editor knows of one operation: its entry in the list, and its parameters. */
interface Described {
	readonly option: INodePropertyOptions;
	readonly description: readonly INodeProperties[];
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/**
 * The parameters of several operations, each begun by a line that says what it is for: what stands in the list of operations,
 * and what its own notice says. `shared` comes between those lines and the parameters.
 */
export function introduced(
	operations: readonly Described[],
	{
		resource,
		shared = [],
	}: { readonly resource?: string; readonly shared?: readonly INodeProperties[] } = {},
): INodeProperties[] {
	const lines = operations.map(({ option, description }) => {
		const own = description.find(({ type }) => type === 'notice');
		const said = [ended(option.description ?? option.name), ...(own ? [own.displayName] : [])].join(' ');
		const line: INodeProperties = {
			displayName: said,
			name: own?.name ?? `${String(option.value)}Notice`,
			type: 'notice',
			default: '',
		};
		const show = { ...(resource === undefined ? {} : { resource: [resource] }), operation: [option.value] };
		return shownFor(show as Readonly<Record<string, readonly string[]>>, [line]);
	});
	const rest = operations.flatMap(({ description }) => {
		const own = description.find(({ type }) => type === 'notice');
		return description.filter((parameter) => parameter !== own);
	});
	return [...lines.flat(), ...shared, ...rest];
}

/** How many results a list returns at most. */
export const limitParameter: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
};
