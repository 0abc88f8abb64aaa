/**
 * Plays histories in thousands and writes what it played into docs/records/histories.md:
 * `npm run histories -- [--of deliveries|keys] [--store sqlite|postgres] [--count 10000] [--seed 20261121] [--minutes 60]`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
	checkHistories,
	type StoreName,
	storeNames,
	type SubjectName,
	subjectNames,
} from '../../testbed/histories/check';

/** One run, as it is kept. */
interface Run {
	/** Deliveries where absent: runs from before keys were played. */
	readonly of?: SubjectName;
	readonly store: StoreName;
	readonly seed: number;
	readonly histories: number;
	readonly commands: number;
	readonly deeds: number;
	readonly violations: readonly string[];
	readonly seconds: number;
}

const root = join(__dirname, '..', '..');
const results = join(__dirname, 'results');
const page = join(root, 'docs', 'records', 'histories.md');

const grouped = (value: number): string => value.toLocaleString('en-US');
const row = (run: Run): string =>
	`| ${run.of ?? 'deliveries'} | ${run.store} | ${run.seed} | ${grouped(run.histories)} | ${grouped(run.commands)} | ${grouped(run.deeds)} | ${run.seconds} | ${run.violations.length} |`;

function render(runs: readonly Run[]): string {
	return `# Histories and what they broke

Written by \`npm run histories\`; nothing on this page is typed by hand.

A history is 10 to 60 random commands of claimers who interleave on two recipients and three slots: claim, confirm, send,
commit, fail, settle, sweep, pause, resume, prune, and a clock that advances and jumps back. The model keeps what really left and
judges each answer, and the ledger at the end: no delivery sent or committed twice, no commit without a send, no old token that
confirms or commits, nothing granted on a paused spine, no two sends to one recipient closer than the minimum gap, no commit lost
or without its event, the chain of events intact.

A history of keys is claim, the deed, complete, give back, settle by name and prune, on two keys, with every answer to *When
Nobody Knows*: no deed done twice while its key is remembered, nothing granted while another works on it, no token given twice, no
old token that completes, no result but the first run's, other content refused, no end lost or without its event.

\`npm test\` plays some hundreds of others, and plants bugs that must be found.

| of | store | seed | histories | commands | mails or deeds | seconds | violations |
| --- | --- | --- | --- | --- | --- | --- | --- |
${runs.map(row).join('\n')}

Play one again: \`npm run histories -- --of <of> --store <store> --seed <seed> --count <histories>\`.
${runs.flatMap((run) => run.violations.map((violation) => `\n- ${run.of ?? 'deliveries'} on ${run.store}, seed ${run.seed}: ${violation}\n`)).join('')}`;
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			of: { type: 'string', default: '' },
			store: { type: 'string', default: '' },
			count: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '20261121' },
			minutes: { type: 'string', default: '60' },
		},
	});
	const stores = storeNames.filter((name) => values.store === '' || values.store === name);
	const subjects = subjectNames.filter((name) => values.of === '' || values.of === name);
	if (stores.length === 0) throw new Error(`--store is one of ${storeNames.join(', ')}`);
	if (subjects.length === 0) throw new Error(`--of is one of ${subjectNames.join(', ')}`);
	let broken = 0;
	for (const of of subjects) {
		for (const store of stores) {
			const started = Date.now();
			const seed = Number(values.seed);
			const limitMs = Number(values.minutes) * 60_000;
			const tally = await checkHistories(store, { count: Number(values.count), seed, limitMs }, of);
			const { counterexample, ...counts } = tally;
			const run: Run = { of, store, seed, ...counts, seconds: Math.round((Date.now() - started) / 1000) };
			console.log(JSON.stringify(run));
			if (counterexample !== null) console.log(counterexample);
			broken += run.violations.length;
			mkdirSync(results, { recursive: true });
			const file = of === 'deliveries' ? `${store}-${seed}.json` : `${of}-${store}-${seed}.json`;
			writeFileSync(join(results, file), `${JSON.stringify(run, null, '\t')}\n`);
		}
	}
	const kept = existsSync(results) ? readdirSync(results).sort() : [];
	writeFileSync(
		page,
		render(kept.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Run)),
	);
	process.exitCode = broken === 0 ? 0 : 1;
}

void main();
