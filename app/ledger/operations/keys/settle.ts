import type { Instant } from '../../../../core/delivery/types';
import type { GivingBack, HeldKey, KeyRecord, SettleKeyResult } from '../../../../core/once/record';
import { type complete, lapsed } from '../../../../core/once/transitions';
import type { KeyEvents } from '../../key-events';
import type { StoreTransaction } from '../../store';

type Decide<Item> = (row: KeyRecord, item: Item, now: Instant) => ReturnType<typeof complete>;

/** Settles keys of one scope, a chunk at a time; `store` writes what goes with those that changed. */
export async function settleChunk<Item extends HeldKey>(
	tx: StoreTransaction,
	batch: readonly Item[],
	events: KeyEvents,
	decide: Decide<Item>,
	detailOf: (item: Item) => string | undefined,
	store: (settled: readonly Item[]) => Promise<void>,
): Promise<readonly SettleKeyResult[]> {
	const [{ scope } = { scope: '' }] = batch;
	const loaded = await tx.keys.lockKeys(
		scope,
		batch.map(({ key }) => key),
	);
	const now = await tx.now();
	const changed: KeyRecord[] = [];
	const settled: Item[] = [];
	const results = batch.map((item, at): SettleKeyResult => {
		const row = loaded[at] ?? null;
		if (row === null) {
			events.note('refused', item.key, item.token ?? 0, 'unknown-key');
			return { status: 'refused', reason: 'unknown-key', state: null };
		}
		const decision = decide(row, item, now);
		if (decision.kind === 'refused') {
			events.note('refused', item.key, item.token ?? 0, decision.reason);
			return { status: 'refused', reason: decision.reason, state: lapsed(row, now).state };
		}
		if (decision.kind === 'same') return { status: 'settled', state: row.state, again: true };
		const { state, token } = decision.row;
		changed.push(decision.row);
		settled.push(item);
		const kind = state === 'done' ? 'done' : state === 'free' ? 'given-back' : 'in-doubt';
		events.note(kind, item.key, token, detailOf(item));
		return { status: 'settled', state, again: false };
	});
	if (changed.length > 0) {
		await tx.keys.writeKeys(scope, changed);
		await store(settled);
	}
	await tx.addEvents(events.rows(now));
	return results;
}

/** What the event says of a key given back. */
export const detailOfGivingBack = ({ token, reason }: GivingBack): string | undefined => {
	const said = token === null ? `by name. ${reason}`.trim() : reason;
	return said === '' ? undefined : said.toWellFormed().slice(0, 500);
};
