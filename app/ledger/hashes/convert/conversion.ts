import { canonicalJson } from '../../../../core/delivery/canonical';
import type { LedgerContext } from '../../context';
import type { StoreTransaction } from '../../store';
import type { NameBook } from '../book';

/** Most rows that one transaction converts. */
export const page = 500;

/** A ledger whose names are converted to the hashes of a book. */
export interface Conversion {
	readonly context: LedgerContext;
	readonly book: NameBook;
}

/** Tells in the chain what a transaction converted. */
export async function tell(tx: StoreTransaction, what: string, count: number): Promise<void> {
	await tx.addEvents([
		{
			...{ at: await tx.now(), kind: 'ledger.recipients-converted', spine: null, subject: null },
			sentence: `The names in ${count} ${what} were converted to keyed hashes.`,
			data: canonicalJson({ what, count }),
		},
	]);
}
