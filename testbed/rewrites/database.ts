import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Client } from 'pg';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import { slotOpens, type TestClock } from '../databases/ledgers';
import { freshDatabase } from '../databases/postgres';

export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, Value>>;

/** The ledger's tables as a stranger with rights to them sees them. Statements use `?` for values. */
export interface StrangerDatabase {
	readonly ledger: Ledger;
	readonly clock: TestClock;
	readonly tables: readonly string[];
	/** Columns of the primary key. */
	keyOf(table: string): readonly string[];
	rows(table: string): Promise<readonly Row[]>;
	/** Runs a statement; whether it went through. */
	run(sql: string, values: readonly Value[]): Promise<boolean>;
	/** Keeps every table as it is now. */
	keep(): Promise<void>;
	/** Puts tables back as they were kept. */
	restore(tables: readonly string[]): Promise<void>;
	close(): Promise<void>;
}

const keys: Readonly<Record<string, readonly string[]>> = {
	spines: ['spine'],
	spine_versions: ['spine', 'version'],
	slots: ['spine', 'space', 'slot'],
	deliveries: ['spine', 'space', 'slot', 'recipient'],
	inputs: ['spine', 'space', 'slot', 'recipient'],
	recipients: ['spine', 'space', 'recipient'],
	messages: ['provider', 'message_id'],
	outbox: ['id'],
	events: ['id'],
	chain: ['one'],
	records: ['seq'],
	blobs: ['hash'],
	erased: ['digest'],
	recipient_names: ['hash'],
};

/**
 * What is held against the migrations when the ledger opens, keys that are done once, who reads and runs now, and what is left of
 * a vendor's rate: no decision rests on them.
 */
const notOurs = (name: string): boolean =>
	['migrations', 'reading_marks', 'hand_outs', 'run_places', 'call_budgets'].includes(name) ||
	name.startsWith('sqlite_') ||
	name.startsWith('key_');
const keyOf = (table: string): readonly string[] => {
	const key = keys[table];
	if (key === undefined) throw new Error(`The rewrites do not know the key of ${table}.`);
	return key;
};

/** Ledgers whose recipients are hashes, where they are. */
const hashed = { encryptionKey: '5a'.repeat(32), recipients: 'hashes' } as const;

export async function sqliteStranger(signingKey?: string, hashes = false): Promise<StrangerDatabase> {
	const clock: TestClock = { at: slotOpens };
	const folder = mkdtempSync(join(tmpdir(), 'rg-rewrites-'));
	const file = join(folder, 'ledger.sqlite');
	const keeping = hashes ? hashed : {};
	const ledger = await openSqliteLedger({ file, clock: () => clock.at, signingKey, ...keeping });
	const db = new DatabaseSync(file, { timeout: 5000 });
	const tables = db
		.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name")
		.all()
		.map(({ name }) => String(name))
		.filter((name) => !notOurs(name));
	return {
		ledger,
		clock,
		tables,
		keyOf,
		rows: async (table) =>
			db.prepare(`SELECT * FROM main.${table} ORDER BY ${keyOf(table).join(', ')}`).all() as unknown as Row[],
		run: async (sql, values) => {
			try {
				db.prepare(sql).run(...(values as SQLInputValue[]));
				return true;
			} catch {
				return false;
			}
		},
		keep: async () => {
			for (const table of tables) db.exec(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM main.${table}`);
		},
		restore: async (names) => {
			db.exec('BEGIN IMMEDIATE');
			for (const table of names)
				db.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM temp.kept_${table}`);
			db.exec('COMMIT');
		},
		close: async () => {
			db.close();
			await ledger.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export async function postgresStranger(signingKey?: string, hashes = false): Promise<StrangerDatabase> {
	const clock: TestClock = { at: slotOpens };
	const database = await freshDatabase();
	const ledger = await openPostgresLedger({
		connection: database.url,
		clock: () => clock.at,
		connections: 1,
		signingKey,
		...(hashes ? hashed : {}),
	});
	const client = new Client({ connectionString: database.url });
	await client.connect();
	await client.query('SET search_path TO release_gate; SET synchronous_commit TO off');
	client.setTypeParser(20, Number);
	const found = await client.query<{ tablename: string }>(
		"SELECT tablename FROM pg_tables WHERE schemaname = 'release_gate' ORDER BY 1",
	);
	const tables = found.rows.map(({ tablename }) => tablename).filter((name) => !notOurs(name));
	return {
		ledger,
		clock,
		tables,
		keyOf,
		rows: async (table) =>
			(await client.query<Row>(`SELECT * FROM ${table} ORDER BY ${keyOf(table).join(', ')}`)).rows,
		run: async (sql, values) => {
			let at = 0;
			const text = sql
				.replaceAll('?', () => `$${(at += 1)}`)
				.replace(/ VALUES /, ' OVERRIDING SYSTEM VALUE VALUES ');
			try {
				await client.query(text, [...values]);
				return true;
			} catch {
				return false;
			}
		},
		keep: async () => {
			await client.query('CREATE SCHEMA kept');
			for (const table of tables) await client.query(`CREATE TABLE kept.${table} AS SELECT * FROM ${table}`);
		},
		restore: async (names) => {
			const each = names.map(
				(table) =>
					`DELETE FROM ${table}; INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM kept.${table}`,
			);
			await client.query(`BEGIN; ${each.join('; ')}; COMMIT`);
		},
		close: async () => {
			await client.end();
			await ledger.close();
			await database.drop();
		},
	};
}
