/**
 * Holds the rules against oracles written apart and writes what it found into docs/records/oracles.md:
 * `npm run oracles -- [--only windows] [--windows 20000] [--seed 20261130]`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runWindows, type WindowRun } from './windows';

/** What is kept of the last run of each oracle. */
interface Runs {
	readonly windows?: WindowRun;
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

const render = (runs: Runs): string => `# Rules against oracles

Written by \`npm run oracles\`; nothing on this page is typed by hand.

## Windows and freezes

${windowPart(runs.windows)}`;

function main(): void {
	const { values } = parseArgs({
		options: {
			only: { type: 'string', default: '' },
			windows: { type: 'string', default: '20000' },
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
	process.exitCode = (runs.windows?.differences.length ?? 0) > 0 ? 1 : 0;
}

main();
