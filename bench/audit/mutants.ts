import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { trial, type Verdict } from '../../test/core/audit/trial';

/**
 * Runs every mutant of the spine in the real engine, audits it, and writes `docs/audit-mutants.md`:
 * `npx tsx bench/audit/mutants.ts`. Exits with 1 if the audit misses one that does harm.
 */
const flagged = ({ report }: Verdict): boolean => report.verdict === 'violated';
const harmful = ({ deeds }: Verdict): boolean => deeds.harms.size > 0;

const percent = (part: number, whole: number): string =>
	whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const grouped = <T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> => {
	const groups = new Map<string, T[]>();
	for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
	return groups;
};

const rulesOf = (one: Verdict): string =>
	[...new Set(one.report.violations.map(({ rule }) => rule))].sort().join(', ');

/** Why a mutant is flagged although the engine saw no harm. */
const EXPLANATIONS: readonly (readonly [name: string, applies: (one: Verdict) => boolean, why: string])[] = [
	[
		'claims stay open',
		(one) => one.deeds.leftOpen,
		'Not a false alarm: the engine too left claims without commit or fail (proof 3), which harms nobody but waits for a lease to run out.',
	],
	[
		'only proof 3 is violated',
		(one) => one.report.violations.every(({ proof }) => proof === 3),
		'An output a claimed item could take leads nowhere, or a node could drop items; no recipient of the scenarios took that way.',
	],
	[
		'the ledger refuses at run time',
		() => true,
		'The path is there, but what comes without a grant, or a second time, is refused by Idempotency Check or Delivery Commit, or an error of the mutant lets no item get that far. The audit proves the graph without leaning on that, so that no single mistake is enough.',
	],
];

async function main(): Promise<void> {
	const { base, verdicts } = await trial();
	const harms = verdicts.filter(harmful);
	const missed = harms.filter((one) => !flagged(one));
	const alarms = verdicts.filter((one) => flagged(one) && !harmful(one));
	const explained = grouped(alarms, (one) => EXPLANATIONS.find(([, applies]) => applies(one))?.[0] ?? '');
	const kinds = [...new Set(harms.flatMap(({ deeds }) => [...deeds.harms.keys()]))].sort();
	const page = [
		'# Mutants of the spine',
		'',
		'Written by `npx tsx bench/audit/mutants.ts`; do not edit. A program changes the spine in one place at a time. Every mutant',
		'runs in the real engine (n8n-core) through the scenarios of `test/core/audit/recording.ts` (recipients that fit or not, a',
		'provider that takes, refuses, or takes and answers with an error, refused confirmations, a second run over the same ledger,',
		'nodes that throw), with the real HTTP Request node against a recording provider. Then it is audited.',
		'',
		`The spine itself: ${base.deeds.harms.size === 0 ? 'no harm' : 'HARM'} in the engine, ${base.report.verdict} by the audit.`,
		'',
		table(
			[
				'mutants',
				'do harm in the engine',
				'of these flagged',
				'missed',
				'flagged without harm',
				'proven and harmless',
			],
			[
				[
					verdicts.length,
					harms.length,
					`${harms.length - missed.length} (${percent(harms.length - missed.length, harms.length)})`,
					missed.length,
					alarms.length,
					verdicts.filter((one) => !flagged(one) && !harmful(one)).length,
				],
			],
		),
		'',
		'## By operator',
		'',
		table(
			['operator', 'mutants', 'harmful', 'flagged of harmful', 'flagged without harm'],
			[...grouped(verdicts, ({ mutant }) => mutant.operator)].map(([operator, list]) => [
				operator,
				list.length,
				list.filter(harmful).length,
				list.filter((one) => harmful(one) && flagged(one)).length,
				list.filter((one) => !harmful(one) && flagged(one)).length,
			]),
		),
		'',
		'## By harm',
		'',
		table(
			['harm', 'mutants', 'flagged', 'rules that flag them most often'],
			kinds.map((kind) => {
				const list = harms.filter(({ deeds }) => deeds.harms.has(kind));
				const rules = [
					...grouped(
						list.flatMap(({ report }) => [...new Set(report.violations.map(({ rule }) => rule))]),
						(rule) => rule,
					),
				];
				const top = rules.sort((a, b) => b[1].length - a[1].length).slice(0, 3);
				return [
					kind,
					list.length,
					list.filter(flagged).length,
					top.map(([rule, all]) => `${rule} (${all.length})`).join(', '),
				];
			}),
		),
		'',
		'## Flagged without harm',
		'',
		table(
			['what', 'mutants', 'why'],
			EXPLANATIONS.map(([name, , why]) => [name, explained.get(name)?.length ?? 0, why]),
		),
		'',
		'By the rules that were violated:',
		'',
		table(
			['rules', 'mutants', 'for example'],
			[...grouped(alarms, rulesOf)]
				.sort((a, b) => b[1].length - a[1].length)
				.map(([rules, list]) => [rules, list.length, `${list[0]?.mutant.operator}: ${list[0]?.mutant.what}`]),
		),
		'',
	].join('\n');
	writeFileSync(join(__dirname, '../../docs/audit-mutants.md'), page);
	console.log(
		`${verdicts.length} mutants, ${harms.length} harmful, ${missed.length} missed, ${alarms.length} flagged without harm`,
	);
	for (const { mutant, deeds } of missed)
		console.log('missed', mutant.operator, mutant.what, [...deeds.harms.keys()]);
	process.exitCode = missed.length === 0 && base.report.verdict === 'proven' ? 0 : 1;
}

void main();
