import { z } from 'zod';
import { plain } from '../../core/delivery/json';
import type { Instant, Milliseconds } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import type { WatchFinding } from '../../core/stability/schedule/judge';
import { newsOf, type ToldFinding, type WatchNews } from '../../core/stability/schedule/news';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';
import type { WorkflowRuns } from '../ports/workflow-runs';
import { askedBy } from './asked';
import { watchWorkflows, type WatchReport } from './workflows';

type Records = Pick<Ledger, 'records'>;

/** How often a look that has nothing to say is written down: the chain grows by each. */
const WRITTEN_EVERY: Milliseconds = 30 * 60_000;

/** After how long without a look the watch itself counts as dead. */
export const WATCH_LATE: Milliseconds = 4 * WRITTEN_EVERY;

/** Instances that are watched at most. */
const INSTANCES = 10;

const findingSchema = z.object({
	id: z.enum(['silent', 'overlap', 'failing', 'unseen', 'unread']),
	level: z.enum(['trouble', 'warning']),
	workflow: z.string(),
	name: z.string(),
	sentence: z.string(),
	mend: z.string(),
	since: z.number().nullable(),
	toldAt: z.number(),
});

/** What the ledger keeps of an n8n that is watched (record kind `watch`): the look and what was told. */
const watchSchema = z.object({ at: z.number(), watched: z.number(), told: z.array(findingSchema) });

/** One n8n as it was looked at last. */
export interface WatchedInstance {
	readonly host: string;
	readonly at: Instant;
	readonly watched: number;
	readonly told: readonly ToldFinding[];
}

/** Whose workflows, and how they are looked at. */
export interface WatchRequest {
	readonly n8n: WorkflowRuns;
	/** Names the n8n. */
	readonly host: string;
	readonly now: Instant;
	/** That of the instance, by which workflows go that have none of their own. */
	readonly timeZone: string;
	/** After how long what still holds is told again. */
	readonly remind: Milliseconds;
}

/** What one look found, and what of it is to be told. */
export interface ToldReport extends WatchReport, Pick<WatchNews, 'news' | 'over'> {}

/** A look at an n8n that does not answer: that is found, beside what was found before. */
function unanswered(
	{ host, now }: WatchRequest,
	before: { readonly watched: number; readonly told: readonly ToldFinding[] } | null,
	{ message, remedy }: ReleaseGateError,
): WatchReport {
	const held = (before?.told ?? [])
		.filter(({ id }) => id !== 'unread')
		.map(({ toldAt, ...finding }): WatchFinding => finding);
	const sentence = `The workflows of ${host} could not be looked over: ${message.replace(/\.$/, '')}.`;
	return {
		at: now,
		watched: before?.watched ?? 0,
		findings: [
			{ id: 'unread', level: 'trouble', workflow: host, name: host, sentence, mend: remedy, since: null },
			...held,
		],
	};
}

/**
 * Looks over the workflows of an n8n, tells what is new and keeps it. Of two that look at the same moment one tells.
 * Throws what the ledger throws.
 */
export async function tellWorkflows({ records }: Records, request: WatchRequest): Promise<ToldReport> {
	const { n8n, host, now, timeZone, remind } = request;
	const [record] = await records.get('watch', [host]);
	const before = record ? documentOf(record, watchSchema) : null;
	let report: WatchReport;
	try {
		report = await watchWorkflows(n8n, now, timeZone, (ids) => askedBy({ records }, ids, now));
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		report = unanswered(request, before, error);
	}
	const { at, watched, findings } = report;
	const { news, over, told } = newsOf(before?.told ?? [], findings, at, remind);
	const quiet = news.length + over.length === 0;
	if (quiet && before !== null && at - before.at < WRITTEN_EVERY) return { ...report, news, over };
	const written = await records.write(
		[
			{
				kind: 'watch',
				id: host,
				spine: null,
				parent: null,
				body: plain({ at, watched, told }),
				expectedRevision: record?.revision ?? 0,
			},
		],
		[],
	);
	return written.status === 'written' ? { ...report, news, over } : { ...report, news: [], over: [] };
}

/** Every n8n that is watched, as it was looked at last. */
export async function watchedInstances({ records }: Records): Promise<readonly WatchedInstance[]> {
	const list = await records.list({ kind: 'watch', limit: INSTANCES });
	return list.map((record) => ({ host: record.id, ...documentOf(record, watchSchema) }));
}
