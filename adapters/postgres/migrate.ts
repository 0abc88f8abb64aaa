import type { ClientBase } from 'pg';
import { gateError } from '../../core/errors';
import { migrations } from './migrations';

/**
 * Brings the schema to this version in one transaction under an advisory lock, so that processes that start at once
 * take turns. Refuses a ledger of a newer version and one whose migrations were changed.
 */
export async function migrate(client: ClientBase, schema: string): Promise<void> {
	await client.query('BEGIN');
	try {
		await client.query("SELECT pg_advisory_xact_lock(hashtextextended('release-gate:migrate:' || $1, 0))", [
			schema,
		]);
		await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
		await client.query(`SET LOCAL search_path TO ${quoteName(schema)}`);
		await client.query(
			'CREATE TABLE IF NOT EXISTS migrations (name text NOT NULL PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
		);
		const result = await client.query<{ name: string; checksum: string }>(
			'SELECT name, checksum FROM migrations',
		);
		const applied = new Map(result.rows.map((row) => [row.name, row.checksum]));
		const known = new Set(migrations.map((migration) => migration.name));
		if ([...applied.keys()].some((name) => !known.has(name))) {
			throw gateError('ledger-newer', { found: applied.size, known: migrations.length });
		}
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
