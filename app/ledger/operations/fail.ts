import { fail as decide, willReplay } from '../../../core/delivery/transitions';
import type { FailRequest, FailResult } from '../../../core/delivery/sends';
import { type LedgerContext, loadSpines } from '../context';
import type { StoreTransaction } from '../store';
import { Chunk, neverRegistered, onDeliveries } from './chunk';

async function failChunk(
	tx: StoreTransaction,
	items: readonly FailRequest[],
): Promise<readonly FailResult[]> {
	const refs = items.map((item) => item.ref);
	const spines = await loadSpines(tx, refs, 'none');
	const chunk = await Chunk.open(tx, 'fail', refs);
	const results = items.map((item, place): FailResult => {
		const found = chunk.at(place);
		const spine = spines.get(item.ref.spine);
		if (found === null || spine === undefined) return { status: 'refused', ...neverRegistered };
		const decision = decide(found, chunk.recipientOf(item.ref), item.token, item, chunk.now);
		if (decision.kind === 'refused')
			return { status: 'refused', ...chunk.refuse(item.ref, item.token, decision) };
		const { row, recipient } = decision;
		const { failureClass, reason, retryable } = item;
		if (row !== found) chunk.keep(row, recipient, { class: failureClass, reason, retryable });
		else if (recipient !== undefined) chunk.keepRecipient(row, recipient);
		if (row.state === 'in-doubt' || row.state === 'due') return { status: row.state };
		return { status: 'failed', willReplay: willReplay(row, spine, chunk.now) };
	});
	await chunk.write();
	return results;
}

/** See `DeliveryLedger.fail`. Always allowed, a paused spine included. */
export function fail(context: LedgerContext, batch: readonly FailRequest[]): Promise<readonly FailResult[]> {
	return onDeliveries<FailRequest, FailResult>(
		context,
		batch,
		(because) => ({ status: 'refused', ...because }),
		failChunk,
	);
}
