import type { Instant } from '../delivery/types';
import type { SlotCounts } from './observation';

/** What is known of one closed slot of a spine, live deliveries only. */
export interface ClosedSlot {
	readonly slot: string;
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	/** What the ledger counted in it; `null` when nobody asked for its deliveries. */
	readonly counts: SlotCounts | null;
	/** Contacts that were owed a delivery and that the ledger never heard of; `null` when no directory told. */
	readonly overdue: number | null;
	/** Whether somebody asked and could not read the contacts. */
	readonly unread: boolean;
	/** How many were registered, and not held, in the newest earlier slot that anybody asked for. */
	readonly servedBefore: number;
	/** Whether the spine was paused at any moment of the slot. */
	readonly paused: boolean;
	/** Whether the spine sends, or only rehearses. */
	readonly mode: 'live' | 'dry-run';
	/** When the spine's settings changed last. */
	readonly configuredAt: Instant;
}

/** Where the deliveries of a silent slot stopped. */
export type StoppedAt =
	'nobody-asked' | 'contacts-unread' | 'nothing-registered' | 'nothing-claimed' | 'nothing-sent';

/** What one look at a closed slot says. `open`: deliveries are still under way, look again. */
export type SilenceVerdict =
	| { readonly status: 'served' | 'nothing-due' | 'excused' | 'open' }
	| {
			readonly status: 'silent';
			/** How many deliveries were due; how many the slot before had where nobody asked in this one. */
			readonly due: number;
			/** Whether `due` was counted in this slot, or is what the slot before lets expect. */
			readonly known: boolean;
			readonly stoppedAt: StoppedAt;
	  };

/** Deliveries that were due in the slot, whether that was counted, and where they stopped if none was sent. */
function owed({ counts, overdue, unread, servedBefore }: ClosedSlot): {
	readonly due: number;
	readonly known: boolean;
	readonly stoppedAt: StoppedAt;
} {
	const registered = counts === null ? 0 : counts.registered - counts.held;
	const known = registered + (overdue ?? 0);
	if (registered > 0) {
		const tried = Object.values(counts?.failures ?? {}).some((failed) => failed > 0);
		return { due: known, known: true, stoppedAt: tried ? 'nothing-sent' : 'nothing-claimed' };
	}
	const asked: StoppedAt = unread ? 'contacts-unread' : 'nothing-registered';
	const stoppedAt = counts === null ? 'nobody-asked' : asked;
	if (overdue !== null) return { due: overdue, known: true, stoppedAt };
	// Who asked and read everything found nobody. Where nobody asked, the slot before is all there is to go by.
	return { due: counts === null || unread ? servedBefore : 0, known: false, stoppedAt };
}

/**
 * Whether a spine that owed deliveries in a closed slot stayed silent: nothing was sent in all of it. Never for a spine
 * that rehearses, that was paused at any moment of the slot, or whose settings changed since the slot opened: there
 * somebody was at work on it. A slot in which sends are under way or in doubt is not silent.
 */
export function judgeSilence(slot: ClosedSlot): SilenceVerdict {
	const { counts, mode, paused, configuredAt, opensAt } = slot;
	if (mode !== 'live' || paused || configuredAt > opensAt) return { status: 'excused' };
	if (counts !== null && counts.committed + counts.inDoubt > 0) return { status: 'served' };
	if (counts !== null && counts.open > 0) return { status: 'open' };
	const { due, known, stoppedAt } = owed(slot);
	return due === 0 ? { status: 'nothing-due' } : { status: 'silent', due, known, stoppedAt };
}

const where: Readonly<Record<StoppedAt, string>> = {
	'nobody-asked':
		'Nobody asked: see whether n8n runs, the package is loaded in every process (main and workers), the workflow is published and its trigger fires.',
	'contacts-unread': 'The contacts could not be read: see the credential of the contacts and its scopes.',
	'nothing-registered':
		'Somebody asked, and nobody was registered: see the node Due Deliveries, its credential and its limit.',
	'nothing-claimed':
		'Registered and never claimed: see where the items end between Due Deliveries and Idempotency Check.',
	'nothing-sent': 'Claimed, and all of it failed: see the failures of the slot.',
};

/** One sentence for people. */
export function silenceSentence(
	spine: string,
	slot: string,
	{ due, known, stoppedAt }: Extract<SilenceVerdict, { status: 'silent' }>,
): string {
	const was = known
		? `${due} ${due === 1 ? 'delivery was' : 'deliveries were'} due`
		: `about as many deliveries as the ${due} of the slot before were to be expected`;
	return `The spine ${spine} was silent in all of slot ${slot}: ${was}, and nothing was sent. ${where[stoppedAt]}`;
}
