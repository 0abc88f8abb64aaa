import type {
	Option,
	Property,
	PropertyCreate,
	PropertyUpdate,
	PropertyGroup as GroupRow,
} from '@hubspot/api-client/lib/codegen/crm/properties';
import { gateError } from '../../core/errors';
import type { PropertyDefinition, PropertyGroup, PropertyOption } from '../../core/delivery/properties';
import type { PropertyDirectory } from '../../app/ports/properties';
import { call, type HubSpotClient } from './client';
import { CallFailed, hubSpotError } from './failure';

const objectType = 'contacts';

const instant = (date: Date | undefined): number | null => {
	const at = date?.getTime() ?? NaN;
	return Number.isNaN(at) ? null : at;
};

/** HubSpot may leave out fields that the client declares as always there. */
type Sparse<Row, Sure extends keyof Row> = Partial<Row> & Pick<Row, Sure>;

const optionOf = (option: Sparse<Option, 'value' | 'label'>): PropertyOption => ({
	value: option.value,
	label: option.label,
	description: option.description ?? '',
	displayOrder: option.displayOrder ?? -1,
	hidden: option.hidden ?? false,
});

const definitionOf = (
	row: Sparse<Property, 'name' | 'label' | 'groupName' | 'type' | 'fieldType'>,
): PropertyDefinition => ({
	name: row.name,
	label: row.label,
	description: row.description ?? '',
	groupName: row.groupName,
	type: row.type,
	fieldType: row.fieldType,
	options: (row.options ?? []).map(optionOf),
	displayOrder: row.displayOrder ?? -1,
	hidden: row.hidden ?? false,
	formField: row.formField ?? false,
	hasUniqueValue: row.hasUniqueValue ?? false,
	externalOptions: row.externalOptions ?? false,
	calculated: row.calculated ?? false,
	calculationFormula: row.calculationFormula ?? null,
	referencedObjectType: row.referencedObjectType ?? null,
	builtIn: row.hubspotDefined ?? false,
	readOnlyValue: row.modificationMetadata?.readOnlyValue ?? false,
	readOnlyDefinition: row.modificationMetadata?.readOnlyDefinition ?? false,
	readOnlyOptions: row.modificationMetadata?.readOnlyOptions ?? false,
	archivable: row.modificationMetadata?.archivable ?? true,
	archived: row.archived ?? false,
	createdAt: instant(row.createdAt),
	updatedAt: instant(row.updatedAt),
	archivedAt: instant(row.archivedAt),
});

const groupOf = (row: Sparse<GroupRow, 'name' | 'label'>): PropertyGroup => ({
	name: row.name,
	label: row.label,
	displayOrder: row.displayOrder ?? -1,
	archived: row.archived ?? false,
});

async function about<Result>(object: string, run: () => Promise<Result>): Promise<Result> {
	try {
		return await call(run);
	} catch (error) {
		if (!(error instanceof CallFailed)) throw error;
		if (error.failure.kind === 'missing') throw gateError('hubspot-definition-missing', { object });
		throw hubSpotError(error.failure, object);
	}
}

/** Property definitions and groups of contacts over HubSpot's client. */
export function createPropertyDirectory(client: () => Promise<HubSpotClient>): PropertyDirectory {
	return {
		list: async ({ archived = false } = {}) => {
			const { properties } = await client();
			const page = await about('the property definitions', () => properties.getAll(objectType, archived));
			return page.results.map(definitionOf);
		},
		create: async (definition) => {
			const { properties } = await client();
			const input = { ...definition, options: definition.options?.map((option) => ({ ...option })) };
			return definitionOf(
				await about(`property ${definition.name}`, () =>
					properties.create(objectType, input as PropertyCreate),
				),
			);
		},
		change: async (name, changes) => {
			const { properties } = await client();
			const input = { ...changes, options: changes.options?.map((option) => ({ ...option })) };
			return definitionOf(
				await about(`property ${name}`, () => properties.update(objectType, name, input as PropertyUpdate)),
			);
		},
		archive: async (name) => {
			const { properties } = await client();
			await about(`property ${name}`, () => properties.archive(objectType, name));
		},
		groups: async () => {
			const { groups } = await client();
			const page = await about('the property groups', () => groups.getAll(objectType));
			return page.results.map(groupOf);
		},
		createGroup: async (group) => {
			const { groups } = await client();
			return groupOf(
				await about(`property group ${group.name}`, () => groups.create(objectType, { ...group })),
			);
		},
		changeGroup: async (name, changes) => {
			const { groups } = await client();
			return groupOf(
				await about(`property group ${name}`, () => groups.update(objectType, name, { ...changes })),
			);
		},
		archiveGroup: async (name) => {
			const { groups } = await client();
			await about(`property group ${name}`, () => groups.archive(objectType, name));
		},
	};
}
