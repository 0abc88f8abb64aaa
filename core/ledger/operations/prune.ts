import { canonicalJson } from '../../delivery/canonical';
import type { PruneReport, Retention } from '../api';
import type { LedgerContext } from '../context';
import type { StoreTransaction } from '../store';

const page = 500;

async function repeat(
	context: LedgerContext,
	work: (tx: StoreTransaction) => Promise<number>,
): Promise<number> {
	let removed = 0;
	for (;;) {
		const count = await context.store.transaction(work);
		removed += count;
		if (count < page) return removed;
		await context.store.breathe();
	}
}

/** Moves the foot of the chain up to the last event before `before`, then removes what lies below it. */
async function pruneEvents(context: LedgerContext, eventsMs: number): Promise<number> {
	const cut = await context.store.transaction(async (tx) => {
		if (!(await tx.becomeSealer())) return null;
		const ends = await tx.chain();
		const last = await tx.lastSealedBefore((await tx.now()) - eventsMs);
		if (last !== null && last.position > ends.footPosition) {
			await tx.writeChain({ ...ends, footPosition: last.position, footHash: last.hash });
			return last.position;
		}
		return ends.footPosition;
	});
	return cut === null ? 0 : repeat(context, (tx) => tx.pruneEvents(cut, page));
}

/** See `Ledger.prune`. Verify the chain first: what is pruned can no longer be checked. */
export async function prune(context: LedgerContext, retention: Retention): Promise<PruneReport> {
	const before = (tx: StoreTransaction, ms: number): Promise<number> => tx.now().then((now) => now - ms);
	const inputs = await repeat(context, async (tx) =>
		tx.pruneInputs(await before(tx, Math.min(retention.inputsMs, retention.deliveriesMs)), page),
	);
	const deliveries = await repeat(context, async (tx) =>
		tx.pruneDeliveries(await before(tx, retention.deliveriesMs), page),
	);
	const outbox = await repeat(context, async (tx) =>
		tx.pruneOutbox(await before(tx, retention.deliveriesMs), page),
	);
	const events = await pruneEvents(context, retention.eventsMs);
	const report: PruneReport = { inputs, deliveries, events, outbox };
	if (inputs + deliveries + events + outbox > 0) {
		await context.store.transaction(async (tx) =>
			tx.addEvents([
				{
					at: await tx.now(),
					kind: 'ledger.pruned',
					spine: null,
					subject: null,
					sentence: `Pruned ${inputs} frozen inputs, ${deliveries} deliveries, ${events} events and ${outbox} outbox entries.`,
					data: canonicalJson({ ...report, ...retention }),
				},
			]),
		);
	}
	return report;
}
