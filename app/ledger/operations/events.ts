import { canonicalJson } from '../../../core/delivery/canonical';
import type { Json } from '../../../core/delivery/types';
import type { LedgerEvent } from '../../../core/delivery/events';
import type { EventLedger } from '../api';
import type { LedgerContext } from '../context';
import type { EventRow } from '../store';
import { walkChain } from '../history/walk';
import { acceptances, acceptState } from './accept';
import { seal } from './seal';
import { head, verify, verifyAgainst } from './verify';

/** An event as the ledger gives it. */
export const toEvent = (row: EventRow): LedgerEvent => ({
	id: row.id,
	at: row.at,
	kind: row.kind,
	spine: row.spine,
	subject: row.subject,
	sentence: row.sentence,
	data: JSON.parse(row.data) as Json,
	seal: row.position === null || row.hash === null ? null : { position: row.position, hash: row.hash },
});

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
		verifyAgainst: (head) => verifyAgainst(context, head),
		accept: (request) => acceptState(context, request),
		acceptances: () => acceptances(context),
		head: () => head(context),
		follow: async ({ position: footPosition, hash: footHash }) => {
			const ends = await store.transaction((tx) => tx.chain());
			const { broken, position, hash } = await walkChain(context, { ...ends, footPosition, footHash });
			return broken === null
				? { status: 'intact', mark: { position, hash } }
				: { status: 'broken', ...broken };
		},
	};
}
