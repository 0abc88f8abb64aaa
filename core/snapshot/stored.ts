import { z } from 'zod';
import { objectRows, rowsOf, setRows, type DiffRow } from './diff';
import { jsonObject } from '../delivery/json';

/** A document of the ledger as captured: a flag or a policy. */
export const storedSchema = z.object({
	kind: z.enum(['flag', 'policy']),
	id: z.string(),
	spine: z.string().nullable(),
	body: jsonObject,
});
export type Stored = Readonly<z.infer<typeof storedSchema>>;

/** Bodies by id. */
export const bodiesOf = (documents: readonly Stored[]): ReadonlyMap<string, Stored['body']> =>
	new Map(documents.map(({ id, body }) => [id, body]));

/** Documents of one kind that came, went or changed. */
export const storedRows = (
	kind: Stored['kind'],
	before: readonly Stored[],
	after: readonly Stored[],
): readonly DiffRow[] =>
	setRows(
		bodiesOf(before),
		bodiesOf(after),
		(id, there) => rowsOf(kind, id)('', '', '', there === 'before' ? 'It is gone.' : 'It is new.'),
		(id, a, b) => objectRows(kind, id, a, b),
	);
