/**
 * Many contacts in one slot, through a real n8n with the spine and *Drain* as shipped, vendors in a process of their own with
 * HubSpot's real limits. `npm run scale` plays 5,000; `-- --contacts 100000 --queue --runs 4 --generator-ms 1000` more.
 * Fails unless each contact got exactly one mail. Keeps what it measured in scenarios/scale/results.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { buildIfStale } from '../../testbed/build';
import { currentLoad } from '../../testbed/machine';
import { describeProblem } from '../../testbed/problem';
import { keep, type Sample, summaryOf } from './report';
import { type ScaleOptions, startScaleWorld } from './world';

const whole = (text: string): number => {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is not a whole number.`);
	return value;
};

/** Whether what was measured is kept in the tree. */
let records = true;

function readOptions(): ScaleOptions {
	const command = new Command('scale')
		.option('--contacts <n>', 'contacts that are due', whole, 5_000)
		.option('--runs <n>', 'parallel runs of the spine', whole, 1)
		.option('--queue', 'queue mode, on Postgres and Redis', false)
		.option('--workers <n>', 'workers in queue mode', whole, 2)
		.option('--generator-ms <n>', 'how long the generator takes for a text', whole, 0)
		.option('--every <seconds>', "the driver's schedule", whole, 60)
		.option('--port <n>', 'first of ten ports', whole, 18780)
		.option('--no-record', 'keeps nothing of what was measured')
		.parse(process.argv);
	const { queue, runs, every, record, ...given } = command.opts<
		Omit<ScaleOptions, 'mode' | 'parallelRuns' | 'everySeconds'> & {
			queue: boolean;
			runs: number;
			every: number;
			record: boolean;
		}
	>();
	records = record;
	return { ...given, mode: queue ? 'queue' : 'regular', parallelRuns: runs, everySeconds: every };
}

/** How often it is looked, and how long nothing may happen before it is given up. */
const [everyMs, patienceMs] = [2_000, 600_000];

async function main(): Promise<void> {
	const options = readOptions();
	const loadBefore = currentLoad();
	buildIfStale();
	const world = await startScaleWorld(options);
	try {
		const samples: Sample[] = [];
		await world.begin();
		let movedAt = Date.now();
		for (;;) {
			const { at, mails, recipients, most, calls } = await world.outside.look();
			if (mails > (samples.at(-1)?.mails ?? 0)) movedAt = at;
			samples.push({ at, mails, memory: world.memory(), calls });
			if (samples.length % 15 === 0)
				console.log(`${mails} mails, ${JSON.stringify(world.memory().map(Math.round))} MB`);
			if (mails >= options.contacts || at - movedAt > patienceMs) {
				const done = summaryOf(options, samples, { recipients, most }, loadBefore);
				if (records) keep(done);
				console.log(done.sentences.join('\n'));
				if (!done.exact) process.exitCode = 1;
				return;
			}
			await sleep(everyMs);
		}
	} finally {
		await world.close();
	}
}

void main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exitCode = 1;
});
