import { commit as decide } from '../../../core/delivery/transitions';
import type { CommitRequest, CommitResult } from '../../../core/delivery/sends';
import { type LedgerContext, loadPlans } from '../context';
import type { StoreTransaction } from '../store';
import { Chunk, neverRegistered, nothingQueued, onDeliveries } from './chunk';

async function commitChunk(
	tx: StoreTransaction,
	items: readonly CommitRequest[],
): Promise<readonly CommitResult[]> {
	const refs = items.map(({ ref }) => ref);
	const plans = await loadPlans(tx, refs);
	const chunk = await Chunk.open(tx, 'commit', refs);
	const results = items.map((item, place): CommitResult => {
		const found = chunk.at(place);
		if (found === null) return { status: 'refused', ...neverRegistered };
		const decision = decide(found, chunk.recipientOf(item.ref), item.token, item, chunk.now);
		if (decision.kind === 'refused')
			return { status: 'refused', ...chunk.refuse(item.ref, item.token, decision) };
		if (decision.kind === 'already-committed')
			return { status: 'already-committed', sentAt: decision.sentAt };
		const { row, recipient } = decision;
		chunk.keep(row, recipient);
		chunk.queue(place, row, recipient, plans.get(item.ref.spine));
		return { status: 'committed', sentAt: row.sentAt ?? chunk.now, ...nothingQueued };
	});
	const queued = await chunk.write();
	return results.map((result, place) =>
		result.status === 'committed' ? { ...result, ...queued.get(place) } : result,
	);
}

/** See `DeliveryLedger.commit`. */
export function commit(
	context: LedgerContext,
	batch: readonly CommitRequest[],
): Promise<readonly CommitResult[]> {
	return onDeliveries<CommitRequest, CommitResult>(
		context,
		batch,
		(because) => ({ status: 'refused', ...because }),
		commitChunk,
	);
}
