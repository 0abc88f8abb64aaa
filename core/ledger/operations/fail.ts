import { fail as decide, type DeliveryRow, willReplay } from '../../delivery/machine';
import type { FailRequest, FailResult } from '../api';
import { inBatches } from '../batch';
import { refProblem } from '../canonical';
import { type LedgerContext, loadSpines } from '../context';
import { EventBook } from '../event-book';
import { RecipientBooks } from '../recipients';
import type { StoreTransaction } from '../store';

async function failChunk(
	tx: StoreTransaction,
	items: readonly FailRequest[],
): Promise<readonly FailResult[]> {
	const refs = items.map((item) => item.ref);
	const spines = await loadSpines(tx, refs, 'none');
	const loaded = await tx.loadDeliveries(refs, false);
	const recipients = await RecipientBooks.lock(tx, loaded);
	const now = await tx.now();
	const book = new EventBook('fail');
	const changed: DeliveryRow[] = [];
	const results = items.map((item, index): FailResult => {
		const found = loaded[index] ?? null;
		const spine = spines.get(item.ref.spine);
		if (found === null || spine === undefined) {
			return {
				status: 'refused',
				reason: 'unknown-delivery',
				explanation: 'The delivery was never registered.',
			};
		}
		const decision = decide(found.row, recipients.of(item.ref), item.token, item, now);
		if (decision.kind === 'refused') {
			book.note('deliveries.refused', item.ref, item.token, decision.reason);
			return { status: 'refused', reason: decision.reason, explanation: decision.explanation };
		}
		const { row } = decision;
		if (row !== found.row) {
			changed.push(row);
			book.changed(row, { class: item.failureClass, reason: item.reason, retryable: item.retryable });
		}
		if (decision.recipient !== undefined) recipients.set(row, decision.recipient);
		return row.state === 'in-doubt'
			? { status: 'in-doubt' }
			: { status: 'failed', willReplay: willReplay(row, spine, now) };
	});
	if (changed.length > 0) await tx.writeDeliveries(changed);
	await recipients.write(tx);
	await book.write(tx, now);
	return results;
}

/** See `DeliveryLedger.fail`. Always allowed, a paused spine included. */
export function fail(context: LedgerContext, batch: readonly FailRequest[]): Promise<readonly FailResult[]> {
	return inBatches<FailRequest, FailResult>(
		context.store,
		batch,
		(item) => item.ref,
		({ ref }) => {
			const problem = refProblem(ref);
			return problem === null
				? null
				: {
						status: 'refused',
						reason: 'unknown-delivery',
						explanation: `The delivery cannot be a key: ${problem}.`,
					};
		},
		failChunk,
	);
}
