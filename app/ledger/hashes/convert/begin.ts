import { iso } from '../../../../core/delivery/transitions';
import { gateError } from '../../../../core/errors';
import type { LedgerContext } from '../../context';
import { verify } from '../../operations/verify';
import { pages } from '../../pages';
import type { LoadedDelivery } from '../../store';
import { begin, type Mark, markOf } from '../mark';
import type { Hashing } from '../port';

const page = 500;

/** Throws where somebody may be at work, or where something only names can tell would be lost. */
async function refuseUnready(context: LedgerContext): Promise<void> {
	const { store } = context;
	const verdict = await verify(context);
	if (verdict.status === 'broken')
		throw gateError('ledger-convert-broken', { explanation: verdict.explanation });
	const { now, last } = await store.transaction(async (tx) => {
		const { headPosition } = await tx.chain();
		const [event] = await tx.linkedEvents(headPosition - 1, 1);
		return { now: await tx.now(), last: event?.state ?? '' };
	});
	if (context.seal === null && last.startsWith('signed:')) throw gateError('ledger-convert-unsigned');
	const list = (last: LoadedDelivery | undefined): Promise<readonly LoadedDelivery[]> =>
		store.transaction((tx) =>
			tx.listDeliveries({ states: ['claimed', 'sending'], after: last?.row.ref, limit: page }, false),
		);
	for await (const rows of pages(page, list))
		for (const { row } of rows)
			if ((row.leaseUntil ?? 0) > now) {
				const { spine, slot } = row.ref;
				throw gateError('ledger-convert-in-flight', { spine, slot, until: iso(row.leaseUntil ?? now) });
			}
	const remembered = await store.transaction((tx) => tx.statePage('erased', null, 1));
	if (remembered.length > 0) throw gateError('ledger-convert-remembered');
}

/** The mark of a ledger that is being converted: begun now, or before and not finished. `null` where there are hashes alone. */
export async function conversionMark(context: LedgerContext, hashing: Hashing): Promise<Mark | null> {
	const { store, codec } = context;
	const known = await store.transaction(markOf);
	if (known !== null) return known.converting === true ? known : null;
	await refuseUnready(context);
	return await store.transaction((tx) => begin(tx, codec, hashing, true));
}
