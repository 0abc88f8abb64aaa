import { gateError } from '../../../../core/errors';
import type { LedgerContext } from '../../context';
import { seal } from '../../operations/seal';
import type { ScrubReport } from '../../store';
import { NameBook } from '../book';
import { endTurning, secretIn } from '../mark';
import type { OpenedStore } from '../open';
import type { Hashing } from '../port';
import { turningMark } from './begin';
import { turnDocuments } from './documents';
import { turnEvents } from './events';
import { turnKeys } from './keys';
import { keepAll, turnDeliveries, turnOutbox, turnRecipients } from './rows';
import type { Turning } from './turning';

/** Of a ledger of names, which verifies before it is turned. */
const same = (digest: string): string => digest;

/** What was turned. */
export interface TurnReport {
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
 * Turns a ledger that stores recipients as names into one that stores keyed hashes: rows, events, keys and documents. The
 * chain goes on: events are told to be replaced, as an erasure tells it. No n8n may use the ledger meanwhile; nobody can
 * open it to deliver until this has ended, and what was cut off goes on where it was. Where there are hashes already, nothing
 * is changed. Closes the store.
 *
 * @throws `ledger-recipients-no-key`, `ledger-recipients-locked`, `ledger-turn-broken`, `ledger-turn-in-flight`,
 * `ledger-turn-remembered`, `ledger-turn-unsigned`, `ledger-erase-unsigned`, `ledger-input-locked`
 */
export async function turnIntoHashes(
	{ store, codec, signing }: OpenedStore,
	hashing: Hashing,
): Promise<TurnReport> {
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
		const counts = await turn(context, hashing);
		return { ...counts, remains: (await store.scrub()).remains };
	} finally {
		await store.close();
	}
}

async function turn(context: LedgerContext, hashing: Hashing): Promise<Omit<TurnReport, 'remains'>> {
	const { store, codec } = context;
	const mark = await turningMark(context, hashing);
	if (mark === null) return { recipients: 0, deliveries: 0, outbox: 0, keys: 0, documents: 0, events: 0 };
	await seal(context, Number.MAX_SAFE_INTEGER);
	// Table by table: where it was cut off, each step finds again what it did not come to.
	const book = new NameBook(store, codec, hashing.under(secretIn(mark, codec)));
	const turning: Turning = { context, book };
	await keepAll(turning);
	const deliveries = await turnDeliveries(turning);
	const recipients = await turnRecipients(turning);
	await store.transaction((tx) => tx.renaming.forgetReaders());
	const outbox = await turnOutbox(turning);
	const keys = await turnKeys(turning);
	const documents = await turnDocuments(turning);
	await seal(context, Number.MAX_SAFE_INTEGER);
	const events = await turnEvents(turning);
	await store.transaction(endTurning);
	await seal(context, Number.MAX_SAFE_INTEGER);
	return { recipients, deliveries, outbox, keys, documents, events };
}
