import { canonicalJson } from '../../../core/delivery/canonical';
import { iso } from '../../../core/delivery/transitions';
import type { Instant, Milliseconds } from '../../../core/delivery/types';
import type { PruneReport, Retention } from '../api';
import type { LedgerContext } from '../context';
import type { KeyPlace } from '../keys';
import { carryState } from '../history/carry';
import { walkChain } from '../history/walk';
import type { PrunePlace, StoreTransaction } from '../store';
import { seal } from './seal';

/** Rows of one transaction: it holds n8n's event loop for as long as it takes to remove them. */
const page = 500;

/** Most rows one run removes; the next one goes on from there. A first run over years would else take hours. */
const mostPerRun = 2_000_000;

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

/** What one run has left of the rows it may remove. */
class Allowance {
	constructor(private left: number) {}

	/** Whether anything may still be removed. */
	get isSpent(): boolean {
		return this.left <= 0;
	}

	/** Rows of the next page: no more than `most`, and no more than are left. */
	next(most: number): number {
		return Math.min(most, this.left);
	}

	spend(rows: number): void {
		this.left -= rows;
	}
}

/** Removes one page of what is older than `before`; returns how many rows, and from where to go on, `null` at the end. */
type RemovePage<Place> = (
	tx: StoreTransaction,
	before: Instant,
	after: Place | null,
	limit: number,
) => Promise<{ readonly removed: number; readonly next: Place | null }>;

/** Removes what is older than `ms`, a page to a transaction. */
async function pages<Place>(
	context: LedgerContext,
	allowance: Allowance,
	what: string,
	ms: Milliseconds,
	remove: RemovePage<Place>,
): Promise<number> {
	let removed = 0;
	let after: Place | null = null;
	while (!allowance.isSpent) {
		const from: Place | null = after;
		const done = await context.store.transaction(async (tx) => {
			const now = await tx.now();
			const gone = await remove(tx, now - ms, from, allowance.next(page));
			if (gone.removed > 0) await tell(tx, now, what, gone.removed, now - ms);
			return gone;
		});
		removed += done.removed;
		allowance.spend(done.removed);
		after = done.next;
		if (after === null) break;
		await context.store.breathe();
	}
	return removed;
}

/** A page of a table that is small or whose rows need no place to go on from: the next page finds what is left. */
const anywhere =
	(remove: (tx: StoreTransaction, before: Instant, limit: number) => Promise<number>): RemovePage<true> =>
	async (tx, before, _after, limit) => {
		const removed = await remove(tx, before, limit);
		return { removed, next: removed < limit ? null : true };
	};

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
	const { inputsMs, deliveriesMs, eventsMs, most = mostPerRun } = retention;
	const allowance = new Allowance(most);
	const run = <Place>(what: string, ms: Milliseconds, remove: RemovePage<Place>): Promise<number> =>
		pages(context, allowance, what, ms, remove);
	const inputs = await run<PrunePlace>(
		'frozen inputs',
		Math.min(inputsMs, deliveriesMs),
		(tx, before, after, limit) => tx.pruneInputs(before, after, limit),
	);
	const deliveries = await run<PrunePlace>('deliveries', deliveriesMs, (tx, before, after, limit) =>
		tx.pruneDeliveries(before, after, limit),
	);
	const outbox = await run(
		'outbox entries',
		deliveriesMs,
		anywhere((tx, before, limit) => tx.pruneOutbox(before, limit)),
	);
	const keys = allowance.isSpent ? 0 : await pruneKeys(context);
	await run(
		'erased recipients that need not be remembered',
		0,
		anywhere((tx, before, limit) => tx.erasure.forget(before, limit)),
	);
	const events = allowance.isSpent ? 0 : await pruneEvents(context, eventsMs);
	return { inputs, deliveries, events, outbox, keys, more: allowance.isSpent };
}
