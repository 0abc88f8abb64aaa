/** One choice of an enumeration. */
export interface OptionRow {
	value: string;
	label: string;
	description: string;
	displayOrder: number;
	hidden: boolean;
}

/** A property definition as the stand-in keeps and answers it. */
export interface DefinitionRow {
	name: string;
	label: string;
	description: string;
	groupName: string;
	type: string;
	fieldType: string;
	options: OptionRow[];
	displayOrder: number;
	hidden: boolean;
	formField: boolean;
	hasUniqueValue: boolean;
	externalOptions: boolean;
	calculated: boolean;
	hubspotDefined: boolean;
	archived: boolean;
	createdAt: string;
	updatedAt: string;
	archivedAt?: string;
	calculationFormula?: string;
	referencedObjectType?: string;
	modificationMetadata: {
		archivable: boolean;
		readOnlyDefinition: boolean;
		readOnlyOptions: boolean;
		readOnlyValue: boolean;
	};
}

/** A property group. */
export interface GroupRow {
	name: string;
	label: string;
	displayOrder: number;
	archived: boolean;
}

/** What a definition needs to be built. */
export type DefinitionInput = Pick<DefinitionRow, 'name' | 'type' | 'fieldType'> &
	Partial<Omit<DefinitionRow, 'options'>> & {
		options?: readonly (string | Partial<OptionRow>)[];
		readOnly?: boolean;
	};

/** Fills a definition with HubSpot's defaults. `at` is ISO 8601. */
export function definition(input: DefinitionInput, at: string): DefinitionRow {
	const readOnlyValue = input.readOnly ?? input.modificationMetadata?.readOnlyValue ?? false;
	return {
		name: input.name,
		label: input.label ?? input.name,
		description: input.description ?? '',
		groupName: input.groupName ?? 'contactinformation',
		type: input.type,
		fieldType: input.fieldType,
		options: optionRows(input.options ?? []),
		displayOrder: input.displayOrder ?? -1,
		hidden: input.hidden ?? false,
		formField: input.formField ?? false,
		hasUniqueValue: input.hasUniqueValue ?? false,
		externalOptions: input.externalOptions ?? false,
		calculated: input.calculated ?? false,
		hubspotDefined: input.hubspotDefined ?? false,
		archived: false,
		createdAt: at,
		updatedAt: at,
		...(input.calculationFormula === undefined ? {} : { calculationFormula: input.calculationFormula }),
		...(input.referencedObjectType === undefined ? {} : { referencedObjectType: input.referencedObjectType }),
		modificationMetadata: {
			archivable: !(input.hubspotDefined ?? false),
			readOnlyDefinition: input.hubspotDefined ?? false,
			readOnlyOptions: false,
			readOnlyValue,
		},
	};
}

/** Options with HubSpot's defaults. */
export const optionRows = (options: readonly (string | Partial<OptionRow>)[]): OptionRow[] =>
	options.map((option, index) => {
		const given = typeof option === 'string' ? { value: option } : option;
		const value = given.value ?? '';
		return {
			value,
			label: given.label ?? value,
			description: given.description ?? '',
			displayOrder: given.displayOrder ?? index,
			hidden: given.hidden ?? false,
		};
	});

const text = { type: 'string', fieldType: 'text', hubspotDefined: true } as const;
const instant = { type: 'datetime', fieldType: 'date', hubspotDefined: true } as const;

/** Properties every account has, as far as delivery systems meet them. */
export const builtInDefinitions: readonly DefinitionInput[] = [
	{ ...text, name: 'email', label: 'Email' },
	{ ...text, name: 'firstname', label: 'First name' },
	{ ...text, name: 'lastname', label: 'Last name' },
	{ ...text, name: 'company', label: 'Company name' },
	{ ...text, name: 'hs_timezone', label: 'Time zone' },
	{
		name: 'lifecyclestage',
		label: 'Lifecycle stage',
		type: 'enumeration',
		fieldType: 'radio',
		hubspotDefined: true,
		options: ['subscriber', 'lead', 'customer', 'evangelist'],
	},
	{ name: 'hs_object_id', type: 'number', fieldType: 'number', hubspotDefined: true, readOnly: true },
	{ ...instant, name: 'createdate', readOnly: true },
	{ ...instant, name: 'lastmodifieddate', readOnly: true },
	{ ...text, name: 'hs_merged_object_ids', readOnly: true },
	{ name: 'hs_email_bounce', type: 'number', fieldType: 'number', hubspotDefined: true, readOnly: true },
	{
		name: 'hs_email_quarantined',
		type: 'bool',
		fieldType: 'booleancheckbox',
		hubspotDefined: true,
		readOnly: true,
	},
];
