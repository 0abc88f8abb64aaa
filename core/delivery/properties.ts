import type { Instant } from './types';

/** One choice of a property with choices. */
export interface PropertyOption {
	readonly value: string;
	readonly label: string;
	readonly description: string;
	readonly displayOrder: number;
	readonly hidden: boolean;
}

/** Definition of a contact property, as the directory holds it. */
export interface PropertyDefinition {
	readonly name: string;
	readonly label: string;
	readonly description: string;
	readonly groupName: string;
	/** `string`, `number`, `date`, `datetime`, `enumeration`, `bool`… */
	readonly type: string;
	/** Form control, e.g. `text`, `select`. */
	readonly fieldType: string;
	readonly options: readonly PropertyOption[];
	readonly displayOrder: number;
	readonly hidden: boolean;
	readonly formField: boolean;
	readonly hasUniqueValue: boolean;
	readonly externalOptions: boolean;
	readonly calculated: boolean;
	readonly calculationFormula: string | null;
	readonly referencedObjectType: string | null;
	/** Defined by the vendor rather than by the account. */
	readonly builtIn: boolean;
	readonly readOnlyValue: boolean;
	readonly readOnlyDefinition: boolean;
	readonly readOnlyOptions: boolean;
	readonly archivable: boolean;
	readonly archived: boolean;
	readonly createdAt: Instant | null;
	readonly updatedAt: Instant | null;
	readonly archivedAt: Instant | null;
}

/** What a new definition needs; the rest takes the directory's defaults. */
export type NewPropertyDefinition = Pick<
	PropertyDefinition,
	'name' | 'label' | 'groupName' | 'type' | 'fieldType'
> &
	Partial<
		Pick<
			PropertyDefinition,
			| 'description'
			| 'displayOrder'
			| 'hidden'
			| 'formField'
			| 'hasUniqueValue'
			| 'externalOptions'
			| 'options'
		> & { readonly calculationFormula: string; readonly referencedObjectType: string }
	>;

/**
 * What can be changed in a definition. `options` replaces the whole list; left out, the list stays. Name,
 * uniqueness, external options and the referenced object cannot change.
 */
export type PropertyDefinitionChanges = Partial<
	Pick<
		PropertyDefinition,
		| 'label'
		| 'description'
		| 'groupName'
		| 'type'
		| 'fieldType'
		| 'options'
		| 'displayOrder'
		| 'hidden'
		| 'formField'
	> & { readonly calculationFormula: string }
>;

/** A heading under which definitions are listed. */
export interface PropertyGroup {
	readonly name: string;
	readonly label: string;
	readonly displayOrder: number;
	readonly archived: boolean;
}
