import { join } from 'node:path';
import { buildIfStale } from '../../testbed/build';
import { packageRoot } from '../../testbed/n8n/paths';
import { SandboxProblem } from '../../testbed/problem';
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

/** What can be played; what tries to break a change is played when it is named. */
const all: typeof stories = [...stories, attacked, killed];
const played = only === undefined ? stories : all.filter(({ id }) => only.includes(id));

/** A name that nobody knows would play nothing, and end well. */
function assertKnown(): void {
	const unknown = only?.filter((id) => all.every((story) => story.id !== id)) ?? [];
	if (unknown.length > 0)
		throw new SandboxProblem(
			`No change is called ${unknown.join(', ')}.`,
			`RG_ONLY takes ${all.map(({ id }) => id).join(', ')}.`,
		);
}

/** Pages that the documentation shows. */
const shown = /^(prompt(-approve)?|roll-back|account|anchor|property)-\d/;

const folder = join(packageRoot, 'docs', 'images', 'release');

/** Plays every change, writes the page, and ends with 1 when a promise was broken. */
async function main(): Promise<boolean> {
	const tale = new Tale();
	assertKnown();
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
		for (const { id, title, play } of played) told.push(await stage.play(id, title, play));
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
