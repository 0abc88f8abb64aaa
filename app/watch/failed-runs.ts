import { z } from 'zod';
import { withoutDrillCopies } from '../../core/delivery/drill-copy';
import { plain } from '../../core/delivery/json';
import { type FailedRun, failedRuns, failedRunSentence } from '../../core/stability/failed-run';
import { documentOf } from '../ledger/documents';
import type { StabilityPorts } from './ports';

type Ports = Pick<StabilityPorts, 'ledger' | 'now'>;

/** Slots that are looked at: the newest, and the one before it, in which the last run may end late. */
const SLOTS = 2;

/** Runs that are remembered as told: more than a look finds. */
const REMEMBERED = 50;

/** What the ledger keeps of a spine (record kind `run`): the executions that were told. */
const toldSchema = z.object({ told: z.array(z.string()) });

const nameOf = ({ slot, execution }: FailedRun): string => `${slot} ${execution}`;

/** A run in which most deliveries failed, told once. */
export interface ToldRun extends FailedRun {
	readonly spine: string;
	readonly sentence: string;
}

/**
 * Looks whether most deliveries of a run failed, in the newest slots of a spine, and tells each such run once, whoever
 * looks and however often: the event `run.failed` and the word that it was told stand in one transaction. Throws what the
 * ledger throws.
 */
export async function tellFailedRuns({ ledger, now }: Ports, spine: string): Promise<readonly ToldRun[]> {
	const at = now();
	const claims = await ledger.desk.claims(spine, SLOTS);
	const found = claims.flatMap((one) => failedRuns(one, at));
	if (found.length === 0) return [];
	const [record] = await ledger.records.get('run', [spine]);
	const before = record ? documentOf(record, toldSchema).told : [];
	const fresh = found
		.filter((run) => !before.includes(nameOf(run)))
		.map((run): ToldRun => ({ ...run, spine, sentence: failedRunSentence(spine, run) }));
	if (fresh.length === 0) return [];
	const told = [...fresh.map(nameOf), ...before].slice(0, REMEMBERED);
	const written = await ledger.records.write(
		[
			{
				kind: 'run',
				id: spine,
				spine,
				parent: null,
				body: { told },
				expectedRevision: record?.revision ?? 0,
			},
		],
		fresh.map(({ execution, slot, claimed, failed, inDoubt, at: endedAt, sentence }) => ({
			kind: 'run.failed',
			spine,
			subject: slot,
			sentence,
			data: plain({ execution, claimed, failed, inDoubt, endedAt }),
		})),
	);
	return written.status === 'written' ? fresh : [];
}

/** The same over every spine of the ledger, or one; what each has to tell. An unknown spine has nothing. */
export async function tellAllFailedRuns(ports: Ports, only?: string): Promise<readonly ToldRun[]> {
	const spines = withoutDrillCopies(await ports.ledger.spines.list());
	const told: ToldRun[] = [];
	for (const { settings } of spines)
		if (only === undefined || settings.spine === only)
			told.push(...(await tellFailedRuns(ports, settings.spine)));
	return told;
}
