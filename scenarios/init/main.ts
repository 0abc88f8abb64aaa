/**
 * A stock n8n in an empty folder, the tarball, and stand-ins behind the vendors' own addresses: `init` to a rehearsal that
 * passes and the first live slot, run twice, then taken back. `npm run init:try` writes docs/records/init.md and its pictures.
 */
import { describeProblem } from '../../testbed/problem';
import { Tale } from '../../testbed/tale';
import { play } from './play';
import { writePage } from './page';
import { startInitWorld } from './world';

async function main(): Promise<void> {
	const tale = new Tale();
	tale.act('A stock n8n in an empty folder, the package unpacked from its tarball');
	const began = Date.now();
	const world = await startInitWorld();
	try {
		const seen = await play(world, tale, Math.round((Date.now() - began) / 1000));
		writePage(seen);
	} finally {
		await world.close();
	}
	if (!tale.end()) process.exitCode = 1;
}

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
