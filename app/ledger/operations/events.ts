import { canonicalJson } from '../../../core/delivery/canonical';
import type { Json } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { ChainVerdict, LedgerEvent } from '../../../core/delivery/events';
import type { EventLedger } from '../api';
import { eventHash, linkProblem } from '../chain';
import type { LedgerContext } from '../context';
import type { ChainEnds, EventRow, StoreTransaction } from '../store';

const sealPage = 500;
const verifyPage = 1000;

const toEvent = (row: EventRow): LedgerEvent => ({
	id: row.id,
	at: row.at,
	kind: row.kind,
	spine: row.spine,
	subject: row.subject,
	sentence: row.sentence,
	data: JSON.parse(row.data) as Json,
	seal: row.position === null || row.hash === null ? null : { position: row.position, hash: row.hash },
});

/** Position behind the head that an event has taken without the sealer, or `null`. */
async function stray(tx: StoreTransaction): Promise<number | null> {
	const { headPosition } = await tx.chain();
	const [behind] = await tx.sealedEvents(headPosition, 1);
	if (behind === undefined) return null;
	// A sealer may have been faster than these two readings; then the head has moved along.
	const position = behind.position ?? 0;
	return position > (await tx.chain()).headPosition ? position : null;
}

/** Chains up to `limit` events. One sealer at a time; others return 0. */
async function seal(context: LedgerContext, limit: number): Promise<number> {
	let sealed = 0;
	while (sealed < limit) {
		const size = Math.min(sealPage, limit - sealed);
		const count = await context.store.transaction(async (tx) => {
			if (!(await tx.becomeSealer())) return 0;
			const ends = await tx.chain();
			const rows = await tx.unsealedEvents(size);
			if (rows.length === 0) return 0;
			const taken = await stray(tx);
			if (taken !== null) throw gateError('ledger-chain-blocked', { position: taken });
			let { headPosition: position, headHash: hash } = ends;
			const seals = rows.map((row) => {
				position += 1;
				hash = eventHash(hash, position, row);
				return { id: row.id, position, hash };
			});
			await tx.sealEvents(seals);
			await tx.writeChain({ ...ends, headPosition: position, headHash: hash });
			return rows.length;
		});
		sealed += count;
		if (count < size) break;
		await context.store.breathe();
	}
	return sealed;
}

/** Walks the chain from its foot and checks every link, and that it ends where the head says. */
async function verify(context: LedgerContext): Promise<ChainVerdict> {
	const { store } = context;
	// What follows an event that took a position by itself cannot be sealed; the walk still finds the first break.
	if ((await store.transaction(stray)) === null) await seal(context, Number.MAX_SAFE_INTEGER);
	for (;;) {
		const ends = await store.transaction((tx) => tx.chain());
		const verdict = await walk(context, ends);
		if (verdict.status === 'intact') return verdict;
		const { footPosition } = await store.transaction((tx) => tx.chain());
		// A prune took away what the walk was about to read: it begins again at the new foot.
		if (footPosition === ends.footPosition) return verdict;
	}
}

async function walk(context: LedgerContext, ends: ChainEnds): Promise<ChainVerdict> {
	const { store } = context;
	let position = ends.footPosition;
	let hash = ends.footHash;
	while (position < ends.headPosition) {
		const from = position;
		const page = await store.transaction((tx) => tx.sealedEvents(from, verifyPage));
		if (page.length === 0) {
			return {
				status: 'broken',
				position: position + 1,
				explanation: `The event at position ${position + 1} is gone.`,
			};
		}
		for (const event of page) {
			if (position >= ends.headPosition) break;
			const problem = linkProblem(hash, position + 1, event);
			if (problem !== null) return { status: 'broken', position: position + 1, explanation: problem };
			position += 1;
			hash = event.hash ?? '';
		}
		await store.breathe();
	}
	if (position !== ends.headPosition || hash !== ends.headHash) {
		return { status: 'broken', position, explanation: 'The chain does not end where its head says.' };
	}
	const taken = await store.transaction(stray);
	if (taken !== null) {
		const explanation = `The event at position ${taken} lies behind the end of the chain and was never sealed there.`;
		return { status: 'broken', position: position + 1, explanation };
	}
	const unsealed = await store.transaction((tx) => tx.countUnsealed());
	return { status: 'intact', sealed: position - ends.footPosition, unsealed, head: hash };
}

/** The ledger of events. */
export function eventLedger(context: LedgerContext): EventLedger {
	const { store } = context;
	return {
		append: (events) =>
			store.transaction(async (tx) => {
				const at = await tx.now();
				await tx.addEvents(events.map((event) => ({ ...event, at, data: canonicalJson(event.data) })));
			}),
		list: async (query) => (await store.transaction((tx) => tx.listEvents(query))).map(toEvent),
		sealedAfter: async (position, limit) =>
			(await store.transaction((tx) => tx.sealedEvents(position, limit))).map(toEvent),
		ends: async () => {
			const { footPosition, headPosition } = await store.transaction((tx) => tx.chain());
			return { foot: footPosition, head: headPosition };
		},
		seal: (limit = 10_000) => seal(context, limit),
		verify: () => verify(context),
	};
}
