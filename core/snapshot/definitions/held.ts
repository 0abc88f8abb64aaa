import { z } from 'zod';
import type { PropertyDefinition } from '../../delivery/properties';
import type { ChangeList } from '../changes';

/** What of a definition can be changed, and therefore put back, besides its options. */
export const definitionFields = [
	'label',
	'description',
	'groupName',
	'type',
	'fieldType',
	'displayOrder',
	'hidden',
	'formField',
] as const;

const instant = z.number().nullable();

const definitionSchema: z.ZodType<PropertyDefinition, z.ZodTypeDef, unknown> = z.object({
	name: z.string(),
	label: z.string(),
	description: z.string(),
	groupName: z.string(),
	type: z.string(),
	fieldType: z.string(),
	options: z.array(
		z.object({
			value: z.string(),
			label: z.string(),
			description: z.string(),
			displayOrder: z.number(),
			hidden: z.boolean(),
		}),
	),
	displayOrder: z.number(),
	hidden: z.boolean(),
	formField: z.boolean(),
	hasUniqueValue: z.boolean(),
	externalOptions: z.boolean(),
	calculated: z.boolean(),
	calculationFormula: z.string().nullable(),
	referencedObjectType: z.string().nullable(),
	builtIn: z.boolean(),
	readOnlyValue: z.boolean(),
	readOnlyDefinition: z.boolean(),
	readOnlyOptions: z.boolean(),
	archivable: z.boolean(),
	archived: z.boolean(),
	createdAt: instant,
	updatedAt: instant,
	archivedAt: instant,
});

const groupSchema = z.object({
	name: z.string(),
	label: z.string(),
	displayOrder: z.number(),
	archived: z.boolean(),
});

/** Definitions and groups as captured. */
export const heldDefinitions = z.object({
	definitions: z.array(definitionSchema),
	archived: z.array(definitionSchema),
	groups: z.array(groupSchema),
});
export type HeldDefinitions = Readonly<z.infer<typeof heldDefinitions>>;

/** One definition a release writes: as it was before, and as the directory answered. */
export const definitionEntry = z.object({
	name: z.string(),
	action: z.enum(['create', 'change', 'archive']),
	before: definitionSchema.nullable(),
	/** `null` for an archived one. */
	written: definitionSchema.nullable(),
	done: z.boolean(),
});
export type DefinitionEntry = Readonly<z.infer<typeof definitionEntry>>;

export type DefinitionRequest = ChangeList['definitions'][number];

/** Name of the definition a request is about. */
export const nameOf = (request: DefinitionRequest): string =>
	'create' in request ? request.create.name : 'change' in request ? request.change : request.archive;

/** The same request for another definition. */
export const renamed = (request: DefinitionRequest, name: string): DefinitionRequest =>
	'create' in request
		? { create: { ...request.create, name } }
		: 'change' in request
			? { ...request, change: name }
			: { archive: name };

/**
 * What is written down of a request before it is done; the directory's own answer replaces what it wrote. Of a new one
 * nothing is known until then, and nothing has to be: it stays where it is.
 */
export function intended(request: DefinitionRequest, before: PropertyDefinition | null): DefinitionEntry {
	const action = 'create' in request ? 'create' : 'change' in request ? 'change' : 'archive';
	const written = before && 'change' in request ? definitionSchema.parse({ ...before, ...request.to }) : null;
	return { name: nameOf(request), action, before, written, done: false };
}
