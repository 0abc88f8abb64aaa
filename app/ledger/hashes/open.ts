import type { Ledger } from '../api';
import type { InputCodec } from '../context';
import { createLedger, type LedgerSigning } from '../ledger';
import type { LedgerStore } from '../store';
import { gateError } from '../../../core/errors';
import { NameBook } from './book';
import { NameCheck } from './check';
import { namedDeliveries } from './deliveries';
import { readMark, secretOf } from './mark';
import {
	namedDesk,
	namedErasure,
	namedEvents,
	namedKeys,
	namedOutbox,
	namedReading,
	namedRecords,
	namedSpines,
} from './others';
import type { Hashing, KeyedHashes, RecipientsAs } from './port';

/** An open store, with what seals and signs for its ledger. */
export interface OpenedStore {
	readonly store: LedgerStore;
	readonly codec: InputCodec;
	readonly signing: LedgerSigning | null;
	/** The document that says that recipients are stored as hashes, as its text; `null` where there is none. */
	readonly mark: string | null;
}

/**
 * The ledger over a store, recipients stored as the credential says. Under `hashes` it is the same ledger to whoever uses
 * it: names go in and come out, and what is stored, chained and told in between knows hashes only. Closes the store where it
 * throws.
 *
 * @throws `ledger-recipients-no-key`, `ledger-recipients-named`, `ledger-recipients-converting`, `ledger-recipients-hashed`,
 * `ledger-recipients-locked`
 */
export async function ledgerOver(
	{ store, codec, signing, mark }: OpenedStore,
	as: RecipientsAs,
	hashing: Hashing,
): Promise<Ledger> {
	try {
		if (as === 'hashes') {
			const secret = await secretOf(store, codec, hashing, mark === null ? null : readMark(mark));
			const hashes = hashing.under(secret);
			const inner = createLedger(store, codec, signing, as, (digest) => hashes.digest(digest));
			return hashedLedger(inner, store, codec, hashes);
		}
		if (as === 'names' && mark !== null) throw gateError('ledger-recipients-hashed');
		return createLedger(store, codec, signing, as);
	} catch (error) {
		await store.close();
		throw error;
	}
}

function hashedLedger(inner: Ledger, store: LedgerStore, codec: InputCodec, hashes: KeyedHashes): Ledger {
	const book = new NameBook(store, codec, hashes);
	return {
		...inner,
		spines: namedSpines(inner.spines, book),
		deliveries: namedDeliveries(inner.deliveries, book),
		outbox: namedOutbox(inner.outbox, book),
		keys: namedKeys(inner.keys, book),
		reading: namedReading(inner.reading, book, codec),
		events: namedEvents(inner.events, book, new NameCheck(store, codec, hashes)),
		records: namedRecords(inner.records, book),
		desk: namedDesk(inner.desk, book),
		erasure: namedErasure(inner.erasure, book),
	};
}
