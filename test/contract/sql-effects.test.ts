import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postgresParser } from '../../adapters/sql/parser';
import { lintMigration, migrationVerdict } from '../../core/release/sql/lint';
import { freshDatabase, type TestDatabase } from '../../testbed/databases/postgres';
import { unseen } from '../../testbed/sql-effects/attacks';
import { later } from '../../testbed/sql-effects/migrations';
import { countEffects, sqlEffects, type Effect } from '../../testbed/sql-effects/effects';

describe('what the migration lint says, and what PostgreSQL does to an old version with data', () => {
	let database: TestDatabase;
	let effects: readonly Effect[];

	beforeAll(async () => {
		database = await freshDatabase();
		effects = await sqlEffects(database.url, postgresParser);
	}, 600_000);
	afterAll(() => database.drop(), 120_000);

	const told = (of: readonly Effect[]) =>
		of.map(({ sql, grounds, harm }) => ({ sql, grounds, harm: harm[0] }));

	it('runs at least 380 migrations, harmful and harmless ones', () => {
		const { ran, harmful, harmless } = countEffects(effects);
		expect(ran).toBeGreaterThanOrEqual(380);
		expect(harmful).toBeGreaterThanOrEqual(180);
		expect(harmless).toBeGreaterThanOrEqual(200);
	});

	it('lets nothing pass that loses data or breaks a statement of the old version', () => {
		expect(told(countEffects(effects).silent)).toEqual([]);
	});

	it('names what it cannot see, and PostgreSQL agrees that it does harm', async () => {
		const suite = unseen.map(([sql]) => sql);
		const ran = await sqlEffects(database.url, postgresParser, suite);
		expect(ran.map(({ sql, harm }) => [sql, harm.length > 0])).toEqual(suite.map((sql) => [sql, true]));
	});

	it.each(later)('does not let pass what does harm only later: %s', async (sql) => {
		expect(migrationVerdict(lintMigration(await postgresParser.parse(sql))).status).not.toBe('pass');
	});

	it('refuses at most 5 % of what does no harm', () => {
		const { falselyRefused, harmless } = countEffects(effects);
		expect([told(falselyRefused), falselyRefused.length / harmless <= 0.05]).toEqual([
			expect.anything(),
			true,
		]);
	});
});
