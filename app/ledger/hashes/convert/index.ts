import { gateError } from '../../../../core/errors';
import type { LedgerContext } from '../../context';
import { seal } from '../../operations/seal';
import type { ScrubReport } from '../../store';
import { NameBook } from '../book';
import { endConversion, secretIn } from '../mark';
import type { OpenedStore } from '../open';
import type { Hashing } from '../port';
import { conversionMark } from './begin';
import { convertDocuments } from './documents';
import { convertEvents } from './events';
import { convertKeys } from './keys';
import { keepAll, convertDeliveries, convertOutbox, convertRecipients } from './rows';
import type { Conversion } from './conversion';

/** Of a ledger of names, which verifies before it is converted. */
const same = (digest: string): string => digest;

/** What was converted. */
export interface ConversionReport {
	readonly recipients: number;
	readonly deliveries: number;
	readonly outbox: number;
	readonly keys: number;
	/** Documents, and settings of spines. */
	readonly documents: number;
	readonly events: number;
	/** What is left of names in what the database keeps of rows as they were. */
	readonly remains: ScrubReport['remains'];
}

/**
 * Converts a ledger that stores recipients as names to one that stores keyed hashes: rows, events, keys and documents. The
 * chain goes on: events are told to be replaced, as an erasure tells it. No n8n may use the ledger meanwhile; nobody can
 * open it to deliver until this has ended, and what was cut off goes on where it was. Where there are hashes already, nothing
 * is changed. Closes the store.
 *
 * @throws `ledger-recipients-no-key`, `ledger-recipients-locked`, `ledger-convert-broken`, `ledger-convert-in-flight`,
 * `ledger-convert-remembered`, `ledger-convert-unsigned`, `ledger-erase-unsigned`, `ledger-input-locked`
 */
export async function convertToHashes(
	{ store, codec, signing }: OpenedStore,
	hashing: Hashing,
): Promise<ConversionReport> {
	try {
		if (!codec.seals) throw gateError('ledger-recipients-no-key');
		const [seal, signer] = [signing?.seal ?? null, signing?.head ?? null];
		const context: LedgerContext = {
			store,
			codec,
			seal,
			signer,
			recipients: 'as-stored',
			storedDigest: same,
		};
		const counts = await convert(context, hashing);
		return { ...counts, remains: (await store.scrub()).remains };
	} finally {
		await store.close();
	}
}

async function convert(context: LedgerContext, hashing: Hashing): Promise<Omit<ConversionReport, 'remains'>> {
	const { store, codec } = context;
	const mark = await conversionMark(context, hashing);
	if (mark === null) return { recipients: 0, deliveries: 0, outbox: 0, keys: 0, documents: 0, events: 0 };
	await seal(context, Number.MAX_SAFE_INTEGER);
	// Table by table: where it was cut off, each step finds again what it did not come to.
	const book = new NameBook(store, codec, hashing.under(secretIn(mark, codec)));
	const conversion: Conversion = { context, book };
	await keepAll(conversion);
	const deliveries = await convertDeliveries(conversion);
	const recipients = await convertRecipients(conversion);
	await store.transaction((tx) => tx.renaming.forgetReaders());
	const outbox = await convertOutbox(conversion);
	const keys = await convertKeys(conversion);
	const documents = await convertDocuments(conversion);
	await seal(context, Number.MAX_SAFE_INTEGER);
	const events = await convertEvents(conversion);
	await store.transaction(endConversion);
	await seal(context, Number.MAX_SAFE_INTEGER);
	return { recipients, deliveries, outbox, keys, documents, events };
}
