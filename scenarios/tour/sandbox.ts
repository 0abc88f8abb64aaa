import { eventsLogin } from '../../testbed/credentials';
import { record, type Session } from '../../testbed/n8n/session';
import { publishWorkflow } from '../../testbed/n8n/workflows';
import { templateFiles } from '../../testbed/template-files';
import { startOneChangeWorld, type OneChangeWorld } from '../one-change/world';
import { openFrontPage, type FrontPage } from './front-page';

/** Templates that the tour shows beside those of a release. */
const inService = ['desk', 'act-on-a-spine', 'provider-events'];

/** Sets from the bottom of the list of workflows to its top. */
const order = ['train', 'once', 'release', 'delivery'];

/** The sandbox of `npm start`, with its front page. */
export interface Tour {
	readonly world: OneChangeWorld;
	readonly front: FrontPage;
	close(): Promise<void>;
}

/** Tags each template with the set it belongs to, so that the list of workflows can be read by sets. */
async function tagSets(session: Session): Promise<void> {
	const sets = new Map<string, string>();
	// The editor lists what was saved last first: the spine's own set is to stand on top.
	const bySet = [...templateFiles()].sort((a, b) => order.indexOf(a.set) - order.indexOf(b.set));
	for (const { id, set } of bySet) {
		const tag =
			sets.get(set) ?? String(record((await session.call('POST', '/rest/tags', { name: set })).data).id);
		sets.set(set, tag);
		await session.call('PATCH', `/rest/workflows/${id}?forceSave=true`, { tags: [tag] });
	}
}

/** Starts n8n, lets two slots pass with `contacts` people in each, and opens the front page. */
export async function openTour(contacts: number): Promise<Tour> {
	const world = await startOneChangeWorld(contacts, 'start');
	try {
		const { n8n, standIns, mailbox, clock, ports } = world;
		await tagSets(n8n.session);
		for (const id of inService) await publishWorkflow(n8n.session, id);
		const front = await openFrontPage(ports.mailbox + 1, {
			n8n: n8n.url,
			mail: mailbox.url,
			desk: eventsLogin,
			readers: world.contacts.length,
			now: clock.now,
			mails: () => standIns.postmark.admin.received().length,
			nextSlot: world.passSlot,
		});
		const close = async (): Promise<void> => {
			await front.close();
			await world.close();
		};
		return { world, front, close };
	} catch (problem) {
		await world.close();
		throw problem;
	}
}
