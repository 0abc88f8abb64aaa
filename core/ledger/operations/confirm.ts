import { confirm as decide, type DeliveryRow } from '../../delivery/machine';
import type { ConfirmResult, TokenRef } from '../api';
import { inBatches } from '../batch';
import { refProblem } from '../canonical';
import { type LedgerContext, loadSpines } from '../context';
import { EventBook } from '../event-book';
import { RecipientBooks } from '../recipients';
import type { StoreTransaction } from '../store';

async function confirmChunk(
	tx: StoreTransaction,
	items: readonly TokenRef[],
): Promise<readonly ConfirmResult[]> {
	const refs = items.map((item) => item.ref);
	const spines = await loadSpines(tx, refs, 'share');
	const loaded = await tx.loadDeliveries(refs, false);
	const recipients = await RecipientBooks.lock(tx, loaded);
	const now = await tx.now();
	const book = new EventBook('confirm');
	const changed: DeliveryRow[] = [];
	const results = items.map((item, index): ConfirmResult => {
		const spine = spines.get(item.ref.spine);
		const found = loaded[index] ?? null;
		if (spine === undefined) {
			return {
				status: 'stop',
				reason: 'unknown-spine',
				explanation: `The ledger knows no spine named ${item.ref.spine}.`,
			};
		}
		if (found === null) {
			return {
				status: 'stop',
				reason: 'unknown-delivery',
				explanation: 'The delivery was never registered.',
			};
		}
		const decision = decide(found.row, recipients.of(item.ref), spine, item.token, now);
		if (decision.kind === 'refused') {
			if (decision.row !== undefined) {
				changed.push(decision.row);
				book.changed(decision.row, decision.reason);
			}
			book.note('deliveries.refused', item.ref, item.token, decision.reason);
			return { status: 'stop', reason: decision.reason, explanation: decision.explanation };
		}
		changed.push(decision.row);
		book.changed(decision.row);
		if (decision.recipient !== undefined) recipients.set(decision.row, decision.recipient);
		return { status: 'send', leaseUntil: decision.row.leaseUntil ?? now };
	});
	if (changed.length > 0) await tx.writeDeliveries(changed);
	await recipients.write(tx);
	await book.write(tx, now);
	return results;
}

/** See `DeliveryLedger.confirm`. */
export function confirm(
	context: LedgerContext,
	batch: readonly TokenRef[],
): Promise<readonly ConfirmResult[]> {
	return inBatches<TokenRef, ConfirmResult>(
		context.store,
		batch,
		(item) => item.ref,
		({ ref }) => {
			const problem = refProblem(ref);
			return problem === null
				? null
				: {
						status: 'stop',
						reason: 'unknown-delivery',
						explanation: `The delivery cannot be a key: ${problem}.`,
					};
		},
		confirmChunk,
	);
}
