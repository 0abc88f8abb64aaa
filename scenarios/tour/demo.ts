import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime, Duration } from 'luxon';
import { buildIfStale } from '../../testbed/build';
import { firstRun, longOutage, pauseAndResume, secondRun, wholeStory } from './acts';
import { LedgerReader } from '../../testbed/ledger-reader';
import { Outside } from './outside';
import type { Stage } from './stage';
import { Tale } from '../../testbed/tale';
import { operate, sandboxSpine, saveOperations } from '../../testbed/operate';
import { playStory } from '../play-story';
import { startWorld } from '../../testbed/world';

/** RG_CONTACTS, RG_EVERY (ISO 8601) and RG_MISSED_SLOTS change the size of the story. */
const contacts = Number(process.env.RG_CONTACTS ?? 1000);
const every = process.env.RG_EVERY ?? 'PT75S';
/** Short of a slot by far, so that only a second email would fall into it, and not a late first one. */
const minimumGap = 'PT15S';
const missedSlots = Number(process.env.RG_MISSED_SLOTS ?? 2);

/** Plays the whole story and ends with 1 when a promise was broken. */
async function main(): Promise<boolean> {
	const tale = new Tale();
	tale.act(`A real n8n, ${contacts} contacts in HubSpot, a spine that delivers every ${every}`);
	if (buildIfStale()) tale.say('Built the package.');
	const world = await startWorld({ sandbox: 'demo', contacts, hubspotLimits: 'none' });
	try {
		tale.say(`n8n answers at ${world.n8n.url}; HubSpot, the mail vendor and the generator are stand-ins.`);
		const eligible = world.standIns.story?.eligible ?? [];
		tale.say(`${eligible.length} contacts are eligible.`);
		// Seeding and watching share a clock in milliseconds: the first write must come later than the last seed.
		await sleep(10);
		const since = Date.now();
		const anchor = DateTime.utc().startOf('second');
		await saveOperations(world.n8n, {
			every,
			anchor: anchor.toFormat("yyyy-MM-dd'T'HH:mm:ss"),
			minimumGap,
			mode: 'live',
		});
		await operate(world.n8n, 'configure');
		const length = Duration.fromISO(every).toMillis();
		const stage: Stage = {
			world,
			tale,
			slots: {
				anchor: anchor.toMillis(),
				every: length,
				minimumGap: Duration.fromISO(minimumGap).toMillis(),
			},
			outside: new Outside(world.standIns, since),
			reader: new LedgerReader(world.ledgerFile, sandboxSpine),
			eligible,
		};
		await firstRun(stage);
		await secondRun(stage);
		await pauseAndResume(stage);
		await longOutage(stage, missedSlots);
		await wholeStory(stage);
	} finally {
		await world.close();
	}
	return tale.end();
}

playStory(main);
