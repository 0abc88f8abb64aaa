import { confirm as decide } from '../../../core/delivery/transitions';
import type { ConfirmRequest, ConfirmResult } from '../../../core/delivery/record';
import { type LedgerContext, loadSpines } from '../context';
import type { StoreTransaction } from '../store';
import { Chunk, neverRegistered, onDeliveries } from './chunk';

async function confirmChunk(
	tx: StoreTransaction,
	items: readonly ConfirmRequest[],
): Promise<readonly ConfirmResult[]> {
	const refs = items.map((item) => item.ref);
	const spines = await loadSpines(tx, refs, 'share');
	const chunk = await Chunk.open(tx, 'confirm', refs);
	const results = items.map((item, place): ConfirmResult => {
		const spine = spines.get(item.ref.spine);
		const found = chunk.at(place);
		if (spine === undefined) {
			return {
				status: 'stop',
				reason: 'unknown-spine',
				explanation: `The ledger knows no spine named ${item.ref.spine}.`,
			};
		}
		if (found === null) return { status: 'stop', ...neverRegistered };
		const decision = decide(found, chunk.recipientOf(item.ref), spine, item, chunk.now);
		if (decision.kind === 'refused') {
			if (decision.row !== undefined) chunk.keep(decision.row, undefined, decision.reason);
			return { status: 'stop', ...chunk.refuse(item.ref, item.token, decision) };
		}
		chunk.keep(decision.row, decision.recipient);
		return { status: 'send', leaseUntil: decision.row.leaseUntil ?? chunk.now };
	});
	await chunk.write();
	return results;
}

/** See `DeliveryLedger.confirm`. */
export function confirm(
	context: LedgerContext,
	batch: readonly ConfirmRequest[],
): Promise<readonly ConfirmResult[]> {
	return onDeliveries<ConfirmRequest, ConfirmResult>(
		context,
		batch,
		(because) => ({ status: 'stop', ...because }),
		confirmChunk,
	);
}
