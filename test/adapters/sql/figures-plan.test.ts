import { describe, expect, test } from '@jest/globals';
import {
	migrations as postgresMigrations,
	statements as postgres,
} from '../../../adapters/postgres/sql.generated';
import { migrations as sqliteMigrations, statements as sqlite } from '../../../adapters/sqlite/sql.generated';
import { freshDatabase } from '../../../testbed/databases/postgres';

const parameters = ['spine', 'live', 0, 1, null, null, 0, 1];

describe('figures go along the clustered key, whatever the ledger holds', () => {
	test.each(['figureSlots', 'figurePairs'] as const)('%s on SQLite', async (name) => {
		const { DatabaseSync } = await import('node:sqlite');
		const db = new DatabaseSync(':memory:');
		for (const { sql } of sqliteMigrations) db.exec(sql);
		const plan = db
			.prepare(`EXPLAIN QUERY PLAN ${sqlite[name]}`)
			.all(...parameters)
			.map(({ detail }) => String(detail));
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
		try {
			const schema = postgresMigrations.map(({ sql }) => sql).join(';\n');
			await database.query(schema);
			// As the store sets it for each transaction.
			const { pathname } = new URL(database.url);
			for (const setting of ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material']) {
				await database.query(`ALTER DATABASE ${pathname.slice(1)} SET ${setting} = off`);
			}
			for (const name of ['figureSlots', 'figurePairs'] as const) {
				const text = postgres[name].replace(/\$(\d)/g, (_all, n: string) => {
					const value = parameters[Number(n) - 1];
					return typeof value === 'string' ? `'${value}'` : String(value);
				});
				const plan = JSON.stringify(await database.query(text.replace(/^(?=SELECT|WITH)/m, 'EXPLAIN ')));
				expect(plan).toMatch(/deliveries_pkey on deliveries.{1,200}Index Cond: [^}]*slot = s\.slot/);
				expect(plan).not.toMatch(/Seq Scan/);
			}
		} finally {
			await database.drop();
		}
	});
});
