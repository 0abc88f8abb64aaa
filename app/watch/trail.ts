import { plain } from '../../core/delivery/json';
import type { NewEvent } from '../../core/delivery/events';
import { documentOf } from '../ledger/documents';
import type { RecordWrite, StoredRecord } from '../ledger/records';
import { type Look, lookSchema } from '../../core/stability/documents';
import type { Verdict } from '../../core/stability/verdict';
import type { StabilityPorts } from './ports';

const lookOf = (record: StoredRecord): Look => documentOf(record, lookSchema);

/** The looks at a release, newest first. */
export async function trailOf(
	{ ledger }: Pick<StabilityPorts, 'ledger'>,
	release: string,
	limit = 500,
): Promise<readonly Look[]> {
	return (await ledger.records.list({ kind: 'verdict', parent: release, limit })).map(lookOf);
}

async function newestOf({ ledger }: StabilityPorts, subject: string): Promise<StoredRecord | null> {
	return (await ledger.records.list({ kind: 'verdict', spine: subject, limit: 1 }))[0] ?? null;
}

/** The newest look at a subject, whichever release it was at; `null` before the first. */
export async function lastLook(ports: StabilityPorts, subject: string): Promise<Look | null> {
	const record = await newestOf(ports, subject);
	return record && lookOf(record);
}

const moved = (subject: string, look: Look, verdict: Verdict, before: Look | null): NewEvent[] =>
	before?.verdict?.verdict === verdict.verdict
		? []
		: [
				{
					kind: 'stability.verdict',
					spine: subject,
					subject: verdict.release,
					sentence: verdict.sentence,
					data: plain({ verdict: verdict.verdict, before: before?.verdict?.verdict ?? null, at: look.at }),
				},
			];

const spent = (subject: string, look: Look, before: Look | null, sentence: string): NewEvent[] =>
	look.errorBudget !== 'spent' || before?.errorBudget === 'spent'
		? []
		: [{ kind: 'budget.spent', spine: subject, subject, sentence, data: plain({ at: look.at }) }];

/**
 * Writes a look down. Looks at a release make its trail, one record each; looks at a spine alone keep one record up to
 * date. The verdict is an event when it changes, and so is the budget when it is spent. A second monitor at the same
 * moment is no conflict: the same look was written already.
 */
export async function writeLook(
	ports: StabilityPorts,
	subject: string,
	look: Look,
	budgetSentence: string,
): Promise<void> {
	const newest = await newestOf(ports, subject);
	const before = newest && lookOf(newest);
	const { verdict } = look;
	const idle = verdict === null && newest !== null && newest.parent === null ? newest : null;
	const write: RecordWrite = {
		kind: 'verdict',
		id: idle?.id ?? `${verdict?.release ?? `spine ${subject}`}@${look.at}`,
		spine: subject,
		parent: verdict?.release ?? null,
		body: plain(look),
		expectedRevision: idle?.revision ?? 0,
	};
	const [earlier = null] = verdict ? await trailOf(ports, verdict.release, 1) : [];
	await ports.ledger.records.write(
		[write],
		[
			...(verdict ? moved(subject, look, verdict, earlier) : []),
			...spent(subject, look, before, budgetSentence),
		],
	);
}
