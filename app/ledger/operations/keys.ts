import type { DeliveryRef, Instant } from '../../../core/delivery/types';
import { compareText } from '../../../core/delivery/refs';
import { gateError } from '../../../core/errors';
import type {
	ClaimTerms,
	Completion,
	GivingBack,
	HeldKey,
	KeyClaimResult,
	KeyRecord,
	KeyRef,
	KeyRequest,
	SettleKeyResult,
} from '../../../core/once/record';
import { claim, claimedAlike, complete, giveBack, lapsed } from '../../../core/once/transitions';
import type { LedgerContext } from '../context';
import { KeyEvents } from '../key-events';
import type { KeyLedger } from '../keys';
import type { LedgerStore, StoreTransaction } from '../store';

/** Most keys of one transaction: they are a fifth of the work of deliveries. */
const keysPerChunk = ({ chunkRows }: LedgerStore): number => Math.min(5 * chunkRows, 20_000);

/** How often a key that is gone at each second look is claimed anew; prune removes only what is long forgotten. */
const mostRounds = 5;

/** What a result's seal is bound to. No spine has such a name. */
const sealedFor = (scope: string, key: string): DeliveryRef => ({
	spine: 'key claim',
	space: 'live',
	slot: scope,
	recipient: key,
});

/** Results are wrapped: what is stored unsealed must be an object. */
const wrapped = (json: string): string => `{"result":${json}}`;
const unwrapped = (text: string): string => text.slice('{"result":'.length, -1);

/** Entries of one scope in order of their keys, each key once, with the places it had. */
interface Sorted<Item> {
	readonly items: readonly Item[];
	/** Place of each item in the batch; `null` where the batch came in order. */
	readonly places: readonly number[] | null;
	/** Places of repeated keys, with the place of the first. */
	readonly again: readonly (readonly [place: number, first: number])[];
}

function sorted<Item extends { readonly key: string }>(batch: readonly Item[]): Sorted<Item> {
	const keyAt = (place: number): string => (batch[place] as Item).key;
	// Ids mostly come in their order.
	let at = 1;
	while (at < batch.length && keyAt(at - 1) < keyAt(at)) at += 1;
	if (at >= batch.length) return { items: batch, places: null, again: [] };
	// Compared where they stand: to reach through the batch for each key takes twice as long.
	const order = batch.map((item, place) => ({ key: item.key, place, item }));
	order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place));
	const again: [number, number][] = [];
	const places: number[] = [];
	const items: Item[] = [];
	let before: { readonly key: string; readonly place: number } | undefined;
	for (const entry of order) {
		if (before?.key === entry.key) {
			again.push([entry.place, before.place]);
			continue;
		}
		places.push(entry.place);
		items.push(entry.item);
		before = entry;
	}
	return { items, places, again };
}

/** Runs `work` over chunks of sorted keys, one transaction each, and puts its answers where the entries stood. */
async function inChunks<Item, Result>(
	store: LedgerStore,
	{ items, places }: Sorted<Item>,
	results: Result[],
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
	const size = keysPerChunk(store);
	for (let start = 0; start < items.length; start += size) {
		if (start > 0) await store.breathe();
		const answers = await store.transaction((tx) => work(tx, items.slice(start, start + size)));
		answers.forEach((answer, at) => {
			results[places === null ? start + at : (places[start + at] as number)] = answer;
		});
	}
}

/** Claims of one chunk whose keys are known: decided one by one, written at once. Returns those that are gone. */
async function claimKnown(
	tx: StoreTransaction,
	context: LedgerContext,
	terms: ClaimTerms,
	known: readonly KeyRequest[],
	now: Instant,
	events: KeyEvents,
	results: Map<string, KeyClaimResult>,
): Promise<readonly KeyRequest[]> {
	const { scope } = terms;
	const loaded = await tx.keys.lockKeys(
		scope,
		known.map(({ key }) => key),
	);
	const changed: KeyRecord[] = [];
	const done: { readonly row: KeyRecord; readonly stored: boolean }[] = [];
	const gone: KeyRequest[] = [];
	known.forEach((request, at) => {
		const { key } = request;
		const stored = loaded[at] ?? null;
		if (stored === null) {
			gone.push(request);
			return;
		}
		const decision = claim(stored, terms, request, now);
		const row = decision.row ?? stored;
		if (decision.row !== undefined) changed.push(row);
		if (decision.kind === 'first' || decision.kind === 'asked') {
			events.note(decision.kind === 'first' ? 'claimed' : 'asked', key, row.token);
			results.set(key, { status: decision.kind, token: row.token, leaseUntil: row.leaseUntil });
			return;
		}
		if (decision.kind === 'done') {
			if (decision.row !== undefined) events.note('assumed', key, row.token);
			done.push({ row, stored: row.state === 'done' });
			return;
		}
		const { reason } = decision;
		if (decision.row !== undefined) events.note('in-doubt', key, row.token);
		events.note('refused', key, row.token, reason);
		results.set(key, { status: 'held', reason, owner: row.owner, leaseUntil: row.leaseUntil });
	});
	if (changed.length > 0) await tx.keys.writeKeys(scope, changed);
	if (done.length === 0) return gone;
	const texts = await tx.keys.readResults(
		scope,
		done.map(({ row }) => row.key),
	);
	done.forEach(({ row: { key, changedAt }, stored }, at) => {
		const text = stored ? (texts[at] ?? null) : null;
		const result = text === null ? null : unwrapped(context.codec.open(sealedFor(scope, key), text));
		results.set(key, { status: 'done', doneAt: changedAt, result, assumed: !stored });
	});
	return gone;
}

