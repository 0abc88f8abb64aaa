import { z } from 'zod';
import type { Json, JsonObject } from './types';

/** A schema for every property of a document: one that is left out would be lost whenever the document is read. */
export type Fields<Body> = { readonly [Property in keyof Body]-?: z.ZodTypeAny };

/** Any JSON object, unread. */
export const jsonObject = z.custom<JsonObject>(
	(value) => typeof value === 'object' && value !== null && !Array.isArray(value),
	'must be an object',
);

/** Any JSON value, unread. */
export const json = z.custom<Json>((value) => value !== undefined, 'must be there');

/** A document as the ledger takes it: what is undefined is left out, as in JSON. */
export const plain = (value: object): JsonObject => jsonObject.parse(JSON.parse(JSON.stringify(value)));
