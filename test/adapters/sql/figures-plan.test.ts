import { describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { migrations as postgresMigrations } from '../../../adapters/postgres/migrations';
import { PostgresSession } from '../../../adapters/postgres/session';
import { pairCounts, slotCounts } from '../../../adapters/sql/figures';
import { migrations as sqliteMigrations } from '../../../adapters/sqlite/migrations';
import { SqliteSession } from '../../../adapters/sqlite/session';
import type { Dialect } from '../../../adapters/sql/dialect';
import { sql, type Sql } from '../../../adapters/sql/statement';
import { freshDatabase } from '../../../testbed/databases/postgres';

const stretch = { spine: 'spine', space: 'live', from: 0, to: 1 } as const;
const figures: Readonly<Record<'figureSlots' | 'figurePairs', (dialect: Dialect) => Sql>> = {
	figureSlots: (dialect) => slotCounts(dialect, { ...stretch, now: 0, grants: 1 }).statement,
	figurePairs: (dialect) => pairCounts(dialect, { ...stretch, since: 0, minimumGapMs: 1 }).statement,
};

describe('figures go along the clustered key, whatever the ledger holds', () => {
	test.each(['figureSlots', 'figurePairs'] as const)('%s on SQLite', async (name) => {
		const { DatabaseSync } = await import('node:sqlite');
		const db = new DatabaseSync(':memory:');
		for (const { sql } of sqliteMigrations) db.exec(sql);
		const session = new SqliteSession(db, () => 0);
		const rows = await session.all(sql`EXPLAIN QUERY PLAN ${figures[name](session.dialect)}`);
		const plan = rows.map((cells) => String(cells[3]));
		db.close();
		expect(plan).toContainEqual(
			expect.stringMatching(
				/SEARCH s USING .*INDEX slots_opening \(spine=\? AND space=\? AND opens_at>\? AND opens_at<\?\)/,
			),
		);
		expect(plan).toContainEqual(
			expect.stringMatching(/SEARCH d USING PRIMARY KEY \(spine=\? AND space=\? AND slot=\?\)/),
		);
		expect(plan.filter((line) => /^SCAN [sd]\b/.test(line))).toEqual([]);
	});

	test('both on Postgres', async () => {
		const database = await freshDatabase();
		const client = new Client({ connectionString: database.url });
		try {
			const schema = postgresMigrations.map(({ sql }) => sql).join(';\n');
			await database.query(schema);
			await client.connect();
			// As the store sets it for each transaction.
			for (const setting of ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material']) {
				await client.query(`SET ${setting} = off`);
			}
			const session = new PostgresSession(client, null);
			for (const name of ['figureSlots', 'figurePairs'] as const) {
				const plan = JSON.stringify(await session.all(sql`EXPLAIN ${figures[name](session.dialect)}`));
				expect(plan).toMatch(/deliveries_pkey on deliveries.{1,200}Index Cond: [^}]*slot = s\.slot/);
				expect(plan).not.toMatch(/Seq Scan/);
			}
		} finally {
			await client.end();
			await database.drop();
		}
	});
});
