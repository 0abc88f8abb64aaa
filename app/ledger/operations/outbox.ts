import type { OutboxLedger } from '../api';
import type { LedgerContext } from '../context';

/** The outbox: leases, order per object and "newest wins" are the store's, under one transaction each. */
export function outboxLedger({ store }: LedgerContext): OutboxLedger {
	return {
		take: (target, limit, leaseMs, ids) =>
			store.transaction(async (tx) => tx.takeOutbox(target, limit, await tx.now(), leaseMs, ids ?? null)),
		settle: (results) => store.transaction(async (tx) => tx.settleOutbox(results, await tx.now())),
		backlog: (target) => store.transaction((tx) => tx.outboxBacklog(target)),
		wouldBe: (space, limit) => store.transaction((tx) => tx.wouldBeOutbox(space, limit)),
	};
}
