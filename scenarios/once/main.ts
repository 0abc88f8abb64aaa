/**
 * The templates of the set `once` in a real n8n: one event posted a hundred times at once, each template run twice, n8n
 * killed at every point of the webhook. Writes docs/records/once.md: `npm run once -- [--queue] [--port 18800]`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../testbed/build';
import type { CrashMode } from '../crash/plan';
import { hundred, kill, killPoints, others, type Seen } from './play';
import { startOnceWorld } from './world';

interface Run {
	readonly mode: CrashMode;
	readonly at: string;
	readonly seen: readonly Seen[];
}

const results = join(__dirname, 'results');
const page = join(__dirname, '..', '..', 'docs', 'records', 'once.md');

const titles: Readonly<Record<CrashMode, string>> = {
	regular: 'One n8n process, SQLite',
	queue: 'A main and four workers, Postgres and Redis',
};

const render = (runs: readonly Run[]): string => `# Once, in a real n8n

Written by \`npm run once\`; nothing on this page is typed by hand.

The templates of \`workflows/once\` in a real n8n, before a system that knows no idempotency key: what it is asked twice, it
does twice. An event is posted a hundred times at once; n8n (in queue mode: the worker) is killed at each point of the webhook, comes
back, and the event is posted three times more, as its sender would. *Done* counts what that system did. The lease is six seconds
here, fifteen minutes in the template. The template answers 200, 409 or 503. 0 is no answer within 90 seconds, 404 and 500 are
n8n's own, from a machine that is busy or a worker that was killed: such a post may never have come to the claim.
${runs
	.map(
		({ mode, at, seen }) => `
## ${titles[mode]}

Run at ${at}. Violations: ${seen.flatMap(({ violations }) => violations).length}.

| what | done | answers | the key is | violations |
| --- | --- | --- | --- | --- |
${seen
	.map(
		({ what, effects, answers, state, violations }) =>
			`| ${what} | ${effects} | ${answers} | ${state} | ${violations.join('; ') || 'none'} |`,
	)
	.join('\n')}
`,
	)
	.join('')}`;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			queue: { type: 'boolean', default: false },
			port: { type: 'string', default: '18800' },
			short: { type: 'boolean', default: false },
		},
	});
	buildIfStale();
	const mode = values.queue ? 'queue' : 'regular';
	const world = await startOnceWorld(mode, Number(values.port));
	const seen: Seen[] = [];
	const note = (one: Seen): void => {
		seen.push(one);
		console.log(JSON.stringify(one));
	};
	try {
		note(await hundred(world));
		for (const one of await others(world)) note(one);
		const points = values.short ? killPoints.slice(0, 2) : killPoints;
		for (const [number, point] of points.entries()) note(await kill(world, point, number));
	} finally {
		await world.close();
	}
	const broken = seen.flatMap(({ violations }) => violations);
	process.exitCode = broken.length === 0 ? 0 : 1;
	if (values.short) return;
	mkdirSync(results, { recursive: true });
	const run: Run = { mode, at: new Date().toISOString(), seen };
	writeFileSync(join(results, `${mode}.json`), `${JSON.stringify(run, null, '\t')}\n`);
	const kept = (existsSync(results) ? readdirSync(results) : []).sort().reverse();
	writeFileSync(
		page,
		render(kept.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Run)),
	);
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exit(1);
});
