import { withOutcome } from '../../../core/delivery/transitions';
import type { DeliveryRef } from '../../../core/delivery/types';
import type { OutcomeReport, OutcomeResult } from '../../../core/delivery/sends';
import { inBatches } from '../batch';
import { refProblem } from '../../../core/delivery/refs';
import type { LedgerContext } from '../context';
import { EventCollector } from '../event-collector';
import type { StoreTransaction } from '../store';

interface Located {
	readonly report: OutcomeReport;
	readonly ref: DeliveryRef | null;
}

async function recordChunk(
	tx: StoreTransaction,
	items: readonly Located[],
): Promise<readonly OutcomeResult[]> {
	const refs = items.flatMap((item) => (item.ref === null ? [] : [item.ref]));
	const loaded = await tx.loadDeliveries(refs, false);
	const now = await tx.now();
	const events = new EventCollector('record-outcome');
	const results = items.map((item, index): OutcomeResult & { changed?: true } => {
		const found = loaded[index] ?? null;
		if (found === null || (found.row.sentAt === null && found.row.sendingSince === null)) {
			return { status: 'unknown-delivery' };
		}
		const row = withOutcome(found.row, item.report.outcome, item.report.at, now);
		if (row === null) return { status: 'known' };
		events.note('deliveries.outcome', row.ref, row.token, {
			outcome: item.report.outcome,
			...(item.report.detail === undefined ? {} : { detail: item.report.detail }),
		});
		return { status: 'recorded', delivery: row };
	});
	const changed = results.flatMap((result) => (result.status === 'recorded' ? [result.delivery] : []));
	if (changed.length > 0) await tx.writeDeliveries(changed);
	await events.write(tx, now);
	return results;
}

/** See `DeliveryLedger.recordOutcome`. A report is found by its ref, else by the provider's message id. */
export async function recordOutcome(
	context: LedgerContext,
	batch: readonly OutcomeReport[],
): Promise<readonly OutcomeResult[]> {
	const { store } = context;
	const located = await store.transaction(async (tx) => {
		const result: Located[] = [];
		for (const report of batch) {
			const { provider, providerMessageId } = report;
			let ref = report.ref ?? null;
			if (ref === null && provider !== undefined && providerMessageId !== undefined) {
				ref = await tx.findByMessage(provider, providerMessageId);
			}
			result.push({ report, ref });
		}
		return result;
	});
	return inBatches<Located, OutcomeResult>(
		store,
		located,
		(item) => item.ref as DeliveryRef,
		({ ref }) => (ref === null || refProblem(ref) !== null ? { status: 'unknown-delivery' } : null),
		recordChunk,
	);
}
