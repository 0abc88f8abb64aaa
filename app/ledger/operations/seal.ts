import { gateError } from '../../../core/errors';
import { eventHash } from '../chain';
import type { LedgerContext } from '../context';
import type { StoreTransaction } from '../store';

const sealPage = 500;

/** Position behind the head that an event has taken without the sealer, or `null`. */
export async function stray(tx: StoreTransaction): Promise<number | null> {
	const { headPosition } = await tx.chain();
	const [behind] = await tx.sealedEvents(headPosition, 1);
	if (behind === undefined) return null;
	// A sealer may have been faster than these two readings; then the head has moved along.
	const position = behind.position ?? 0;
	return position > (await tx.chain()).headPosition ? position : null;
}

/** Chains up to `limit` events. One sealer at a time; others return 0. */
export async function seal(context: LedgerContext, limit: number): Promise<number> {
	let sealed = 0;
	while (sealed < limit) {
		const size = Math.min(sealPage, limit - sealed);
		const count = await context.store.transaction(async (tx) => {
			if (!(await tx.becomeSealer())) return 0;
			const ends = await tx.chain();
			const rows = await tx.unsealedEvents(size);
			if (rows.length === 0) return 0;
			const taken = await stray(tx);
			if (taken !== null) throw gateError('ledger-chain-blocked', { position: taken });
			let { headPosition: position, headHash: hash } = ends;
			const seals = rows.map((row) => {
				position += 1;
				hash = eventHash(hash, position, row);
				return { id: row.id, position, hash };
			});
			await tx.sealEvents(seals);
			await tx.writeChain({ ...ends, headPosition: position, headHash: hash });
			return rows.length;
		});
		sealed += count;
		if (count < size) break;
		await context.store.breathe();
	}
	return sealed;
}
