import { z } from 'zod';
import type { DeliveryRef, JsonObject } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { InputCodec, LedgerContext } from '../context';
import { documentOf } from '../documents';
import type { LedgerStore, StoreTransaction } from '../store';
import type { Hashing, RecipientsAs } from './port';

/** The record that says that recipients are stored as hashes, with the secret of the hashes, sealed. */
const KIND = 'sealing';
const ID = 'recipients';

const schema = z.object({
	secret: z.string(),
	/** Names are still being converted to hashes: nobody may bring any in. */
	converting: z.literal(true).optional(),
});

export type Mark = z.infer<typeof schema>;

/** What the seal of the secret is bound to. No spine has such a name. */
const sealedFor: DeliveryRef = { spine: 'recipient hashes', space: 'live', slot: '', recipient: '' };

/** How recipients are stored as hashes; `null` where they are stored as names. */
export async function markOf(tx: StoreTransaction): Promise<Mark | null> {
	const [mark = null] = await tx.records.readRecords(KIND, [ID]);
	return mark === null ? null : documentOf(mark, schema);
}

/** The same from the text of the document. @throws `ledger-record-unreadable` */
export const readMark = (body: string): Mark =>
	documentOf({ kind: KIND, id: ID, body: JSON.parse(body) as JsonObject }, schema);

/**
 * Throws where a ledger cannot be opened so, before it is.
 *
 * @param mark the text of the document, `null` where there is none
 * @param isEmpty whether the ledger has no spine yet
 * @throws `ledger-recipients-no-key`, `ledger-recipients-named`, `ledger-recipients-hashed`, `ledger-recipients-converting`
 */
export function refuseOther(as: RecipientsAs, seals: boolean, mark: string | null, isEmpty: boolean): void {
	if (as === 'names' && mark !== null) throw gateError('ledger-recipients-hashed');
	if (as !== 'hashes') return;
	if (!seals) throw gateError('ledger-recipients-no-key');
	if (mark === null && !isEmpty) throw gateError('ledger-recipients-named');
	if (mark !== null && readMark(mark).converting === true) throw gateError('ledger-recipients-converting');
}

/** Throws where recipients are stored as hashes and this ledger was opened to store names. @throws `ledger-recipients-hashed` */
export async function refuseNames(tx: StoreTransaction, context: LedgerContext): Promise<void> {
	if (context.recipients === 'names' && (await markOf(tx)) !== null)
		throw gateError('ledger-recipients-hashed');
}

/** One process at a time looks whether a ledger is new, and makes it one of names or of hashes. */
export const aloneWithNew = async (tx: StoreTransaction): Promise<void> => {
	await tx.spine('', 'update');
};

/** Whether nothing was ever brought into the ledger. */
const isNew = async (tx: StoreTransaction): Promise<boolean> =>
	(await tx.spines()).length === 0 && (await tx.erasure.texts('keys', null, 1)).length === 0;

/** Seals the secret anew, as it is stored by now; whether it was not sealed under the current key. */
export async function resealSecret(tx: StoreTransaction, codec: InputCodec): Promise<boolean> {
	const [mark = null] = await tx.records.lockRecords(KIND, [ID]);
	if (mark === null) return false;
	const { secret, ...rest } = documentOf(mark, schema);
	if (codec.isCurrent(secret)) return false;
	const body: Mark = { ...rest, secret: codec.seal(sealedFor, codec.open(sealedFor, secret)) };
	await tx.records.updateRecord({ ...mark, body, revision: mark.revision + 1, updatedAt: await tx.now() });
	return true;
}

/** Makes a ledger one of hashes, under a secret of its own; `converting` while it holds names still. */
export async function begin(
	tx: StoreTransaction,
	codec: InputCodec,
	hashing: Hashing,
	converting: boolean,
): Promise<Mark> {
	const secret = codec.seal(sealedFor, hashing.fresh());
	const body: Mark = { secret, ...(converting ? { converting } : {}) };
	const at = await tx.now();
	await tx.records.insertRecord({
		...{ kind: KIND, id: ID, spine: null, parent: null, body, revision: 1 },
		...{ createdAt: at, updatedAt: at },
	});
	await tx.addEvents([
		{
			...{ at, kind: 'ledger.recipients-hashed', spine: null, subject: null, data: '{}' },
			sentence: converting
				? 'The names of recipients in this ledger are being converted to keyed hashes.'
				: 'This ledger stores recipients as keyed hashes.',
		},
	]);
	return body;
}

/** No name is left. */
export async function endConversion(tx: StoreTransaction): Promise<void> {
	const [mark = null] = await tx.records.lockRecords(KIND, [ID]);
	if (mark === null) return;
	const { secret } = documentOf(mark, schema);
	const updatedAt = await tx.now();
	await tx.records.updateRecord({ ...mark, body: { secret }, revision: mark.revision + 1, updatedAt });
}

/** The secret of the hashes. @throws `ledger-recipients-locked` */
export function secretIn({ secret }: Mark, codec: InputCodec): string {
	try {
		return codec.open(sealedFor, secret);
	} catch (error) {
		throw gateError('ledger-recipients-locked', {}, error);
	}
}

async function markOrBegin(tx: StoreTransaction, codec: InputCodec, hashing: Hashing): Promise<Mark> {
	await aloneWithNew(tx);
	const meanwhile = await markOf(tx);
	if (meanwhile !== null) return meanwhile;
	if (!(await isNew(tx))) throw gateError('ledger-recipients-named');
	return await begin(tx, codec, hashing, false);
}

/**
 * The secret of the hashes, of a ledger that stores recipients so or is new and does from now on.
 *
 * @param found what the ledger was opened with
 * @throws `ledger-recipients-no-key`, `ledger-recipients-named`, `ledger-recipients-converting`, `ledger-recipients-locked`
 */
export async function secretOf(
	store: LedgerStore,
	codec: InputCodec,
	hashing: Hashing,
	found: Mark | null,
): Promise<string> {
	if (!codec.seals) throw gateError('ledger-recipients-no-key');
	const mark = found ?? (await store.transaction((tx) => markOrBegin(tx, codec, hashing)));
	if (mark.converting === true) throw gateError('ledger-recipients-converting');
	return secretIn(mark, codec);
}
