import type * as Module from 'node:sqlite';
import { gateError } from '../../core/errors';

type Sqlite = typeof Module;

/**
 * Node's own SQLite, or the reason why there is none. It came without a flag in Node 22.13, and rows as lists in 22.16
 * and 24.0 (https://nodejs.org/api/sqlite.html).
 *
 * @throws `ledger-node-too-old`
 */
export async function loadSqlite(load: () => Promise<Sqlite> = () => import('node:sqlite')): Promise<Sqlite> {
	const tooOld = (cause?: unknown): unknown =>
		gateError('ledger-node-too-old', { version: process.versions.node }, cause);
	const sqlite = await load().catch((error: unknown) => {
		throw tooOld(error);
	});
	// Absent on old versions, whatever the types say.
	const { prototype } = sqlite.StatementSync as {
		readonly prototype: { readonly setReturnArrays?: unknown };
	};
	if (typeof prototype.setReturnArrays !== 'function') throw tooOld();
	return sqlite;
}
