import { canonicalJson } from '../../../core/delivery/canonical';
import { iso } from '../../../core/delivery/transitions';
import type { Instant, Milliseconds } from '../../../core/delivery/types';
import type { PruneReport, Retention } from '../api';
import type { LedgerContext } from '../context';
import type { KeyPlace } from '../keys';
import { carryState } from '../history/carry';
import { walkChain } from '../history/walk';
import type { StoreTransaction } from '../store';
import { seal } from './seal';

const page = 500;

/** How many keys one look goes over. */
const keyPage = 5_000;

/** Tells what one transaction removed, in that transaction: a prune that is cut off has told all it did. */
const tell = (
	tx: StoreTransaction,
	at: Instant,
	what: string,
	count: number,
	before: Instant,
): Promise<void> =>
	tx.addEvents([
		{
			at,
			kind: 'ledger.pruned',
			spine: null,
			subject: null,
			sentence: `Pruned ${count} ${what} from before ${iso(before)}.`,
			data: canonicalJson({ what, count, before }),
		},
	]);

/** Removes what is older than `ms`, a page to a transaction. */
async function pages(
	context: LedgerContext,
	what: string,
	ms: Milliseconds,
	remove: (tx: StoreTransaction, before: Instant) => Promise<number>,
): Promise<number> {
	let removed = 0;
	for (;;) {
		const count = await context.store.transaction(async (tx) => {
			const now = await tx.now();
			const gone = await remove(tx, now - ms);
			if (gone > 0) await tell(tx, now, what, gone, now - ms);
			return gone;
		});
		removed += count;
		if (count < page) return removed;
		await context.store.breathe();
	}
}

/** A sealed event to which the foot of the chain may move, and its hash. */
interface Foot {
	readonly position: number;
	readonly hash: string;
}

/**
 * Tells again above a place what only the events below it tell of records that are still there. Sealed before it is read, so
 * that a prune that was cut off here finds what it told.
 */
async function carryAbove(context: LedgerContext, { position }: Foot): Promise<void> {
	await seal(context, Number.MAX_SAFE_INTEGER);
	const ends = await context.store.transaction((tx) => tx.chain());
	await carryState(context, (await walkChain(context, ends)).replay, position);
	await seal(context, Number.MAX_SAFE_INTEGER);
}

/** Moves the foot of the chain up to the last event before `eventsMs` ago, then removes what lies below it. */
async function pruneEvents(context: LedgerContext, eventsMs: Milliseconds): Promise<number> {
	const { store } = context;
	const next = await store.transaction(async (tx) => {
		const ends = await tx.chain();
		const found = await tx.lastSealedBefore((await tx.now()) - eventsMs);
		return found !== null && found.position > ends.footPosition ? found : null;
	});
	if (next !== null) await carryAbove(context, next);
	const cut = await store.transaction(async (tx) => {
		if (!(await tx.becomeSealer())) return null;
		const ends = await tx.chain();
		// What an earlier prune cut off and did not come to remove lies below the foot still.
		if (next === null || next.position <= ends.footPosition) return ends.footPosition;
		const now = await tx.now();
		await tx.writeChain({ ...ends, footPosition: next.position, footHash: next.hash });
		await tell(tx, now, 'events', next.position - ends.footPosition, now - eventsMs);
		return next.position;
	});
	if (cut === null) return 0;
	let removed = 0;
	for (;;) {
		const count = await store.transaction((tx) => tx.pruneEvents(cut, page));
		removed += count;
		if (count < page) return removed;
		await store.breathe();
	}
}

/** Removes keys that are forgotten, in one look over all of them: an index by time would cost every claim. */
async function pruneKeys({ store }: LedgerContext): Promise<number> {
	let removed = 0;
	let after: KeyPlace | null = ['', ''];
	const began = await store.transaction((tx) => tx.now());
	while (after !== null) {
		const from: KeyPlace = after;
		const look = await store.transaction(async (tx) => {
			const now = await tx.now();
			const done = await tx.keys.pruneKeys(now, from, keyPage);
			if (done.removed > 0) await tell(tx, now, 'keys', done.removed, now);
			return done;
		});
		removed += look.removed;
		after = look.next;
		await store.breathe();
	}
	// No key holds on to what was forgotten before this look began.
	while ((await store.transaction((tx) => tx.keys.pruneKeyBatches(began, page))) === page)
		await store.breathe();
	return removed;
}

/** See `Ledger.prune`. Verify the chain first: what is pruned can no longer be checked. */
export async function prune(context: LedgerContext, retention: Retention): Promise<PruneReport> {
	const { inputsMs, deliveriesMs, eventsMs } = retention;
	const inputs = await pages(context, 'frozen inputs', Math.min(inputsMs, deliveriesMs), (tx, before) =>
		tx.pruneInputs(before, page),
	);
	const deliveries = await pages(context, 'deliveries', deliveriesMs, (tx, before) =>
		tx.pruneDeliveries(before, page),
	);
	const outbox = await pages(context, 'outbox entries', deliveriesMs, (tx, before) =>
		tx.pruneOutbox(before, page),
	);
	const keys = await pruneKeys(context);
	await pages(context, 'erased recipients that need not be remembered', 0, (tx, before) =>
		tx.erasure.forget(before, page),
	);
	return { inputs, deliveries, events: await pruneEvents(context, eventsMs), outbox, keys };
}
