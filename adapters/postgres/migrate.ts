import type { ClientBase } from 'pg';
import { gateError } from '../../core/errors';
import { migrations } from './migrations';

async function holds(client: ClientBase, question: string, values: readonly string[] = []): Promise<boolean> {
	const { rows } = await client.query<{ yes: boolean }>(`SELECT ${question} AS yes`, [...values]);
	return rows[0]?.yes === true;
}

export const schemaExists = (client: ClientBase, schema: string): Promise<boolean> =>
	holds(client, 'EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)', [schema]);

export const mayCreateSchema = (client: ClientBase): Promise<boolean> =>
	holds(client, "has_database_privilege(current_database(), 'CREATE')");

export const hasTable = (client: ClientBase, schema: string, table: string): Promise<boolean> =>
	holds(
		client,
		'EXISTS (SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2)',
		[schema, table],
	);

/** Checksums of what the schema was brought through, by name. */
export async function appliedMigrations(
	client: ClientBase,
	schema: string,
): Promise<ReadonlyMap<string, string>> {
	const { rows } = await client.query<{ name: string; checksum: string }>(
		`SELECT name, checksum FROM ${quoteName(schema)}.migrations`,
	);
	return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** Throws `ledger-newer` where the schema was brought through a step that this version does not know. */
export function refuseNewer(applied: ReadonlyMap<string, string>): void {
	const known = new Set(migrations.map(({ name }) => name));
	if ([...applied.keys()].some((name) => !known.has(name))) {
		throw gateError('ledger-newer', { found: applied.size, known: migrations.length });
	}
}

/**
 * Brings the schema to this version in one transaction under an advisory lock, so that processes that start at once
 * wait for each other. Refuses a ledger of a newer version and one whose migrations were changed. Asks for no right it does not
 * need: a schema and tables that are there are not made again, not even IF NOT EXISTS.
 */
export async function migrate(client: ClientBase, schema: string): Promise<void> {
	await client.query('BEGIN');
	try {
		await client.query("SELECT pg_advisory_xact_lock(hashtextextended('release-gate:migrate:' || $1, 0))", [
			schema,
		]);
		if (!(await schemaExists(client, schema))) await client.query(`CREATE SCHEMA ${quoteName(schema)}`);
		await client.query(`SET LOCAL search_path TO ${quoteName(schema)}`);
		if (!(await hasTable(client, schema, 'migrations'))) {
			await client.query(
				'CREATE TABLE migrations (name text NOT NULL PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
			);
		}
		const applied = await appliedMigrations(client, schema);
		refuseNewer(applied);
		for (const { name, checksum, sql } of migrations) {
			const before = applied.get(name);
			if (before !== undefined) {
				if (before !== checksum) throw gateError('ledger-migration-changed', { migration: name });
				continue;
			}
			await client.query(sql);
			await client.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
		}
		await client.query('COMMIT');
	} catch (error) {
		await client.query('ROLLBACK').catch(() => undefined);
		throw error;
	}
}

/** A schema name as SQL. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
