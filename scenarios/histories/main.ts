/**
 * Plays histories in thousands and writes what it played into docs/records/histories.md:
 * `npm run histories -- [--store sqlite|postgres] [--count 10000] [--seed 20261121] [--minutes 60]`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkHistories, type StoreName, storeNames } from '../../testbed/histories/check';

/** One run, as it is kept. */
interface Run {
	readonly store: StoreName;
	readonly seed: number;
	readonly histories: number;
	readonly commands: number;
	readonly mails: number;
	readonly violations: readonly string[];
	readonly seconds: number;
}

const root = join(__dirname, '..', '..');
const results = join(__dirname, 'results');
const page = join(root, 'docs', 'records', 'histories.md');

const grouped = (value: number): string => value.toLocaleString('en-US');
const row = (run: Run): string =>
	`| ${run.store} | ${run.seed} | ${grouped(run.histories)} | ${grouped(run.commands)} | ${grouped(run.mails)} | ${run.seconds} | ${run.violations.length} |`;

function render(runs: readonly Run[]): string {
	return `# Histories and what they broke

Written by \`npm run histories\`; nothing on this page is typed by hand.

A history is 10 to 60 random commands of claimers who interleave on two recipients and three slots: claim, confirm, send,
commit, fail, settle, sweep, pause, resume, prune, and a clock that advances and jumps back. The model keeps what really left and
judges each answer, and the ledger at the end: no delivery sent or committed twice, no commit without a send, no old token that
confirms or commits, nothing granted on a paused spine, no two sends to one recipient closer than the minimum gap, no commit lost
or without its event, the chain of events intact. \`npm test\` plays some hundreds of others, and plants bugs that must be found.

| store | seed | histories | commands | mails that left | seconds | violations |
| --- | --- | --- | --- | --- | --- | --- |
${runs.map(row).join('\n')}

Play one again: \`npm run histories -- --store <store> --seed <seed> --count <histories>\`.
${runs.flatMap((run) => run.violations.map((violation) => `\n- ${run.store}, seed ${run.seed}: ${violation}\n`)).join('')}`;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			store: { type: 'string', default: '' },
			count: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '20261121' },
			minutes: { type: 'string', default: '60' },
		},
	});
	const wanted = storeNames.filter((name) => values.store === '' || values.store === name);
	if (wanted.length === 0) throw new Error(`--store is one of ${storeNames.join(', ')}`);
	let broken = 0;
	for (const store of wanted) {
		const started = Date.now();
		const seed = Number(values.seed);
		const tally = await checkHistories(store, {
			count: Number(values.count),
			seed,
			limitMs: Number(values.minutes) * 60_000,
		});
		const { counterexample, ...counts } = tally;
		const run: Run = { store, seed, ...counts, seconds: Math.round((Date.now() - started) / 1000) };
		console.log(JSON.stringify(run));
		if (counterexample !== null) console.log(counterexample);
		broken += run.violations.length;
		mkdirSync(results, { recursive: true });
		writeFileSync(join(results, `${store}-${seed}.json`), `${JSON.stringify(run, null, '\t')}\n`);
	}
	const kept = existsSync(results) ? readdirSync(results).sort() : [];
	writeFileSync(
		page,
		render(kept.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Run)),
	);
	process.exitCode = broken === 0 ? 0 : 1;
}

void main();
