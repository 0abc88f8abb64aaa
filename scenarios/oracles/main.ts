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
	return `Plan of the preset quiet-content-delivery: acceptable ${share(run.p0)}, intolerable ${share(run.p1)}, false rollbacks at most
${share(run.alpha)} a release. Each row is played ${grouped(run.runs)} times, send by send, from seed ${run.seed}.

Releases that fail at the acceptable rate throughout:

| sends a slot | sends a look | sends | rolled back |
| --- | --- | --- | --- |
${rows(
	run.rows.filter(({ median }) => median === undefined),
	({ good, early }) => [grouped(good), share(early)],
)}

Releases that fail at the acceptable rate, and at the intolerable one from some send on:

| sends a slot | sends a look | good sends before | median of sends until rolled back | within 150 sends | rolled back before the leak |
| --- | --- | --- | --- | --- | --- |
${rows(
	run.rows.filter(({ median }) => median !== undefined),
	({ good, median, within, early }) => [
		grouped(good),
		grouped(median ?? NaN),
		share(within ?? NaN),
		share(early),
	],
)}

What no rule can do: finding such a leak within 150 sends in half of the cases wherever it begins, with at most
${share(run.alpha)} of false rollbacks a release, is possible for releases of at most ${grouped(run.longest)} sends. In longer ones the stretches of
150 sends share the ${share(run.alpha)}, and the most powerful test of one stretch (Neyman and Pearson) finds it in fewer than half. A leak
that begins with one of the first three slots of a release is among few beginnings and is found sooner than one in the middle.
`;
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
