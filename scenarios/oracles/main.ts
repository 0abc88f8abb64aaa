/**
 * Holds the rules against oracles written apart and writes what it found into docs/records/oracles.md:
 * `npm run oracles -- [--only windows|leaks] [--windows 22000] [--runs 10000] [--seed 20261130]`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runLeaks, type LeakRow, type LeakRun } from './leaks';
import { runWindows, type WindowRun } from './windows';

/** What is kept of the last run of each oracle. */
interface Runs {
	readonly windows?: WindowRun;
	readonly leaks?: LeakRun;
}

const root = join(__dirname, '..', '..');
const results = join(__dirname, 'results', 'runs.json');
const page = join(root, 'docs', 'records', 'oracles.md');
const grouped = (value: number): string => value.toLocaleString('en-US');

const windowPart = (run: WindowRun | undefined): string =>
	run === undefined
		? 'Not run yet.\n'
		: `Each window has up to two rules, added and excluded starts, and lies over a change of clocks of its zone. The oracle
(\`testbed/oracles/recurrence.ts\`) asks of every local minute whether the rule starts there, by the words of RFC 5545, and
takes the clock from \`Intl\`, minute by minute. It shares no code with \`core/release/recurrence\`.

| seed | windows | rules | zones | minutes compared | open in their stretch | refused: never happen | differences |
| --- | --- | --- | --- | --- | --- | --- | --- |
| ${run.seed} | ${grouped(run.windows)} | ${grouped(run.rules)} | ${run.zones} | ${grouped(run.minutes)} | ${grouped(run.open)} | ${grouped(run.refused)} | ${run.differences.length} |
${run.differences.map((difference) => `\n- ${difference}\n`).join('')}`;

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;

const leakPart = (run: LeakRun | undefined): string => {
	if (run === undefined) return 'Not run yet.\n';
	const rows = (list: readonly LeakRow[], cells: (row: LeakRow) => readonly string[]): string =>
		list.map((row) => `| ${[grouped(row.slot), grouped(row.look), ...cells(row)].join(' | ')} |`).join('\n');
	const steady = (list: readonly LeakRow[]): string =>
		`| sends a slot | sends a look | sends | rolled back |\n| --- | --- | --- | --- |\n${rows(
			list.filter(({ median }) => median === undefined),
			({ good, early }) => [grouped(good), share(early)],
		)}`;
	const leaking = (list: readonly LeakRow[]): string =>
		`| sends a slot | sends a look | good sends before | median of sends until rolled back | within 150 sends | rolled back before the leak |\n| --- | --- | --- | --- | --- | --- |\n${rows(
			list.filter(({ median }) => median !== undefined),
			({ good, median, within, early }) => [
				grouped(good),
				Number.isFinite(median) ? grouped(median ?? NaN) : 'not within the play',
				share(within ?? NaN),
				share(early),
			],
		)}`;
	const bounds = run.bounds.map(
		({ sends, least, best, median }) =>
			`| ${grouped(sends)} | ${least} | ${best} | ${median} | ${(median / best).toFixed(2)} |`,
	);
	const bounces = run.bounces.map(
		({ metric, p0, p1, rows: played }) =>
			`### ${metric}: acceptable ${share(p0)}, intolerable ${share(p1)}\n\n${steady(played)}\n\n${leaking(played)}\n`,
	);
	return `Plan of the preset quiet-content-delivery: acceptable ${share(run.p0)}, intolerable ${share(run.p1)}, false rollbacks at most
${share(run.alpha)} a release. Each row is played ${grouped(run.runs)} times, send by send, from seed ${run.seed}. The rule expects ${run.cycles + 1} slots
of sends, as the check does under this policy; what comes beyond is watched with what is kept for it.

Releases that fail at the acceptable rate throughout:

${steady(run.rows)}

Releases that fail at the acceptable rate, and at the intolerable one from some send on:

${leaking(run.rows)}

### What is possible

Medians of a leak that begins in the middle of a slot and of the release, with a look at every send and no false rollbacks but
${share(run.alpha)}. *No rule*: the stretches of so many sends share the ${share(run.alpha)}, and the most powerful test of one stretch (Neyman and
Pearson) finds the leak in half of the cases; it would have to know where the stretch begins. *The best*: a CUSUM with a bound
for just this size, the fastest in the worst case among all rules with its rate of false alarms (Moustakides, 1986). *This
rule* also keeps two fifths of its false alarms for leaks that begin with a slot, and some for longer releases.

| sends of the release | no rule below | the best | this rule | ratio to the best |
| --- | --- | --- | --- | --- |
${bounds.join('\n')}

So 150 sends in the median, wherever the leak begins, is out of reach for every rule in releases of more than ${grouped(run.longest)} sends.

### Bounces

The same test asks whether bounces doubled. Twice is a small step: the evidence of one send is a tenth of that above, so it
takes the more sends, the rarer bounces are.

${bounces.join('\n')}`;
};

const render = (runs: Runs): string => `# Rules against oracles

Written by \`npm run oracles\`; nothing on this page is typed by hand.

## Windows and freezes

${windowPart(runs.windows)}
## The sequential test

${leakPart(runs.leaks)}`;

function main(): void {
	const { values } = parseArgs({
		options: {
			only: { type: 'string', default: '' },
			windows: { type: 'string', default: '22000' },
			runs: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '20261130' },
		},
	});
	const wanted = (name: string): boolean => values.only === '' || values.only === name;
	let runs: Runs = existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as Runs) : {};
	const keep = (more: Runs): void => {
		runs = { ...runs, ...more };
		mkdirSync(join(results, '..'), { recursive: true });
		writeFileSync(results, `${JSON.stringify(runs, null, '\t')}\n`);
		writeFileSync(page, render(runs));
	};
	if (wanted('windows')) keep({ windows: runWindows(Number(values.windows), Number(values.seed)) });
	if (wanted('leaks')) keep({ leaks: runLeaks(Number(values.runs), Number(values.seed)) });
	process.exitCode = (runs.windows?.differences.length ?? 0) > 0 ? 1 : 0;
}

main();
