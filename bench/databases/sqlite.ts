import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deliveryColumns, deliveryKey } from '../../adapters/sql/tables';
import { openSqliteLedger } from '../../adapters/sqlite';
import { timed } from '../harness/rounds';
import type { BenchDatabase, Keeping } from './database';
import { historyStatements } from './history';
import { benchSettings, recipients } from './rows';

const numbers = (name: string, from: number, to: number): string =>
	`(WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c) AS ${name}`;

/** A ledger file in a folder of its own. The plain insert is a prepared statement in a loop: SQLite's fastest. */
export async function openSqlite(history: number, keeping: Keeping = {}): Promise<BenchDatabase> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-bench-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now, ...keeping });
	await ledger.spines.configure(benchSettings, 'bench');
	const db = new DatabaseSync(file, { timeout: 60_000 });
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
	const perSlot = Math.min(recipients, Math.max(history, 1));
	if (history > 0) {
		db.exec('BEGIN');
		for (const sql of historyStatements(numbers, Math.ceil(history / perSlot), perSlot)) db.exec(sql);
		db.exec('COMMIT');
	}
	const made = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'deliveries'").get() as { sql: string };
	db.exec(made.sql.replace('deliveries', 'plain_deliveries'));
	db.exec('INSERT INTO plain_deliveries SELECT * FROM deliveries');
	db.exec('PRAGMA synchronous = FULL');
	const width = deliveryKey.length + deliveryColumns.length;
	const insert = db.prepare(`INSERT INTO plain_deliveries VALUES (${Array(width).fill('?').join(', ')})`);
	return {
		ledger,
		insertPlainly: async (rows) => {
			const cells = rows.map((row) => [...deliveryKey.cells(row.ref), ...deliveryColumns.cells(row)]);
			return await timed(() => {
				db.exec('BEGIN IMMEDIATE');
				for (const row of cells) insert.run(...row);
				db.exec('COMMIT');
			});
		},
		rest: async () => {
			db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		},
		close: async () => {
			await ledger.close();
			db.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
