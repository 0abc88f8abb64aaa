import { DateTime } from 'luxon';
import { buildIfStale } from '../../testbed/build';
import { owner } from '../../testbed/n8n/settings';
import { operate, sandboxSpine, saveOperations } from '../../testbed/operate';
import { describeProblem } from '../../testbed/problem';
import { startWorld } from '../../testbed/world';

/** Contacts of the stand-in account; RG_CONTACTS changes it. */
const contacts = Number(process.env.RG_CONTACTS ?? 1000);

/** Long enough that the reports of a run do not slow the run itself down. */
const reportsAfterMs = 20_000;

/** A real n8n with everything in place, until Ctrl-C. */
async function main(): Promise<void> {
	console.log(buildIfStale() ? 'Built the package.' : 'The package is built.');
	console.log('Starting n8n and the stand-ins for HubSpot, Postmark and the generator (about 30 s) …');
	const world = await startWorld({
		sandbox: 'start',
		contacts,
		hubspotLimits: 'real',
		reportsAfterMs,
	});
	let ending = false;
	const end = async (): Promise<void> => {
		if (ending) return;
		ending = true;
		console.log('\nStopping …');
		await world.close();
		process.exit(0);
	};
	process.on('SIGINT', () => void end());
	process.on('SIGTERM', () => void end());
	void world.n8n.process.ended.then(() => {
		if (!ending) console.error('n8n ended by itself; its log is in testbed/.run/start.');
		return end();
	});
	const anchor = DateTime.utc().startOf('day').toFormat("yyyy-MM-dd'T'HH:mm");
	await saveOperations(world.n8n, { every: 'P2D', anchor, mode: 'live' });
	await operate(world.n8n, 'configure');
	console.log(directions(world.n8n.url, world.mailbox.url, world.standIns.story?.eligible.length ?? 0));
}

function directions(url: string, mailbox: string, eligible: number): string {
	return `
n8n is ready.

  Open       ${url}/workflow/content-delivery-spine
  Sign in    ${owner.email}  /  ${owner.password}
  Mail       ${mailbox}   (what the Postmark stand-in received)

Try
  1. "Content delivery spine": execute it from "Check Every 15 Minutes". ${eligible} of ${contacts} contacts are eligible; each gets one email.
  2. Again: nothing is sent, everybody has been served in this slot.
  3. The stand-in reports each email to "Provider events", which records it; a run that stops starts "Delivery errors".
  4. Run "Sandbox: pause the spine", then the spine again: nothing is claimed. "Sandbox: resume the spine" ends it.
  5. "Sandbox: show the spine" tells what ${sandboxSpine} owes, and verifies the event chain.

Nothing leaves this machine. Ctrl-C stops everything.`;
}

main().catch((problem: unknown) => {
	console.error(describeProblem(problem));
	process.exit(1);
});
