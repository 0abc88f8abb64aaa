import { canonicalJson } from '../../delivery/canonical';
import type { Json } from '../../delivery/types';
import type { ChainVerdict, EventLedger, LedgerEvent } from '../api';
import { eventHash, linkProblem } from '../chain';
import type { LedgerContext } from '../context';
import type { EventRow } from '../store';

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
	await seal(context, Number.MAX_SAFE_INTEGER);
	const { store } = context;
	const ends = await store.transaction((tx) => tx.chain());
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
