import { z } from 'zod';
import { canonicalJson, sha256 } from '../delivery/canonical';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { flagSchema } from '../rollout';
import { jsonObject } from '../delivery/json';

const name = z.string().trim().min(1).max(200);
const property = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be the internal name of a property');

const optionSchema = z
	.object({
		value: z.string().min(1),
		label: z.string().min(1),
		description: z.string().default(''),
		displayOrder: z.number().int().default(-1),
		hidden: z.boolean().default(false),
	})
	.strict();

const changeableSchema = z
	.object({
		label: z.string(),
		description: z.string(),
		groupName: name,
		type: name,
		fieldType: name,
		options: z.array(optionSchema),
		displayOrder: z.number().int(),
		hidden: z.boolean(),
		formField: z.boolean(),
	})
	.partial()
	.strict();

const definitionSchema = z.union([
	z
		.object({
			create: changeableSchema
				.extend({ name: property, hasUniqueValue: z.boolean().optional() })
				.required({ label: true, groupName: true, type: true, fieldType: true }),
		})
		.strict(),
	z.object({ change: property, to: changeableSchema }).strict(),
	z.object({ archive: property }).strict(),
]);

const workflowSchema = z
	.object({
		id: name,
		/** Publishes a version the instance has. */
		publish: name.optional(),
		/** Saves this graph as the draft and publishes it. */
		graph: z
			.object({ nodes: z.array(jsonObject), connections: jsonObject })
			.strict()
			.optional(),
		/** Settings to set; those not named stay. */
		settings: jsonObject.optional(),
	})
	.strict()
	.refine((change) => [change.publish, change.graph].filter(Boolean).length < 2, {
		message: 'give either publish or graph',
	})
	.refine((change) => change.publish ?? change.graph ?? change.settings, {
		message: 'give publish, graph or settings',
	});

export const changesSchema = z
	.object({
		definitions: z.array(definitionSchema).default([]),
		/** New values of single contacts; `''` clears. */
		values: z
			.array(
				z
					.object({ contact: z.string().regex(/^[1-9]\d{0,19}$/), set: z.record(property, z.string()) })
					.strict(),
			)
			.default([]),
		/** In every captured contact whose property has the value `from` (`''`: none), it becomes `to`. */
		rewrites: z.array(z.object({ property, from: z.string(), to: z.string() }).strict()).default([]),
		workflows: z.array(workflowSchema).default([]),
		/** Settings of the spine to set; those not named stay. */
		spine: jsonObject.default({}),
		flags: z.array(flagSchema).default([]),
	})
	.strict();

/** Everything a release changes outside code: what is applied, journalled and put back. */
export type ChangeList = z.infer<typeof changesSchema>;

/** Reads a change list. @throws `changes-unreadable`, naming every problem at once; values are not repeated */
export function parseChanges(value: unknown): ChangeList {
	const result = changesSchema.safeParse(value ?? {});
	if (result.success) return result.data;
	throw gateError('changes-unreadable', problemsIn(result.error.issues, 'changes'));
}

/** Names a change list: SHA-256 (hex) of its canonical JSON. */
export const changesHash = (changes: ChangeList): string => sha256(canonicalJson(changes));
