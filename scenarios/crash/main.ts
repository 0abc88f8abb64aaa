import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { buildIfStale } from '../../testbed/build';
import { describeProblem } from '../../testbed/problem';
import { judge } from './judge';
import { killOf, type CrashMode } from './plan';
import { playKill, tallyOf, type KillResult } from './play';
import { keepRun, lineOf, type CrashRun } from './report';
import { Watch } from './watch';
import { startCrashWorld, type CrashWorld } from './world';

/** Contacts that are due in every slot. */
const standing = 3;

/** How long the last writes to HubSpot may take: an outbox entry is leased for three minutes. */
const lastWritesMs = 260_000;

interface Options {
	readonly mode: CrashMode;
	readonly kills: number;
	readonly seed: number;
	readonly only?: number;
	readonly short: boolean;
	readonly port: number;
	readonly budget: number;
	readonly package?: string;
}

const whole = (text: string): number => {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${text} is not a whole number.`);
	return value;
};

function readOptions(): Options {
	const command = new Command('crash')
		.description('Kills a real n8n at every step of the spine and judges from outside what became of it.')
		.option('--queue', 'queue mode: main and two workers on Postgres and Redis', false)
		.option('--kills <n>', 'how many kills', whole, 100)
		.option('--seed <n>', 'the same seed gives the same kills', whole, 20261121)
		.option('--only <n>', 'plays this kill alone', whole)
		.option('--short', 'six kills, for CI; keeps nothing', false)
		.option('--port <n>', 'first of ten ports', whole)
		.option('--budget <seconds>', 'begins no further kill after this time', whole, 24 * 3600)
		.option('--package <folder>', 'a built package to run instead of this checkout, e.g. an unpacked tarball')
		.parse(process.argv);
	const read: unknown = command.opts();
	const given = read as Omit<Options, 'mode' | 'port'> & { queue: boolean; port?: number };
	return {
		...given,
		mode: given.queue ? 'queue' : 'regular',
		port: given.port ?? (given.queue ? 18720 : 18700),
		kills: given.short ? 6 : given.kills,
	};
}

async function main(): Promise<void> {
	const options = readOptions();
	if (options.package === undefined) buildIfStale();
	const { mode, seed, only } = options;
	say(`Starting n8n in ${mode} mode, seed ${seed} …`);
	const world = await startCrashWorld(mode, options.port, standing, options.package);
	const end = (): void => void world.close().finally(() => process.exit(130));
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
	try {
		const run = await play(world, options);
		const violations = [...run.kills.flatMap((kill) => kill.violations), ...(run.final ?? [])];
		for (const text of run.final ?? []) say(`       at the end: ${text}`);
		say(
			`\n${run.kills.length} kills, ${violations.length} violations. Seed ${seed}${only === undefined ? '' : `, kill ${only}`}.`,
		);
		process.exitCode = violations.length === 0 ? 0 : 1;
	} finally {
		await world.close();
	}
}

async function play(world: CrashWorld, options: Options): Promise<CrashRun> {
	const { mode, seed, only, kills, short, budget } = options;
	const watch = new Watch(world);
	const startedAt = Date.now();
	const played: KillResult[] = [];
	const runOf = (more: Pick<CrashRun, 'final' | 'totals'>): CrashRun => ({
		mode,
		seed,
		kills: played,
		...more,
		seconds: Math.round((Date.now() - startedAt) / 1000),
	});
	const isKept = only === undefined && !short;
	const numbers = only === undefined ? Array.from({ length: kills }, (_none, number) => number) : [only];
	for (const number of numbers) {
		if (Date.now() - startedAt > budget * 1000) break;
		const result = await playKill(world, watch, killOf(mode, seed, number));
		played.push(result);
		say(lineOf(result));
		if (isKept) keepRun(runOf({ final: null, totals: null }));
	}
	const run = runOf(await closing(world, watch));
	const violations = [...played.flatMap((kill) => kill.violations), ...(run.final ?? [])];
	const concerned = [...new Set(violations.flatMap((text) => text.match(/\b1\d{3,}\b/g) ?? []))];
	for (const line of concerned.length === 0 ? [] : await watch.story(concerned)) say(`       ${line}`);
	if (isKept) keepRun(run);
	return run;
}

/** Nobody is due any more; waits until nothing waits, and judges over everything. */
async function closing(world: CrashWorld, watch: Watch): Promise<Pick<CrashRun, 'final' | 'totals'>> {
	watch.expectStanding();
	const { admin } = world.standIns.hubspot;
	for (const id of world.standing) admin.foreignWrite(id, { cc_delivery_status: 'paused' });
	const giveUpAt = Date.now() + lastWritesMs;
	for (;;) {
		const open = (await watch.deliveries()).filter(({ state }) =>
			['due', 'claimed', 'sending', 'in-doubt'].includes(state),
		);
		if ((open.length === 0 && (await watch.backlog()) === 0) || Date.now() > giveUpAt) break;
		await sleep(2_000);
	}
	const sight = await watch.sight(null, true);
	const deliveries = await tallyOf(watch, [...new Set(sight.deliveries.map(({ contact }) => contact))]);
	const slots = Math.ceil((Date.now() - world.slots.anchor) / world.slots.every);
	return { final: judge(sight), totals: { mails: sight.mail.length, deliveries, slots } };
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

main().catch((problem: unknown) => {
	process.stderr.write(`${describeProblem(problem)}\n`);
	process.exit(1);
});
