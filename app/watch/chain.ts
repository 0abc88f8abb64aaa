import { NEVER_CLAIMED } from '../../core/delivery/envelope';
import type { Instant } from '../../core/delivery/types';
import type { EventLedger } from '../ledger/api';
import type { LedgerEvent } from '../../core/delivery/events';
import type { ChainMark } from '../../core/stability/documents';
import { pages } from '../ledger/pages';

const PAGE = 1000;

export interface ChainLook {
	readonly chain: 'intact' | 'broken';
	/** Up to where it is intact. */
	readonly mark: ChainMark | null;
	readonly problem: string | null;
}

async function eventAfter(events: EventLedger, position: number): Promise<LedgerEvent | null> {
	return (await events.sealedAfter(position, 1))[0] ?? null;
}

/**
 * Position of the last sealed event before an instant, by bisection: events are sealed in the order they were found, so
 * a few that committed late may lie on the wrong side, by their own delay.
 */
async function positionAt(events: EventLedger, instant: Instant): Promise<number> {
	let { foot: low, head: high } = await events.ends();
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		const event = await eventAfter(events, middle);
		if (event !== null && event.at < instant) low = Math.max(middle + 1, event.seal?.position ?? 0);
		else high = middle;
	}
	return low;
}

/** Sealed events from about an instant on, page by page in the order of the chain. */
export async function* sealedSince(
	events: EventLedger,
	instant: Instant,
): AsyncGenerator<readonly LedgerEvent[]> {
	const from = await positionAt(events, instant);
	yield* pages<LedgerEvent>(PAGE, (last) => events.sealedAfter(last?.seal?.position ?? from, PAGE));
}

async function markAt(events: EventLedger, position: number): Promise<ChainMark | null> {
	const event = position > 0 ? await eventAfter(events, position - 1) : null;
	return event?.seal?.position === position ? event.seal : null;
}

/**
 * Seals what is not sealed and checks every link after the mark of the last look; without one, from the first event
 * after `from`. The cost follows what happened since, not the history; the gate and the node Release walk the whole.
 */
export async function verifySince(
	events: EventLedger,
	mark: ChainMark | null,
	from: Instant,
): Promise<ChainLook> {
	while ((await events.seal()) > 0);
	const { foot, head } = await events.ends();
	const last =
		mark !== null && mark.position >= foot ? mark : await markAt(events, await positionAt(events, from));
	// Nothing before it: the chain is walked from its foot, whose hash only the ledger knows.
	if (last === null) return await verifyWhole(events);
	if (mark !== null && last === mark) {
		const again = await markAt(events, mark.position);
		if (mark.position > foot && again?.hash !== mark.hash)
			return {
				chain: 'broken',
				mark: null,
				problem: `The event at position ${mark.position} is not the one it was.`,
			};
	}
	if (last.position >= head) return { chain: 'intact', mark: last, problem: null };
	const walked = await events.follow(last);
	if (walked.status === 'intact') return { chain: 'intact', mark: walked.mark, problem: null };
	const { position, explanation } = walked;
	const upTo = position - 1 === last.position ? last : await markAt(events, position - 1);
	return { chain: 'broken', mark: upTo, problem: explanation };
}

async function verifyWhole(events: EventLedger): Promise<ChainLook> {
	const verdict = await events.verify();
	if (verdict.status === 'broken') return { chain: 'broken', mark: null, problem: verdict.explanation };
	const { head } = await events.ends();
	return { chain: 'intact', mark: await markAt(events, head), problem: null };
}

/**
 * Deliveries that came to the last look before the send since an instant and were never claimed: each one once, live
 * ones only. The workflow that brought them has lost its claim; nothing of it was sent.
 */
export async function cameUnclaimedSince(events: EventLedger, spine: string, from: Instant): Promise<number> {
	const came = new Set<string>();
	for await (const page of sealedSince(events, from)) {
		for (const event of page) {
			if (event.kind !== 'deliveries.refused' || event.spine !== spine || event.at < from) continue;
			const { operation, space, deliveries } = event.data as {
				operation?: string;
				space?: string;
				deliveries?: unknown;
			};
			if (operation !== 'confirm' || space !== 'live' || !Array.isArray(deliveries)) continue;
			for (const [recipient, token] of deliveries as readonly (readonly [string, number])[])
				if (token === NEVER_CLAIMED) came.add(`${event.subject}:${recipient}`);
		}
	}
	return came.size;
}

/** How many of the bounces since an instant the provider called hard, from the outcome events of live deliveries. */
export async function hardBouncesSince(
	events: EventLedger,
	spine: string,
	from: Instant,
	isHard: (detail: string) => boolean,
): Promise<number> {
	const hard = new Set<string>();
	for await (const page of sealedSince(events, from)) {
		for (const event of page) {
			if (event.kind !== 'deliveries.outcome' || event.spine !== spine) continue;
			const { space, deliveries } = event.data as { space?: string; deliveries?: unknown };
			if (space !== 'live' || !Array.isArray(deliveries)) continue;
			for (const entry of deliveries as readonly (readonly [
				string,
				number,
				{ outcome?: string; detail?: string }?,
			])[]) {
				const [recipient, , said] = entry;
				if (said?.outcome === 'bounced' && (said.detail === undefined || isHard(said.detail)))
					hard.add(`${event.subject}:${recipient}`);
			}
		}
	}
	return hard.size;
}
