/**
 * The templates of the set `once` in a real n8n: one event posted a hundred times at once, each template run more than once, n8n
 * killed at every point of the webhook. Writes docs/records/once.md:
 * `npm run once -- [--queue] [--only templates|kills] [--port 18800]`.
 */
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../testbed/build';
import { commitId, currentLoad } from '../../testbed/machine';
import { keepRun, type Part, parts } from './page';
import { hundred, kill, killPoints, others, type Seen } from './play';
import { type OnceWorld, startOnceWorld } from './world';

const say = (one: Seen): Seen => {
	console.log(JSON.stringify(one));
	return one;
};

interface Played {
	readonly load: readonly [number, number];
	readonly seen: readonly Seen[];
}

async function playTemplates(world: OnceWorld): Promise<Played> {
	const before = currentLoad();
	const first = say(await hundred(world));
	const load = [before, currentLoad()] as const;
	const seen = await others(world);
	return { load, seen: [first, ...seen.map(say)] };
}

async function playKills(world: OnceWorld, short: boolean): Promise<Played> {
	const before = currentLoad();
	const seen: Seen[] = [];
	const points = short ? killPoints.slice(0, 2) : killPoints;
	for (const [number, point] of points.entries()) seen.push(say(await kill(world, point, number)));
	return { load: [before, currentLoad()], seen };
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			queue: { type: 'boolean', default: false },
			port: { type: 'string', default: '18800' },
			only: { type: 'string', default: '' },
			short: { type: 'boolean', default: false },
		},
	});
	const wanted = parts.filter((part) => values.only === '' || values.only === part);
	if (wanted.length === 0) throw new Error(`--only is one of ${parts.join(', ')}`);
	buildIfStale();
	const mode = values.queue ? 'queue' : 'regular';
	const world = await startOnceWorld(mode, Number(values.port));
	const played = new Map<Part, Played>();
	try {
		if (wanted.includes('templates')) played.set('templates', await playTemplates(world));
		if (wanted.includes('kills')) played.set('kills', await playKills(world, values.short));
	} finally {
		await world.close();
	}
	const broken = [...played.values()].flatMap(({ seen }) => seen.flatMap(({ violations }) => violations));
	process.exitCode = broken.length === 0 ? 0 : 1;
	if (values.short) return;
	for (const [part, one] of played)
		keepRun({ mode, part, at: new Date().toISOString(), commit: commitId(__dirname), ...one });
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exit(1);
});
