/**
 * Many contacts in one slot, through a real n8n with the spine and *Drain* as shipped, vendors in a process of their own with
 * HubSpot's real limits. `npm run scale` plays 5,000; more by options, as docs/records/scale.md names them for each row.
 * Fails unless each contact got exactly one mail. Keeps what it measured in scenarios/scale/results.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { buildIfStale } from '../../testbed/build';
import { currentLoad } from '../../testbed/machine';
import { describeProblem } from '../../testbed/problem';
import type { BareRuns } from './bare';
import { keepNodes, nodeCosts } from './nodes';
import { keep, writePages } from './report';
import { type Bare, type Sample, type ScaleRun, summaryOf } from './summary';
import { type ScaleOptions, type ScaleWorld, startScaleWorld } from './world';

const whole = (text: string): number => {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is not a whole number.`);
	return value;
};
const wholes = (text: string): readonly number[] => text.split(',').map(whole);

interface Flags extends Omit<ScaleOptions, 'mode' | 'parallelRuns' | 'everySeconds' | 'killEverySeconds'> {
	readonly queue: boolean;
	readonly runs: readonly number[];
	readonly every: number;
	readonly killEvery?: number;
	readonly bare: number;
	readonly record: boolean;
	readonly nodes: boolean;
}

/** What is played, one after the other, and how many chunks of the bare spine before and after each. */
interface Plan {
	readonly plays: readonly ScaleOptions[];
	readonly bare: number;
	readonly record: boolean;
	/** Instead: what each node takes. */
	readonly nodes: boolean;
}

function readPlan(): Plan {
	const command = new Command('scale')
		.option('--contacts <n>', 'contacts that are due', whole, 5_000)
		.option(
			'--runs <n,...>',
			'parallel runs of the spine; several are played one after the other',
			wholes,
			[1],
		)
		.option('--queue', 'queue mode, on Postgres and Redis', false)
		.option('--workers <n>', 'workers in queue mode', whole, 2)
		.option('--generator-ms <n>', 'how long the generator takes for a text', whole, 0)
		.option('--texts-per-minute <n>', "each run's pace; as fast as the vendors take it if absent", whole)
		.option('--emails-per-call <n>', 'emails of one call to Postmark; each alone if absent', whole)
		.option('--kill-every <seconds>', 'kills a worker so often, in queue mode', whole)
		.option('--bare <n>', 'thousands of the bare spine before it and as many after it', whole, 0)
		.option('--every <seconds>', "the driver's schedule", whole, 60)
		.option('--port <n>', 'first of ten ports', whole, 18780)
		.option('--nodes', 'measures what each node takes instead, over three thousands in one process', false)
		.option('--no-record', 'keeps nothing of what was measured')
		.parse(process.argv);
	const { queue, runs, every, killEvery, bare, record, nodes, ...given } = command.opts<Flags>();
	if (killEvery !== undefined && (!queue || killEvery < 10))
		throw new Error('--kill-every needs --queue, and 10 seconds at least.');
	const plays = runs.map((parallelRuns): ScaleOptions => ({
		...given,
		mode: queue ? 'queue' : 'regular',
		parallelRuns,
		everySeconds: every,
		...(killEvery === undefined ? {} : { killEverySeconds: killEvery }),
	}));
	return { plays, bare, record, nodes };
}

/** How often it is looked, and how long nothing may happen before it is given up. */
const [everyMs, patienceMs] = [2_000, 900_000];
/** How long it is looked on after the last mail where workers were killed: whoever sends again does it within a lease. */
const lingerMs = 240_000;

async function chunks(bare: BareRuns | null, count: number): Promise<readonly number[]> {
	const times: number[] = [];
	for (let chunk = 0; bare !== null && chunk < count; chunk += 1) times.push(await bare.chunk());
	return times;
}

/** Looks until each contact has its mail, or nothing happens any more. */
async function watch(
	world: ScaleWorld,
	{ contacts, killEverySeconds }: ScaleOptions,
): Promise<readonly Sample[]> {
	const samples: Sample[] = [];
	await world.begin();
	const kills = world.beginKills();
	let movedAt = Date.now();
	let doneAt: number | null = null;
	for (;;) {
		const { kind: _look, ...look } = await world.outside.look();
		if (look.mails > (samples.at(-1)?.mails ?? 0)) movedAt = look.at;
		const used = world.used();
		samples.push({ ...look, used, kills: kills?.count() ?? 0 });
		if (samples.length % 15 === 0)
			console.log(`${look.mails} mails, ${used.map(({ memory }) => Math.round(memory)).join(', ')} MB`);
		if (look.recipients >= contacts && doneAt === null) {
			doneAt = look.at;
			await kills?.end();
		}
		const linger = killEverySeconds === undefined ? 0 : lingerMs;
		if ((doneAt !== null && look.at - doneAt >= linger) || look.at - movedAt > patienceMs) {
			await kills?.end();
			return samples;
		}
		await sleep(everyMs);
	}
}

async function play(options: ScaleOptions, bareChunks: number): Promise<ScaleRun> {
	const loadBefore = currentLoad();
	const world = await startScaleWorld(options);
	// One more, to warm up.
	const bare = bareChunks === 0 ? null : await world.openBare(2 * bareChunks + 1);
	try {
		const [, ...before] = await chunks(bare, bareChunks + 1);
		const samples = await watch(world, options);
		const after = await chunks(bare, bareChunks);
		const measured: Bare | null = bare === null ? null : { before, after };
		return summaryOf(options, samples, measured, loadBefore);
	} finally {
		bare?.close();
		await world.close();
	}
}

/** What each node takes in runs of a thousand in one process. */
async function measureNodes(options: ScaleOptions): Promise<void> {
	const world = await startScaleWorld({ ...options, contacts: 3_000, mode: 'regular', keepsNodes: true });
	try {
		await watch(world, { ...options, contacts: 3_000 });
		// n8n saves the last one a moment after its last mail.
		await sleep(10_000);
		const costs = nodeCosts(await world.nodes());
		keepNodes(costs);
		writePages();
		for (const { node, ms } of costs.nodes) console.log(`${node}: ${ms} ms`);
	} finally {
		await world.close();
	}
}

async function main(): Promise<void> {
	const { plays, bare, record, nodes } = readPlan();
	buildIfStale();
	const [first] = plays;
	if (nodes && first !== undefined) return await measureNodes(first);
	for (const options of plays) {
		const done = await play(options, bare);
		if (record) keep(done);
		console.log(done.sentences.join('\n'));
		if (!done.exact) process.exitCode = 1;
	}
}

void main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exitCode = 1;
});
