/**
 * Plays histories in thousands and writes what it played into docs/records/histories.md:
 * `npm run histories -- [--of deliveries|keys] [--store sqlite|postgres] [--count 10000] [--seed 20261121] [--minutes 60] [--hashes]`.
 * With `--hashes` recipients are stored as keyed hashes.
 * With `--planted` it plants bugs in what becomes of keys instead, each of which must be found.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
	checkHistories,
	findBug,
	type StoreName,
	storeNames,
	type SubjectName,
	subjectNames,
} from '../../testbed/histories/check';
import { keyBugs } from '../../testbed/histories/key-bugs';

/** One run, as it is kept. */
interface Run {
	/** Deliveries where absent: runs from before keys were played. */
	readonly of?: SubjectName;
	/** Recipients stored as keyed hashes; as names where absent. */
	readonly hashes?: true;
	readonly store: StoreName;
	readonly seed: number;
	readonly histories: number;
	readonly commands: number;
	readonly deeds: number;
	readonly violations: readonly string[];
	readonly seconds: number;
}

/** What was found of a planted bug; `null` where no history showed it. */
interface Found {
	readonly bug: string;
	readonly histories: number;
	readonly as: string | null;
}

const root = join(__dirname, '..', '..');
const results = join(__dirname, 'results');
const page = join(root, 'docs', 'records', 'histories.md');
const plantedFile = join(results, 'planted.json');

const grouped = (value: number): string => value.toLocaleString('en-US');
const row = (run: Run): string =>
	`| ${run.of ?? 'deliveries'}${run.hashes ? ', recipients as hashes' : ''} | ${run.store} | ${run.seed} | ${grouped(run.histories)} | ${grouped(run.commands)} | ${grouped(run.deeds)} | ${run.seconds} | ${run.violations.length} |`;

function render(runs: readonly Run[], found: readonly Found[]): string {
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

Play one again: \`npm run histories -- --of <of> --store <store> --seed <seed> --count <histories>\`; with \`--hashes\` where recipients are hashes.

## Planted bugs

A store with one bug each in what becomes of keys, played by \`npm run histories -- --planted\` until a history breaks a promise.

| bug | found by history | as |
| --- | --- | --- |
${found.map(({ bug, histories, as }) => `| ${bug} | ${as === null ? 'not found' : grouped(histories)} | ${as ?? ''} |`).join('\n')}
${runs.flatMap((run) => run.violations.map((violation) => `\n- ${run.of ?? 'deliveries'} on ${run.store}, seed ${run.seed}: ${violation}\n`)).join('')}`;
}

/** Plants each bug and looks for it; returns how many were not found. */
async function plant(): Promise<number> {
	const found: Found[] = [];
	for (const [bug, planted] of Object.entries(keyBugs)) {
		const { histories, violations } = await findBug('keys', planted);
		found.push({ bug, histories, as: violations[0] ?? null });
		console.log(JSON.stringify(found.at(-1)));
	}
	mkdirSync(results, { recursive: true });
	writeFileSync(plantedFile, `${JSON.stringify(found, null, '\t')}\n`);
	return found.filter(({ as }) => as === null).length;
}

const kept = <Kept>(file: string): Kept => JSON.parse(readFileSync(join(results, file), 'utf8')) as Kept;

function writePage(): void {
	const files = existsSync(results) ? readdirSync(results).sort() : [];
	const runs = files.filter((file) => file !== 'planted.json').map((file) => kept<Run>(file));
	writeFileSync(page, render(runs, existsSync(plantedFile) ? kept<readonly Found[]>('planted.json') : []));
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			of: { type: 'string', default: '' },
			store: { type: 'string', default: '' },
			count: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '20261121' },
			minutes: { type: 'string', default: '60' },
			planted: { type: 'boolean', default: false },
			hashes: { type: 'boolean', default: false },
		},
	});
	if (values.planted) {
		const missed = await plant();
		writePage();
		process.exitCode = missed === 0 ? 0 : 1;
		return;
	}
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
			const tally = await checkHistories(
				store,
				{ count: Number(values.count), seed, limitMs, hashes: values.hashes },
				of,
			);
			const { counterexample, ...counts } = tally;
			const run: Run = {
				of,
				...(values.hashes ? { hashes: true } : {}),
				store,
				seed,
				...counts,
				seconds: Math.round((Date.now() - started) / 1000),
			};
			console.log(JSON.stringify(run));
			if (counterexample !== null) console.log(counterexample);
			broken += run.violations.length;
			mkdirSync(results, { recursive: true });
			const parts = [...(of === 'deliveries' ? [] : [of]), ...(values.hashes ? ['hashes'] : []), store, seed];
			writeFileSync(join(results, `${parts.join('-')}.json`), `${JSON.stringify(run, null, '\t')}\n`);
		}
	}
	writePage();
	process.exitCode = broken === 0 ? 0 : 1;
}

void main();
