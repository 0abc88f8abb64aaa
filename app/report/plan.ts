import { ReleaseGateError } from '../../core/errors';
import type { ShownPlan } from '../../core/snapshot/page';
import { loadJournal } from '../snapshot/journal';
import { planRestore } from '../snapshot/plan';
import type { SnapshotPorts } from '../snapshot/ports';
import { loadSnapshot } from '../snapshot/store';

/** What a rollback would do now. */
export type RollbackPlan =
	| { readonly status: 'planned'; readonly plan: ShownPlan }
	/** Nobody can say now, and why. */
	| { readonly status: 'unknown'; readonly why: string };

/** HubSpot's least limit, for the time it takes. */
const CALLS_PER_10_SECONDS = 100;

/** Contacts that are read for a page at most: more take minutes and calls that somebody else needs. */
const MOST_CONTACTS = 200;

/**
 * The rollback of a release as it would run now: reads what is there and writes nothing. Where it cannot be known, says why.
 *
 * @param ports `null` where neither n8n nor HubSpot is connected
 */
export async function plannedRollback(ports: SnapshotPorts | null, release: string): Promise<RollbackPlan> {
	if (ports === null)
		return {
			status: 'unknown',
			why: 'No n8n is connected to this report: nobody looked at what is there now.',
		};
	try {
		const journal = await loadJournal(ports, release);
		if (journal === null)
			return { status: 'unknown', why: 'Nothing of it was applied: there is nothing to put back.' };
		const { found } = (await loadSnapshot(ports, journal.snapshot)).contacts;
		if (found > MOST_CONTACTS)
			return {
				status: 'unknown',
				why: `To say what goes back it would read ${found} contacts: ask the form Roll back a release, which shows it before anything is done.`,
			};
		return {
			status: 'planned',
			plan: await planRestore(ports, release, { target: null, callsPer10Seconds: CALLS_PER_10_SECONDS }),
		};
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return { status: 'unknown', why: `${error.message.replace(/\.$/, '')}. ${error.remedy}` };
	}
}
