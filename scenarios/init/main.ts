/**
 * A stock n8n in an empty folder, the tarball, and stand-ins behind the vendors' own addresses: `init` to a rehearsal that
 * passes and the first live slot, run twice, then taken back. `npm run init:try` writes docs/records/init.md and its pictures.
 * `npm run init:try -- regular`, `-- bare` and `-- queue` play it shorter: in one process, in one that has to install the package first, with
 * a worker, Postgres and Redis. Each puts a row into that page; RG_N8N_ROOT and RG_N8N_NODE name another n8n, as `npm run matrix` installs them.
 */
import { describeProblem } from '../../testbed/problem';
import { Tale } from '../../testbed/tale';
import { keepForm, playForm } from './forms';
import { play } from './play';
import { writeForms, writePage } from './page';
import { startInitWorld, type Mode } from './world';

async function whole(tale: Tale): Promise<void> {
	tale.act('A stock n8n in an empty folder, the package unpacked from its tarball');
	const began = Date.now();
	const world = await startInitWorld();
	try {
		const seen = await play(world, tale, Math.round((Date.now() - began) / 1000));
		writePage(seen);
	} finally {
		await world.close();
	}
}

async function short(mode: Mode, tale: Tale): Promise<void> {
	const world = await startInitWorld(mode);
	try {
		keepForm(await playForm(world, mode, tale));
		writeForms();
	} finally {
		await world.close();
	}
}

async function main(): Promise<void> {
	const tale = new Tale();
	const [, , mode] = process.argv;
	if (mode === 'regular' || mode === 'bare' || mode === 'queue') await short(mode, tale);
	else await whole(tale);
	if (!tale.end()) process.exitCode = 1;
}

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
