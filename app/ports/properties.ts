import type {
	PropertyDefinition,
	NewPropertyDefinition,
	PropertyDefinitionChanges,
	PropertyGroup,
} from '../../core/delivery/properties';

/** Definitions and groups of contact properties. Every method throws catalogue errors. */
export interface PropertyDirectory {
	/** Definitions that are not sensitive; archived ones instead if asked. Sensitive ones are not listed by HubSpot's client. */
	list(options?: { readonly archived?: boolean }): Promise<readonly PropertyDefinition[]>;
	/** Creates a definition. An archived one of the same name is restored instead; an active one is an error. */
	create(definition: NewPropertyDefinition): Promise<PropertyDefinition>;
	change(name: string, changes: PropertyDefinitionChanges): Promise<PropertyDefinition>;
	/** Archives a definition: values are kept for 90 days. One in use is an error. */
	archive(name: string): Promise<void>;
	groups(): Promise<readonly PropertyGroup[]>;
	createGroup(
		group: Omit<PropertyGroup, 'archived' | 'displayOrder'> & { displayOrder?: number },
	): Promise<PropertyGroup>;
	changeGroup(
		name: string,
		changes: Partial<Pick<PropertyGroup, 'label' | 'displayOrder'>>,
	): Promise<PropertyGroup>;
	/** Archives a group; one with active properties is an error. */
	archiveGroup(name: string): Promise<void>;
}
