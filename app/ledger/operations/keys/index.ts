import type { Completion, GivingBack, KeyClaimResult, SettleKeyResult } from '../../../../core/once/record';
import { complete, giveBack, lapsed } from '../../../../core/once/transitions';
import type { LedgerContext } from '../../context';
import { asNamed } from '../../erasure/key-names';
import { KeyEvents } from '../../key-events';
import type { KeyLedger } from '../../keys';
import { byScope, inChunks, sorted } from './batches';
import { claimChunk } from './claim';
import { sealResult } from './results';
import { detailOfGivingBack, settleChunk } from './settle';

/** The ledger of keys; see {@link KeyLedger}. */
export function keyLedger(context: LedgerContext): KeyLedger {
	const { store } = context;
	return {
		async claim(terms, batch) {
			const order = sorted(batch);
			const results = new Array<KeyClaimResult>(batch.length);
			await inChunks(store, order, results, (tx, items) => claimChunk(tx, context, terms, items));
			for (const [place, first] of order.again)
				results[place] = { status: 'held', reason: 'twice-in-batch', place: first };
			return results;
		},
		complete: (batch, by) =>
			byScope<Completion, SettleKeyResult>(store, batch, (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				return settleChunk(
					tx,
					items,
					new KeyEvents('complete', by, scope),
					(row, { token }, now) => complete(row, token, now),
					({ token }) => (token === null ? 'by name' : undefined),
					(settled) =>
						tx.keys.writeResults(
							scope,
							settled.map(({ key, result }) => ({
								key,
								text: result === null ? null : sealResult(context, scope, key, result),
							})),
						),
				);
			}),
		giveBack: (batch, by) =>
			byScope<GivingBack, SettleKeyResult>(store, batch, (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				return settleChunk(
					tx,
					items,
					new KeyEvents('give back', by, scope),
					(row, { token, happened }, now) => giveBack(row, token, happened, now),
					detailOfGivingBack,
					async () => undefined,
				);
			}),
		get: (refs) =>
			byScope(store, refs, async (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				const now = await tx.now();
				const named = await asNamed(tx, scope, items);
				const rows = await tx.keys.readKeys(
					scope,
					named.map(({ key }) => key),
				);
				return rows.map((row) => (row === null ? null : lapsed(row, now)));
			}),
		list: (query) =>
			store.transaction(async (tx) => {
				const now = await tx.now();
				const rows = await tx.keys.listKeys(query, now);
				return rows.map((row) => lapsed(row, now));
			}),
	};
}
