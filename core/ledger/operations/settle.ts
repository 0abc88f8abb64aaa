import { type DeliveryRow, settle as decide } from '../../delivery/machine';
import type { Settlement, SettleResult } from '../api';
import { inBatches } from '../batch';
import { refProblem } from '../canonical';
import type { LedgerContext } from '../context';
import { EventBook } from '../event-book';
import { RecipientBooks } from '../recipients';
import type { StoreTransaction } from '../store';
import { OutboxPages } from './writes';

async function settleChunk(
	tx: StoreTransaction,
	items: readonly Settlement[],
): Promise<readonly SettleResult[]> {
	const loaded = await tx.loadDeliveries(
		items.map((item) => item.ref),
		false,
	);
	const recipients = await RecipientBooks.lock(tx, loaded);
	const now = await tx.now();
	const book = new EventBook('settle');
	const outbox = new OutboxPages();
	const changed: DeliveryRow[] = [];
	const pending: number[] = [];
	const results = items.map((item, index): SettleResult => {
		const found = loaded[index] ?? null;
		if (found === null) {
			return {
				status: 'refused',
				reason: 'unknown-delivery',
				explanation: 'The delivery was never registered.',
			};
		}
		const decision = decide(
			found.row,
			recipients.of(item.ref),
			{
				verdict: item.verdict,
				grounds: item.grounds,
				acceptance: {
					provider: item.provider ?? found.row.provider ?? 'unknown',
					providerMessageId: item.providerMessageId ?? null,
					sentAt: item.sentAt,
					deliveredBefore: item.deliveredBefore,
				},
			},
			now,
		);
		if (decision.kind === 'refused') {
			book.note('deliveries.refused', item.ref, found.row.token, decision.reason);
			return { status: 'refused', reason: decision.reason, explanation: decision.explanation };
		}
		const { row, recipient } = decision;
		changed.push(row);
		book.changed(row, { by: item.by, grounds: item.grounds, verdict: item.verdict });
		recipients.set(row, recipient);
		if (row.state === 'due') return { status: 'due' };
		if (row.state === 'missed') return { status: 'missed' };
		outbox.add(row, recipient.committedCount, item.writes, book, now);
		pending.push(index);
		return { status: 'committed', outboxIds: [] };
	});
	if (changed.length > 0) {
		await tx.writeDeliveries(changed);
		await tx.noteMessages(changed);
	}
	await recipients.write(tx);
	const ids = await outbox.write(tx);
	pending.forEach((place, index) => {
		results[place] = { status: 'committed', outboxIds: ids[index] ?? [] };
	});
	await book.write(tx, now);
	return results;
}

/** See `DeliveryLedger.settle`. Always allowed, a paused spine included. */
export function settle(
	context: LedgerContext,
	batch: readonly Settlement[],
): Promise<readonly SettleResult[]> {
	return inBatches<Settlement, SettleResult>(
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
		settleChunk,
	);
}
