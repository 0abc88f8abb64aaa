import type { ChainVerdict } from '../../../core/delivery/events';
import type { LedgerContext } from '../context';
import { headOf, parseHead, type SignedHead } from '../history/head';
import { compareState } from '../history/compare';
import { adoptState } from '../history/carry';
import { walkChain } from '../history/walk';
import { acceptances } from './accept';
import { seal, stray } from './seal';

/**
 * Seals, walks the chain from its foot, checks every link and that it ends where the head says, and holds every row
 * against the last digest that the chain tells of it. Rows from before digests are taken into the chain as they stand.
 */
export async function verify(context: LedgerContext): Promise<ChainVerdict> {
	const { store } = context;
	for (;;) {
		// What follows an event that took a position by itself cannot be sealed; the walk still finds the first break.
		if ((await store.transaction(stray)) === null) await seal(context, Number.MAX_SAFE_INTEGER);
		const ends = await store.transaction((tx) => tx.chain());
		const verdict = await look(context, ends);
		if (verdict.status === 'intact') return verdict;
		const { footPosition } = await store.transaction((tx) => tx.chain());
		// A prune took away what the walk was about to read: it begins again at the new foot.
		if (footPosition === ends.footPosition) return verdict;
	}
}

async function look(context: LedgerContext, ends: Parameters<typeof walkChain>[1]): Promise<ChainVerdict> {
	const { store } = context;
	const { broken, position, hash, replay } = await walkChain(context, ends);
	if (broken !== null) return { status: 'broken', ...broken };
	if (position !== ends.headPosition || hash !== ends.headHash) {
		return { status: 'broken', position, explanation: 'The chain does not end where its head says.' };
	}
	const taken = await store.transaction(stray);
	if (taken !== null) {
		const explanation = `The event at position ${taken} lies behind the end of the chain and was never sealed there.`;
		return { status: 'broken', position: position + 1, explanation };
	}
	const compared = await compareState(context, replay, position);
	if (compared.disagreement !== null) return { status: 'broken', position, ...compared.disagreement };
	const adopted = replay.isWhole ? 0 : await adoptState(context, replay);
	if (adopted > 0 || !replay.isWhole) await seal(context, Number.MAX_SAFE_INTEGER);
	const unsealed = await store.transaction((tx) => tx.countUnsealed());
	const { headPosition, headHash } = replay.isWhole
		? { headPosition: position, headHash: hash }
		: await store.transaction((tx) => tx.chain());
	return {
		status: 'intact',
		sealed: headPosition - ends.footPosition,
		unsealed,
		head: headHash,
		compared: compared.count,
		adopted,
		accepted: (await acceptances(context)).length,
	};
}

/** The end of the chain as it is given out. */
export async function head(context: LedgerContext): Promise<SignedHead> {
	const { store, signer } = context;
	await seal(context, Number.MAX_SAFE_INTEGER);
	return await store.transaction(async (tx) => {
		const { headPosition, headHash } = await tx.chain();
		return headOf(headPosition, headHash, await tx.now(), signer);
	});
}

/** See `EventLedger.verifyAgainst`. */
export async function verifyAgainst(context: LedgerContext, value: unknown): Promise<ChainVerdict> {
	const { position, hash } = parseHead(value, context.signer);
	const verdict = await verify(context);
	if (verdict.status === 'broken') return verdict;
	const found = await context.store.transaction(async (tx) => {
		const { footPosition, footHash } = await tx.chain();
		if (position < footPosition) return 'pruned';
		if (position === footPosition) return footHash;
		const [event] = await tx.sealedEvents(position - 1, 1);
		return event?.position === position ? event.hash : null;
	});
	if (found === hash) return verdict;
	const explanation =
		found === 'pruned'
			? `The head at position ${position} was pruned since; keep a newer one.`
			: found === null
				? `The chain ends before position ${position}, where a head was kept: it was cut off.`
				: `The chain has another hash at position ${position} than the head that was kept: it was rewritten.`;
	return { status: 'broken', position, explanation };
}
