import { join } from 'node:path';
import { Command } from 'commander';
import { commitId, currentLoad, machine } from '../testbed/machine';
import { keep } from './harness/results';
import { shown } from './harness/rounds';
import { isMet, type Measurement } from './harness/types';
import { batch } from './measurements/batch';
import { calls } from './measurements/calls';
import { claim } from './measurements/claim';
import { costs } from './measurements/costs';
import { keys } from './measurements/keys';
import { ledger } from './measurements/ledger';
import { links } from './measurements/links';
import { memory } from './measurements/memory';
import { rate } from './measurements/rate';
import { snapshot } from './measurements/snapshot';
import { spine } from './measurements/spine';
import { stability } from './measurements/stability';
import { start } from './measurements/start';
import { stopServer } from './databases/postgres-server';
import { dropPackageCopy } from './n8n/instance';

const measurements: readonly Measurement[] = [
	claim,
	keys,
	batch,
	ledger,
	costs,
	spine,
	calls,
	links,
	rate,
	snapshot,
	memory,
	stability,
	start,
];
const names = measurements.map(({ name }) => name);

interface Flags {
	readonly quick?: true;
	readonly large?: true;
	readonly out: string;
	readonly rounds?: string;
	readonly port: string;
}

async function main(wanted: readonly string[], flags: Flags): Promise<void> {
	const unknown = wanted.filter((name) => !names.includes(name));
	if (unknown.length > 0)
		throw new Error(`No measurement ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
	const quick = flags.quick === true;
	for (const measurement of measurements) {
		if (wanted.length > 0 && !wanted.includes(measurement.name)) continue;
		console.log(`${measurement.title} …`);
		const loadBefore = currentLoad();
		const began = Date.now();
		const report = await measurement.run({
			quick,
			large: flags.large === true,
			rounds: flags.rounds === undefined ? undefined : Number(flags.rounds),
			port: Number(flags.port),
			say: (line) => console.log(`  ${line}`),
		});
		for (const goal of report.goals)
			console.log(
				`  ${isMet(goal) ? 'met    ' : 'NOT MET'} ${goal.what}: ${shown(goal.measured)}${goal.unit}`,
			);
		const { name, title } = measurement;
		const page = keep(
			flags.out,
			{
				name,
				title,
				at: new Date(began).toISOString(),
				commit: commitId(__dirname),
				quick,
				seconds: (Date.now() - began) / 1000,
				machine: machine(loadBefore),
				report,
			},
			names,
		);
		console.log(`  in ${page}`);
	}
}

new Command('npm run bench --')
	.description(`Measures side by side and writes bench/RESULTS.md. Measurements: ${names.join(', ')}.`)
	.argument('[measurements...]', 'which to run; all of them if none is named')
	.option('--quick', 'small sizes, one round: to see that it works; goes to .cache/bench')
	.option('--large', 'adds 10M rows of history: takes minutes and gigabytes')
	.option('--rounds <number>', "rounds instead of a measurement's own number; with one nothing is warmed up")
	.option('--out <folder>', 'where RESULTS.md and results/ go')
	.option('--port <number>', 'first of the ports that may be used', '18500')
	.action(async (wanted: string[], flags: Omit<Flags, 'out'> & { out?: string }) => {
		const out = flags.out ?? (flags.quick ? join(__dirname, '..', '.cache', 'bench') : __dirname);
		try {
			await main(wanted, { ...flags, out });
		} finally {
			dropPackageCopy();
			await stopServer();
		}
	})
	.parseAsync()
	.then(
		() => process.exit(0),
		(problem: unknown) => {
			console.error(problem instanceof Error ? problem.message : problem);
			process.exit(1);
		},
	);
