/**
 * The ways to keep a workflow from doing a thing twice, side by side in a real n8n with four workers: a race, a second call, a
 * refusal, a death in flight. Writes the table of docs/guide/never-twice.md: `npm run once:ways [-- --port 18900]`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commitId, currentLoad, machine } from '../../../testbed/machine';
import { buildIfStale } from '../../../testbed/build';
import { startOnceWorld } from '../world';
import { writeWays, type WaysRun } from './page';
import { playWays } from './play';
import { wayCredentials } from './ways';

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '18900' } } });
	buildIfStale();
	const port = Number(values.port);
	const load = currentLoad();
	const at = new Date().toISOString();
	const world = await startOnceWorld('queue', port, wayCredentials(port));
	try {
		const fared = await playWays(world, (one) => console.log(JSON.stringify(one)));
		const run: WaysRun = { at, commit: commitId(__dirname), machine: machine(load), fared };
		writeFileSync(join(__dirname, 'result.json'), `${JSON.stringify(run, null, '\t')}\n`);
		writeWays(run);
		const [own] = fared;
		const endings = own && [own.again, own.underWay, own.refused, own.killedBefore, own.killedAfter];
		const kept = own?.race.twice === 0 && own.race.never === 0 && endings?.every(({ done }) => done <= 1);
		process.exitCode = kept === true ? 0 : 1;
	} finally {
		await world.close();
	}
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exit(1);
});
