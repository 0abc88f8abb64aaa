import { absorbed, type DeliveryRow, givenUp, type RecipientFacts } from '../../../core/delivery/transitions';
import type { Absorption } from '../../../core/delivery/record';
import { compareRefs, refProblem } from '../../../core/delivery/refs';
import type { DeliveryRef } from '../../../core/delivery/types';
import { inBatches } from '../batch';
import type { LedgerContext } from '../context';
import { EventCollector } from '../event-collector';
import { LockedRecipients } from '../recipients';
import type { StoreTransaction } from '../store';

interface Pair {
	readonly ref: DeliveryRef;
	readonly former: readonly DeliveryRef[];
}

const pairOf = ({ ref, former }: Absorption): Pair => ({
	ref,
	former: [...new Set(former)]
		.filter((recipient) => recipient !== ref.recipient)
		.map((recipient) => ({ ...ref, recipient }))
		.filter((other) => refProblem(other) === null),
});

/** Only former recipients that the ledger has ever heard of: most merged contacts it never served. */
async function heardOf(tx: StoreTransaction, pairs: readonly Pair[]): Promise<readonly Pair[]> {
	const refs = pairs.flatMap(({ former }) => former);
	if (refs.length === 0) return [];
	const facts = await tx.readRecipients(refs);
	const deliveries = await tx.readDeliveries(refs, false);
	const known = new Set(refs.filter((_ref, at) => (facts[at] ?? deliveries[at] ?? null) !== null));
	return pairs
		.map(({ ref, former }) => ({ ref, former: former.filter((other) => known.has(other)) }))
		.filter(({ former }) => former.length > 0);
}

async function absorbChunk(tx: StoreTransaction, batch: readonly Absorption[]): Promise<void> {
	const pairs = await heardOf(tx, batch.map(pairOf));
	if (pairs.length === 0) return;
	const into = new Map(pairs.flatMap(({ ref, former }) => former.map((other) => [other, ref] as const)));
	const former = [...into.keys()].sort(compareRefs);
	const loaded = await tx.loadDeliveries(former, false);
	const now = await tx.now();
	const events = new EventCollector('absorb');
	const changed = former.flatMap((ref, at): readonly DeliveryRow[] => {
		const row = loaded[at]?.row;
		const next = row && givenUp(row, into.get(ref)?.recipient ?? '', now);
		return next ? [next] : [];
	});
	for (const row of changed) events.changed(row);
	if (changed.length > 0) await tx.writeDeliveries(changed);
	const recipients = await LockedRecipients.lockRefs(tx, [...pairs.map(({ ref }) => ref), ...former]);
	for (const { ref, former: others } of pairs) {
		const own = recipients.of(ref);
		const next = others.reduce<RecipientFacts>((facts, other) => absorbed(facts, recipients.of(other)), own);
		if (JSON.stringify(next) !== JSON.stringify(own)) recipients.set({ ref }, next);
	}
	await recipients.write(tx);
	await events.write(tx, now);
}

/** See `DeliveryLedger.absorb`. Ids that cannot be a key are left out: the ledger never had them. */
export async function absorb(context: LedgerContext, batch: readonly Absorption[]): Promise<void> {
	const usable = batch.filter(({ ref, former }) => former.length > 0 && refProblem(ref) === null);
	await inBatches<Absorption, null>(
		context.store,
		usable,
		({ ref }) => ref,
		() => null,
		async (tx, items) => {
			await absorbChunk(tx, items);
			return items.map(() => null);
		},
	);
}
