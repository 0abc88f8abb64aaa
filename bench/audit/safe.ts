import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attackTrial, type Outcome } from '../../testbed/audit/attack-trial';
import { SAFE, safeSpine } from '../../testbed/audit/safe';

/**
 * Runs every safe spine in n8n-core, with an account at every vendor, and writes `docs/records/audit-safe.md`. Exits with 1 if one
 * that is proven does not run clean and nobody has said why.
 *
 *     npm run audit:safe
 *     npm run audit:safe -- Outlook    only those whose name holds the word; writes nothing
 *
 * `TEST_POSTGRES_URL` lets look-ups in Postgres run as well.
 */
const PAGE = join(__dirname, '../../docs/records/audit-safe.md');

const sorted = 'the odd contact is sorted out by this branch: its delivery is failed, and stays due';

/** Why a spine may end otherwise than clean. */
const WHY: Readonly<Record<string, string>> = {
	'an If over a comparison': sorted,
	'an If that goes on': sorted,
	'a Switch with a fallback': sorted,
	'one file of S3':
		"n8n's S3 node names no item, so what is read behind it by the item's link fails: each delivery is failed, and stays due",
	'one key of Redis': 'the trial has no Redis: nothing was shown',
	'a claim from a recipient field':
		"n8n's HubSpot node names a contact `vid`, not `id`, so nobody was claimed: held, nothing was sent, nothing left open",
};

const ran = ({ harms, in: where, notRun }: Outcome): string =>
	notRun !== undefined
		? `not run: ${notRun}`
		: harms.length === 0
			? 'clean'
			: `${harms.join(', ')} (${where?.world ?? ''}${where?.refused.length ? `: ${where.refused.join(', ')}` : ''})`;

const page = (outcomes: readonly Outcome[]): string => {
	const proven = outcomes.filter(({ verdict }) => verdict === 'proven');
	const run = proven.filter(({ notRun }) => notRun === undefined);
	return `# Safe spines in n8n-core

Spines as people build them, proven by the audit, are run in n8n-core with an account at every vendor.

Written by \`npm run audit:safe\`; nothing on this page is typed by hand. The spines of \`testbed/audit/safe/\`, built as people build
them, with our real nodes on a real SQLite ledger and an account at every vendor, in the worlds of the
[attacks](audit-attacks.md): several runs, two at once, a pause, a rehearsal, a provider that refuses, odd values, nothing found, an
answer that is cut off. *Clean*: everybody who is due got one mail, and no claim stays open.

${outcomes.length} spines, ${proven.length} proven as they are; ${run.length} of these run, ${run.filter(({ harms }) => harms.length === 0).length} clean.

| spine | audit | in n8n-core | why it may be |
| --- | --- | --- | --- |
${outcomes.map((one) => `| ${one.does} | ${one.verdict} | ${ran(one).replaceAll('|', '\\|')} | ${WHY[one.does] ?? ''} |`).join('\n')}
`;
};

async function main(words: readonly string[]): Promise<void> {
	const names = Object.keys(SAFE).filter((name) => words.every((word) => name.includes(word)));
	const outcomes = await attackTrial(
		names.map((does) => {
			const changes = SAFE[does] ?? [];
			return { is: 0, does, changes, workflow: safeSpine(changes) };
		}),
		(outcome) => console.log(`${outcome.does}: ${outcome.verdict}, ${ran(outcome)}`),
	);
	if (words.length === 0) writeFileSync(PAGE, page(outcomes));
	const unclean = outcomes.filter(
		({ does, verdict, harms, notRun }) =>
			verdict === 'proven' && (harms.length > 0 || notRun !== undefined) && WHY[does] === undefined,
	);
	process.exit(unclean.length === 0 ? 0 : 1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error);
	process.exit(2);
});
