import { gateError } from '../../../core/errors';
import type { DeliveryRef } from '../../../core/delivery/types';
import { isPlain, type LedgerContext } from '../context';
import type { StoreTransaction } from '../store';

/** Id of the record that says that the ledger keeps nothing in the clear. */
const id = 'inputs';

/** Whether the ledger keeps nothing in the clear any longer: it always had a key, or everything was sealed since. */
export async function keepsNothingPlain(tx: StoreTransaction): Promise<boolean> {
	const [mark = null] = await tx.records.readRecords('sealing', [id]);
	return mark !== null;
}

/** Says so from now on. */
export async function markSealed(tx: StoreTransaction): Promise<void> {
	const [known = null] = await tx.records.lockRecords('sealing', [id]);
	if (known !== null) return;
	const now = await tx.now();
	const record = { spine: null, parent: null, body: {}, revision: 1, createdAt: now, updatedAt: now };
	await tx.records.insertRecord({ kind: 'sealing', id, ...record });
}

/** The first of these inputs that is in the clear where it must not be, or `null`. Asks the ledger only where one is in the clear. */
async function plainAmong<Item extends { readonly stored: string | null }>(
	tx: StoreTransaction,
	{ codec }: LedgerContext,
	items: readonly Item[],
): Promise<Item | null> {
	if (!codec.seals) return null;
	const plain = items.find(({ stored }) => stored !== null && isPlain(stored));
	return plain !== undefined && (await keepsNothingPlain(tx)) ? plain : null;
}

/** Refuses inputs in the clear once a key is set and everything was sealed. @throws `ledger-input-unsealed` */
export async function refuseUnsealed(
	tx: StoreTransaction,
	context: LedgerContext,
	inputs: readonly { readonly ref: DeliveryRef; readonly stored: string | null }[],
): Promise<void> {
	const found = await plainAmong(tx, context, inputs);
	if (found !== null) throw gateError('ledger-input-unsealed', { ...found.ref });
}

/** The same for results of keys. @throws `ledger-result-unsealed` */
export async function refuseUnsealedResults(
	tx: StoreTransaction,
	context: LedgerContext,
	scope: string,
	results: readonly (string | null)[],
): Promise<void> {
	const found = await plainAmong(
		tx,
		context,
		results.map((stored) => ({ stored })),
	);
	if (found !== null) throw gateError('ledger-result-unsealed', { scope });
}
