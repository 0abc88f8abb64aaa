import type { z } from 'zod';
import { gateError } from '../../core/errors';
import { problemsIn } from '../../core/errors/problems';
import type { StoredRecord } from './records';

/** Reads a document of the ledger, whatever its form before. */
export type Reads<Body> = z.ZodType<Body, z.ZodTypeDef, unknown>;

/**
 * What a record holds, read by the schema of its kind: the one way from the ledger's JSON to a type.
 *
 * @throws `ledger-record-unreadable`, naming the record and its fields, where somebody or another version wrote another form
 */
export function documentOf<Body>(
	{ kind, id, body }: Pick<StoredRecord, 'kind' | 'id' | 'body'>,
	schema: Reads<Body>,
): Body {
	const result = schema.safeParse(body);
	if (result.success) return result.data;
	throw gateError('ledger-record-unreadable', { kind, id, ...problemsIn(result.error.issues, 'document') });
}
