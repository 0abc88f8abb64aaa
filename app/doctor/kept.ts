import { z } from 'zod';
import { plain } from '../../core/delivery/json';
import type { Instant } from '../../core/delivery/types';
import type { Ledger } from '../ledger/api';
import { documentOf } from '../ledger/documents';
import type { Examination } from './finding';

const level = z.enum(['trouble', 'advice', 'unseen']);

const keptSchema = z.object({
	at: z.number(),
	by: z.string(),
	findings: z.array(
		z.object({
			id: z.string(),
			level,
			sentence: z.string(),
			mend: z.string(),
			where: z.string(),
			failed: z.literal(true).optional(),
		}),
	),
	passed: z.array(z.string()),
	unseen: z.array(z.string()),
});

/** The newest look at the installation that was kept. */
export type KeptExamination = Readonly<z.infer<typeof keptSchema>>;

/** One ledger serves one installation; the newest look replaces the one before. */
const ID = 'installation';

/** Keeps what a look found, for the desk. Somebody who looked at the same moment may be faster: then theirs is kept. */
export async function keepExamination(
	{ ledger, now }: { readonly ledger: Ledger; readonly now: () => Instant },
	{ findings, passed, unseen }: Examination,
	by: string,
): Promise<void> {
	const [before] = await ledger.records.get('examination', [ID]);
	await ledger.records.write(
		[
			{
				kind: 'examination',
				id: ID,
				spine: null,
				parent: null,
				body: plain({ at: now(), by, findings, passed, unseen }),
				expectedRevision: before?.revision ?? 0,
			},
		],
		[],
	);
}

/** The newest look that was kept; `null` where nobody looked yet. @throws `ledger-record-unreadable` */
export async function lastExamination({
	ledger,
}: {
	readonly ledger: Ledger;
}): Promise<KeptExamination | null> {
	const [record] = await ledger.records.get('examination', [ID]);
	return record ? documentOf(record, keptSchema) : null;
}
