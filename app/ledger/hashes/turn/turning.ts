import { canonicalJson } from '../../../../core/delivery/canonical';
import type { LedgerContext } from '../../context';
import type { StoreTransaction } from '../../store';
import type { NameBook } from '../book';

/** Most rows that one transaction turns. */
export const page = 500;

/** A ledger whose names are turned into the hashes of a book. */
export interface Turning {
	readonly context: LedgerContext;
	readonly book: NameBook;
}

/** Tells in the chain what a transaction turned. */
export async function tell(tx: StoreTransaction, what: string, count: number): Promise<void> {
	await tx.addEvents([
		{
			...{ at: await tx.now(), kind: 'ledger.recipients-turned', spine: null, subject: null },
			sentence: `The names in ${count} ${what} were turned into keyed hashes.`,
			data: canonicalJson({ what, count }),
		},
	]);
}
