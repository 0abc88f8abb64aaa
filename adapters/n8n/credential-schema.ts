import { z } from 'zod';
import type { JsonObject } from '../../core/delivery/types';

/**
 * What n8n 1.123 holds the data of a credential against (`toJsonSchema`, `credentials.service.js` of its public API). It knows one
 * condition for each field that others hang on, that of the first of them: where it holds, or where the field is absent, it asks for
 * all of them, and else for none.
 */
const schemaOf = z.object({
	properties: z.record(z.object({ type: z.string(), enum: z.array(z.string()).optional() })),
	allOf: z
		.array(
			z.object({
				if: z.object({ properties: z.record(z.object({ enum: z.array(z.unknown()).optional() })) }),
				then: z.object({ allOf: z.array(z.object({ required: z.array(z.string()) })) }),
			}),
		)
		.optional(),
});

/** What n8n takes where the data of one of our credentials lacks a field. */
const defaults: Readonly<Record<string, JsonObject>> = { releaseGateLedgerApi: { store: 'postgres' } };

/** The same data in a form that this schema takes; as it is where the schema cannot be read, or no such form is known. */
export function fittedTo(answer: unknown, type: string, data: JsonObject): JsonObject {
	const read = schemaOf.safeParse(answer);
	if (!read.success) return data;
	const { properties, allOf = [] } = read.data;
	const fitted: Record<string, JsonObject[string]> = { ...data };
	for (const { if: condition, then } of allOf) {
		const [[field = '', { enum: values = [] }] = ['', {}]] = Object.entries(condition.properties);
		const hanging = then.allOf.flatMap(({ required }) => required);
		const value = fitted[field];
		if (!hanging.some((name) => name in data)) {
			// Nothing that hangs on it is wanted: a blank is another value than the empty text that would ask for it.
			if (value === undefined && values.includes('')) fitted[field] = ' ';
			continue;
		}
		if (value !== undefined && !values.includes(value) && defaults[type]?.[field] === value)
			delete fitted[field];
		for (const name of hanging) {
			const { type: kind, enum: options = [] } = properties[name] ?? { type: 'string' };
			fitted[name] ??= kind === 'number' ? 0 : (options[0] ?? '');
		}
	}
	return fitted;
}
