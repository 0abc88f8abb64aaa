import { z } from 'zod';
import type { Instant, Milliseconds } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';

type Records = Pick<Ledger, 'records'>;

/** How often it is written down that a workflow asks what is due: it may have asked since, for so long at most. The chain grows by each. */
export const ASKED_EVERY: Milliseconds = 5 * 60_000;

/** What the ledger keeps of a workflow that asks what is due (record kind `asked`): when it did last. */
const askedSchema = z.object({ at: z.number() });

/**
 * Writes down that a workflow asked what of a spine is due: n8n keeps no runs of it that succeed, and somebody must see that its
 * schedule fires. Not each time, see {@link ASKED_EVERY}. Whoever was faster wrote the same. Throws what the ledger throws.
 */
export async function noteAsked({ records }: Records, workflow: string, now: Instant): Promise<void> {
	const [record] = await records.get('asked', [workflow]);
	if (record && Math.abs(now - documentOf(record, askedSchema).at) < ASKED_EVERY) return;
	const expectedRevision = record?.revision ?? 0;
	await records.write(
		[{ kind: 'asked', id: workflow, spine: null, parent: null, body: { at: now }, expectedRevision }],
		[],
	);
}

/**
 * When workflows asked last, by id; those that never did are absent. So are those that did in a time to come: a clock went wrong, and
 * until that time it would pass for a schedule that fires. @throws `ledger-record-unreadable`
 */
export async function askedBy(
	{ records }: Records,
	workflows: readonly string[],
	now: Instant,
): Promise<ReadonlyMap<string, Instant>> {
	const asked = new Map<string, Instant>();
	if (workflows.length === 0) return asked;
	for (const record of await records.get('asked', workflows)) {
		if (record === null) continue;
		const { at } = documentOf(record, askedSchema);
		if (at < now + ASKED_EVERY) asked.set(record.id, at);
	}
	return asked;
}
