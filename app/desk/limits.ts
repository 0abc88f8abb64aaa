import { z } from 'zod';
import { plain } from '../../core/delivery/json';
import type { Instant } from '../../core/delivery/types';
import { type CallLimits, LIMITS_OLD, type LimitsSight, worthKeeping } from '../../core/desk/limits';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';

/** Accounts that are shown at most. */
const ACCOUNTS = 10;

const left = z.object({ left: z.number(), most: z.number() });

/** What the ledger keeps of an account (record kind `limits`): what was read last. */
const limitsSchema = z.object({
	target: z.string(),
	account: z.string(),
	at: z.number(),
	day: left.nullable(),
	burst: left.extend({ windowMs: z.number() }).nullable(),
});

/**
 * Keeps what another system said of its limits, where every process finds it: the one that scrapes is not the one that
 * calls. Not each reading: see `worthKeeping`. Whoever was faster has read the same.
 */
export async function keepLimits(
	ledger: Pick<Ledger, 'records'>,
	{ target, account }: Pick<LimitsSight, 'target' | 'account'>,
	limits: CallLimits,
): Promise<void> {
	const id = `${target} ${account}`;
	const [record] = await ledger.records.get('limits', [id]);
	const before = record ? documentOf(record, limitsSchema) : null;
	if (!worthKeeping(before, limits)) return;
	const body = plain({ target, account, ...limits });
	await ledger.records.write(
		[{ kind: 'limits', id, spine: null, parent: null, body, expectedRevision: record?.revision ?? 0 }],
		[],
	);
}

/** What was read within the last day, by account. */
export async function limitsSeen(
	ledger: Pick<Ledger, 'records'>,
	now: Instant,
): Promise<readonly LimitsSight[]> {
	const records = await ledger.records.list({ kind: 'limits', limit: ACCOUNTS });
	return records
		.map((record) => documentOf(record, limitsSchema))
		.filter(({ at }) => now - at < LIMITS_OLD)
		.sort((a, b) => (a.account < b.account ? -1 : 1));
}
