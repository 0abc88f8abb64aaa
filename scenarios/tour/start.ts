import { buildIfStale } from '../../testbed/build';
import { owner } from '../../testbed/n8n/settings';
import { describeProblem } from '../../testbed/problem';
import { openTour } from './sandbox';

/** Contacts of the stand-in account; RG_CONTACTS changes it. */
const contacts = Number(process.env.RG_CONTACTS ?? 80);

/** A real n8n with everything in place, until Ctrl-C. */
async function main(): Promise<void> {
	console.log(buildIfStale() ? 'Built the package.' : 'The package is built.');
	console.log('Starting n8n and the stand-ins, and letting two slots pass (about a minute) …');
	const tour = await openTour(contacts);
	let ending = false;
	const end = async (): Promise<void> => {
		if (ending) return;
		ending = true;
		console.log('\nStopping …');
		await tour.close();
		process.exit(0);
	};
	process.on('SIGINT', () => void end());
	process.on('SIGTERM', () => void end());
	void tour.world.n8n.process.ended.then(() => {
		if (!ending) console.error('n8n ended by itself; its log is in testbed/.run/start.');
		return end();
	});
	console.log(`
n8n is ready.

  Start here   ${tour.front.url}   (three things to try, each with what comes of it)
  Editor       ${tour.world.n8n.url}   ${owner.email}  /  ${owner.password}

Nothing leaves this machine. Ctrl-C stops everything.`);
}

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