async function claimChunk(
	tx: StoreTransaction,
	context: LedgerContext,
	terms: ClaimTerms,
	batch: readonly KeyRequest[],
): Promise<readonly KeyClaimResult[]> {
	const events = new KeyEvents('claim', terms.owner, terms.scope);
	const results = new Map<string, KeyClaimResult>();
	let open = batch;
	for (let round = 0; open.length > 0; round += 1) {
		if (round === mostRounds) throw gateError('ledger-contended', { attempts: round });
		const token = await tx.now();
		const inserted = await tx.keys.insertKeys(terms.scope, claimedAlike(terms, token), open);
		const granted = { status: 'first', token, leaseUntil: token + terms.leaseMs } as const;
		if (inserted === null && round === 0) {
			events.claimedAnew(
				open.map(({ key }) => key),
				token,
			);
			await tx.addEvents(events.rows(token));
			return open.map(() => granted);
		}
		const fresh: string[] = [];
		const known: KeyRequest[] = [];
		open.forEach((request, at) => {
			if (inserted === null || inserted[at] === true) fresh.push(request.key);
			else known.push(request);
		});
		// The first round tells its keys at once; later rounds hold what a prune removed in between.
		if (round === 0) events.claimedAnew(fresh, token);
		for (const key of fresh) {
			results.set(key, granted);
			if (round > 0) events.note('claimed', key, token);
		}
		if (known.length === 0) break;
		// Read again: the lock may have been waited for.
		open = await claimKnown(tx, context, terms, known, await tx.now(), events, results);
	}
	await tx.addEvents(events.rows(await tx.now()));
	return batch.map(({ key }) => results.get(key) as KeyClaimResult);
}

type Decide<Item> = (row: KeyRecord, item: Item, now: Instant) => ReturnType<typeof complete>;

/** Settles keys of one scope, a chunk at a time; `store` writes what goes with those that changed. */
async function settleChunk<Item extends HeldKey>(
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

/** Runs a batch that may name several scopes, scope by scope in their order. */
async function byScope<Item extends KeyRef, Result>(
	store: LedgerStore,
	batch: readonly Item[],
	work: (tx: StoreTransaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
	const results = new Array<Result>(batch.length);
	const scopes = new Map<string, number[]>();
	batch.forEach(({ scope }, place) => {
		const places = scopes.get(scope);
		if (places === undefined) scopes.set(scope, [place]);
		else places.push(place);
	});
	for (const scope of [...scopes.keys()].sort(compareText)) {
		const own = scopes.get(scope) ?? [];
		const order = sorted(own.map((place) => batch[place] as Item));
		const answers = new Array<Result>(own.length);
		await inChunks(store, order, answers, work);
		for (const [place, first] of order.again) answers[place] = answers[first] as Result;
		own.forEach((place, at) => {
			results[place] = answers[at] as Result;
		});
	}
	return results;
}

const detailOfGivingBack = ({ token, reason }: GivingBack): string | undefined => {
	const said = token === null ? `by name. ${reason}`.trim() : reason;
	return said === '' ? undefined : said.toWellFormed().slice(0, 500);
};

/** The ledger of keys; see {@link KeyLedger}. */
export function keyLedger(context: LedgerContext): KeyLedger {
	const { store, codec } = context;
	return {
		async claim(terms, batch) {
			const order = sorted(batch);
			const results = new Array<KeyClaimResult>(batch.length);
			await inChunks(store, order, results, (tx, items) => claimChunk(tx, context, terms, items));
			for (const [place, first] of order.again)
				results[place] = { status: 'held', reason: 'twice-in-batch', place: first };
			return results;
		},
		complete: (batch, by) =>
			byScope<Completion, SettleKeyResult>(store, batch, (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				return settleChunk(
					tx,
					items,
					new KeyEvents('complete', by, scope),
					(row, { token }, now) => complete(row, token, now),
					({ token }) => (token === null ? 'by name' : undefined),
					(settled) =>
						tx.keys.writeResults(
							scope,
							settled.map(({ key, result }) => ({
								key,
								text: result === null ? null : codec.seal(sealedFor(scope, key), wrapped(result)),
							})),
						),
				);
			}),
		giveBack: (batch, by) =>
			byScope<GivingBack, SettleKeyResult>(store, batch, (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				return settleChunk(
					tx,
					items,
					new KeyEvents('give back', by, scope),
					(row, { token, happened }, now) => giveBack(row, token, happened, now),
					detailOfGivingBack,
					async () => undefined,
				);
			}),
		get: (refs) =>
			byScope(store, refs, async (tx, items) => {
				const [{ scope } = { scope: '' }] = items;
				const now = await tx.now();
				const rows = await tx.keys.readKeys(
					scope,
					items.map(({ key }) => key),
				);
				return rows.map((row) => (row === null ? null : lapsed(row, now)));
			}),
		list: (query) =>
			store.transaction(async (tx) => {
				const now = await tx.now();
				const rows = await tx.keys.listKeys(query, now);
				return rows.map((row) => lapsed(row, now));
			}),
	};
}
