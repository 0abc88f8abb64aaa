import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxToken } from '../../testbed/standins';
import type { KillPoint } from './points';
import type { Watch } from './watch';
import type { CrashWorld } from './world';

/** How long a preparation may take to work. */
const patienceMs = 60_000;

/** Sends that are accepted and whose answer is cut off, and one that never arrives. */
const doubts = { accepted: 2, lost: 1 } as const;

/** Makes go wrong what must, so that the kill point is reached. False when it could not. */
export async function prepare(
	world: CrashWorld,
	{ preparation, point }: KillPoint,
	people: readonly string[],
	watch: Watch,
): Promise<boolean> {
	const { hubspot, postmark, generator } = world.standIns;
	switch (preparation) {
		case 'none':
			return true;
		case 'generation-fails':
			generator.admin.fault('outage', { times: 2 });
			return true;
		case 'text-unfit':
			generator.admin.flaw('placeholder', 2);
			return true;
		case 'doubt': {
			postmark.admin.fault('reset-after', { times: doubts.accepted });
			postmark.admin.fault('reset-before', { times: doubts.lost });
			if (point.at === 'call' || point.workflow !== 'reconcile') return true;
			// Reconcile runs all the time: the blow is for the run that finds something in doubt.
			return await until(async () =>
				(await watch.deliveries(people)).some(({ state }) => state === 'in-doubt'),
			);
		}
		case 'backlog': {
			const { tokens } = hubspot.admin;
			const stop = postmark.admin.onCall(() => tokens.revoke(sandboxToken));
			const committed = await until(async () => {
				const deliveries = await watch.deliveries(people);
				return deliveries.filter(({ state }) => state === 'committed').length === people.length;
			});
			stop();
			await sleep(500);
			tokens.add(sandboxToken);
			return committed;
		}
	}
}

async function until(holds: () => Promise<boolean>): Promise<boolean> {
	const giveUpAt = Date.now() + patienceMs;
	while (!(await holds().catch(() => false))) {
		if (Date.now() > giveUpAt) return false;
		await sleep(300);
	}
	return true;
}
