import { join } from 'node:path';
import { buildIfStale } from '../../testbed/build';
import { packageRoot } from '../../testbed/n8n/paths';
import { Tale } from '../../testbed/tale';
import { playStory } from '../play-story';
import { keepRun, machineSeconds, mostMachineSeconds } from './report';
import { Stage, type Told } from './stage';
import { stories } from './stories';
import { attacked } from './stories/attacked';
import { killed } from './stories/killed';
import { startOneChangeWorld } from './world';

/** RG_ONLY plays single changes, by id; then nothing is kept. */
const only = process.env.RG_ONLY?.split(',');

/** Pages that the documentation shows. */
const shown = /^(prompt(-approve)?|roll-back|account|anchor|property)-\d/;

const folder = join(packageRoot, 'docs', 'images', 'release');

/** Plays every change, writes the page, and ends with 1 when a promise was broken. */
async function main(): Promise<boolean> {
	const tale = new Tale();
	if (buildIfStale()) tale.say('Built the package.');
	const startedAt = Date.now();
	tale.act('A real n8n with the templates of a release, as shipped');
	const world = await startOneChangeWorld();
	const pictures = (name: string): string | null =>
		only === undefined && shown.test(name) ? join(folder, `${name}.png`) : null;
	const stage = new Stage(world, tale, pictures);
	try {
		tale.say(`n8n answers at ${world.n8n.url}; everything it talks to is a stand-in.`);
		const told: Told[] = [];
		for (const { id, title, play } of only === undefined
			? stories
			: [...stories, attacked, killed].filter(({ id }) => only.includes(id)))
			told.push(await stage.play(id, title, play));
		tale.act('The time');
		for (const story of told) {
			const seconds = machineSeconds(story);
			tale.promise(
				`${story.title}: machines take at most ${mostMachineSeconds} s (${seconds.toFixed(0)} s)`,
				seconds <= mostMachineSeconds ? [] : [`${seconds.toFixed(0)} s`],
			);
		}
		if (only === undefined)
			keepRun({
				contacts: world.contacts.length,
				stories: told,
				mails: world.standIns.postmark.admin.received().length,
				seconds: Math.round((Date.now() - startedAt) / 1000),
			});
		return tale.end();
	} finally {
		await stage.close();
		await world.close();
	}
}

playStory(main);
