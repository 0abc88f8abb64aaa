import { buildIfStale } from '../../testbed/build';
import { Tale } from '../../testbed/tale';
import { playStory } from '../play-story';
import { keepRun } from './report';
import { playAll } from './story';

/** RG_SLOT_SECONDS (length of a slot) and RG_CONTACTS change the size of the story; RG_ONLY plays single releases, by id. */
const every = Number(process.env.RG_SLOT_SECONDS ?? 120);
const contacts = Number(process.env.RG_CONTACTS ?? 120);
const only = process.env.RG_ONLY?.split(',');

/** Plays the whole story, writes the page, and ends with 1 when a promise was broken. */
async function main(): Promise<boolean> {
	const tale = new Tale();
	if (buildIfStale()) tale.say('Built the package.');
	const run = await playAll({ every, window: every / 2, contacts, ...(only ? { only } : {}) }, tale);
	if (only === undefined) keepRun(run);
	return tale.end();
}

playStory(main);
