import { alarmsOf, ofWatch } from '../../core/desk/alarms';
import type { Alarm, Desk, SpineSight } from '../../core/desk/model';
import { ReleaseGateError } from '../../core/errors';
import { lastExamination } from '../doctor';
import { CONTACTS_TARGET } from '../ledger/context';
import { happeningsOf } from './happenings';
import { WATCH_LATE, watchedInstances } from '../watch/told-workflows';
import { limitsSeen } from './limits';
import { releasesSeen } from './releases';
import { search } from './search';
import { type DeskPorts, sightOf, WITHIN } from './spines';

const HOUR = 3_600_000;

/** What is asked of the desk. */
export interface DeskRequest {
	/** What to search for; nothing if empty. */
	readonly search?: string;
	/** What others found, e.g. the watch over workflows. */
	readonly alarms?: readonly Alarm[];
	/** What *doctor* found, and when; the look that is kept in the ledger if absent. */
	readonly health?: Desk['health'];
}

/**
 * Reads everything the desk shows, and changes nothing: no sweep, no seal, no event. The cost follows the two newest slots
 * of each spine and fixed numbers of events and releases. Where n8n does not answer, the rest is shown all the same.
 */
export async function gatherDesk(ports: DeskPorts, request: DeskRequest = {}): Promise<Desk> {
	const { ledger, now } = ports;
	const asked = request.search?.trim() ?? '';
	const spines: SpineSight[] = [];
	let reached = ports.workflows;
	let n8nProblem: string | null = null;
	for (const record of await ledger.desk.spines()) {
		try {
			spines.push(await sightOf({ ...ports, workflows: reached }, record));
		} catch (error) {
			if (reached === null || !(error instanceof ReleaseGateError)) throw error;
			n8nProblem = `${error.message} ${error.remedy}`;
			reached = null;
			spines.push(await sightOf({ ...ports, workflows: null }, record));
		}
	}
	const releases = await releasesSeen(ports);
	const outbox = { name: 'HubSpot', ...(await ledger.outbox.backlog(CONTACTS_TARGET)) };
	const at = now();
	const watches = (await watchedInstances(ledger)).flatMap((watch) => ofWatch(watch, at, WATCH_LATE));
	const own = [...watches, ...alarmsOf({ at, spines, releases, outbox })];
	return {
		at,
		spines,
		releases,
		outbox,
		alarms: [...(request.alarms ?? []), ...own].sort((a, b) => rank(a) - rank(b)),
		happenings: await happeningsOf(ledger.desk),
		found: asked === '' ? null : await search(ports, asked),
		limits: await limitsSeen(ledger, at),
		lastHour: await ledger.desk.kindsSince(at - HOUR, WITHIN),
		health: request.health ?? (await lastExamination(ports)),
		accepted: (await ledger.events.acceptances()).map(({ at: when, person, reason, records }) => ({
			at: when,
			person,
			reason,
			records: records.map(({ record }) => record),
		})),
		unsealed: await ledger.desk.unsealed(),
		lookedAtN8n: reached !== null,
		n8nProblem,
	};
}

const rank = ({ level }: Alarm): number => (level === 'trouble' ? 0 : 1);
