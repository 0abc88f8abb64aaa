/**
 * Rewrites ledgers at random and writes what was found into docs/records/rewrites.md:
 * `npm run rewrites -- [--store sqlite|postgres] [--count 10000] [--seed 20261130] [--hashes]`.
 * With `--hashes` recipients are stored as keyed hashes. With `--count 0` the page alone is written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
	playRewrites,
	type RewriteTally,
	strangers,
	type StrangerStore,
} from '../../testbed/rewrites/rewrite';

interface Run extends RewriteTally {
	readonly store: string;
	/** Recipients stored as keyed hashes; as names where absent. */
	readonly hashes?: true;
	readonly seed: number;
	readonly seconds: number;
}

const root = join(__dirname, '..', '..');
const results = join(__dirname, 'results');
const page = join(root, 'docs', 'records', 'rewrites.md');

const grouped = (value: number): string => value.toLocaleString('en-US');
const storeOf = ({ store, hashes }: Run): string => `${store}${hashes ? ', recipients as hashes' : ''}`;
const row = (run: Run): string =>
	`| ${storeOf(run)} | ${run.seed} | ${grouped(run.rewrites)} | ${grouped(run.weighty)} | ${grouped(run.found)} | ${run.missed.length} | ${grouped(run.untouched)} | ${run.falseAlarms.length} | ${run.seconds} |`;
const tables = (run: Run): string =>
	Object.entries(run.byTable)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([table, count]) => `${table} ${grouped(count)}`)
		.join(', ');

const render = (runs: readonly Run[]): string => `# Rewrites past the ledger, and what was found of them

Written by \`npm run rewrites\`; nothing on this page is typed by hand.

A ledger with a signing key and something in every table is rewritten at random by somebody with all rights in the database who leaves its code
alone: a cell gets another value, a row is removed, slipped in or made like another, a column is set in every row. Then the ledger
is verified, and put back. A rewrite weighs when it changes what a decision or a delivery rests on: everything but how the outbox
paces its attempts, the cursors of triggers, and inputs of finished deliveries that are gone, as pruning takes them.
Keys that are done once (the tables of key claims) are not in the chain by their digest, and are left out here.

| store | seed | rewrites | that weigh | found | missed | looks at a ledger that nothing weighty was done to | false alarms | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${runs.map(row).join('\n')}

${runs.map((run) => `By table on ${storeOf(run)}: ${tables(run)}.`).join('\n\n')}

What this does not say: without a signing key an event that somebody adds at the end, unsealed, is sealed like any other; and so
somebody who knows this code can add the digests of what he rewrote.
${runs.flatMap((run) => [...run.missed, ...run.falseAlarms].map((what) => `\n- ${storeOf(run)}: ${what}\n`)).join('')}`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			store: { type: 'string', default: '' },
			count: { type: 'string', default: '10000' },
			seed: { type: 'string', default: '20261130' },
			hashes: { type: 'boolean', default: false },
		},
	});
	const names = Object.keys(strangers) as StrangerStore[];
	const wanted = names.filter((name) => values.store === '' || values.store === name);
	if (wanted.length === 0) throw new Error(`--store is one of ${names.join(', ')}`);
	let wrong = 0;
	mkdirSync(results, { recursive: true });
	for (const store of Number(values.count) === 0 ? [] : wanted) {
		const started = Date.now();
		const seed = Number(values.seed);
		const tally = await playRewrites(store, { count: Number(values.count), seed, hashes: values.hashes });
		const as = values.hashes ? ({ hashes: true } as const) : {};
		const run: Run = { store, ...as, seed, ...tally, seconds: Math.round((Date.now() - started) / 1000) };
		console.log(JSON.stringify(run));
		wrong += run.missed.length + run.falseAlarms.length;
		writeFileSync(
			join(results, `${store}${values.hashes ? '-hashes' : ''}-${seed}.json`),
			`${JSON.stringify(run, null, '\t')}\n`,
		);
	}
	const kept = existsSync(results) ? readdirSync(results).sort() : [];
	writeFileSync(
		page,
		render(kept.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Run)),
	);
	process.exitCode = wrong === 0 ? 0 : 1;
}

void main();
