import { settle as decide } from '../../../core/delivery/transitions';
import type { Settlement, SettleResult } from '../../../core/delivery/sends';
import { type LedgerContext, loadPlans } from '../context';
import type { StoreTransaction } from '../store';
import { Chunk, neverRegistered, nothingQueued, onDeliveries } from './chunk';

async function settleChunk(
	tx: StoreTransaction,
	items: readonly Settlement[],
): Promise<readonly SettleResult[]> {
	const refs = items.map(({ ref }) => ref);
	const plans = await loadPlans(tx, refs);
	const chunk = await Chunk.open(tx, 'settle', refs);
	const results = items.map((item, place): SettleResult => {
		const found = chunk.at(place);
		if (found === null) return { status: 'refused', ...neverRegistered };
		const { verdict, grounds, by } = item;
		const acceptance = {
			provider: item.provider ?? found.provider ?? 'unknown',
			providerMessageId: item.providerMessageId ?? null,
			sentAt: item.sentAt,
			deliveredBefore: item.deliveredBefore,
			assetId: item.assetId,
		};
		const decision = decide(found, chunk.recipientOf(item.ref), { verdict, grounds, acceptance }, chunk.now);
		if (decision.kind === 'refused')
			return { status: 'refused', ...chunk.refuse(item.ref, found.token, decision) };
		const { row, recipient } = decision;
		chunk.keep(row, recipient, { by, grounds, verdict });
		if (row.state === 'due') return { status: 'due' };
		if (row.state === 'missed') return { status: 'missed' };
		chunk.queue(place, row, recipient, plans.get(item.ref.spine));
		return { status: 'committed', ...nothingQueued };
	});
	const queued = await chunk.write();
	return results.map((result, place) =>
		result.status === 'committed' ? { ...result, ...queued.get(place) } : result,
	);
}

/** See `DeliveryLedger.settle`. Always allowed, a paused spine included. */
export function settle(
	context: LedgerContext,
	batch: readonly Settlement[],
): Promise<readonly SettleResult[]> {
	return onDeliveries<Settlement, SettleResult>(
		context,
		batch,
		(because) => ({ status: 'refused', ...because }),
		settleChunk,
	);
}
