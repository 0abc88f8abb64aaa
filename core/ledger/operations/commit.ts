import { commit as decide, type DeliveryRow } from '../../delivery/machine';
import type { CommitRequest, CommitResult } from '../api';
import { inBatches } from '../batch';
import { refProblem } from '../canonical';
import type { LedgerContext } from '../context';
import { EventBook } from '../event-book';
import { RecipientBooks } from '../recipients';
import type { StoreTransaction } from '../store';
import { OutboxPages } from './writes';

async function commitChunk(
	tx: StoreTransaction,
	items: readonly CommitRequest[],
): Promise<readonly CommitResult[]> {
	const loaded = await tx.loadDeliveries(
		items.map((item) => item.ref),
		false,
	);
	const recipients = await RecipientBooks.lock(tx, loaded);
	const now = await tx.now();
	const book = new EventBook('commit');
	const outbox = new OutboxPages();
	const changed: DeliveryRow[] = [];
	const pending: { place: number; sentAt: number }[] = [];
	const results = items.map((item, index): CommitResult => {
		const found = loaded[index] ?? null;
		if (found === null) {
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
		if (decision.kind === 'already-committed')
			return { status: 'already-committed', sentAt: decision.sentAt };
		const { row, recipient } = decision;
		changed.push(row);
		book.changed(row);
		recipients.set(row, recipient);
		outbox.add(row, recipient.committedCount, item.writes, book, now);
		const sentAt = row.sentAt ?? now;
		pending.push({ place: index, sentAt });
		return { status: 'committed', sentAt, outboxIds: [] };
	});
	if (changed.length > 0) {
		await tx.writeDeliveries(changed);
		await tx.noteMessages(changed);
	}
	await recipients.write(tx);
	const ids = await outbox.write(tx);
	pending.forEach(({ place, sentAt }, index) => {
		results[place] = { status: 'committed', sentAt, outboxIds: ids[index] ?? [] };
	});
	await book.write(tx, now);
	return results;
}

/** See `DeliveryLedger.commit`. */
export function commit(
	context: LedgerContext,
	batch: readonly CommitRequest[],
): Promise<readonly CommitResult[]> {
	return inBatches<CommitRequest, CommitResult>(
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
		commitChunk,
	);
}
