import { parseCadence, slotsBetween, type Slot } from '../../../core/delivery/cadence';
import { canonicalJson } from '../../../core/delivery/canonical';
import {
	type DeliveryRow,
	iso,
	lapse,
	openStates,
	type SpineFacts,
} from '../../../core/delivery/transitions';
import type { DeliveryRef, Instant, Milliseconds } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { SweepReport } from '../api';
import { factsOf, type LedgerContext } from '../context';
import { EventCollector } from '../event-collector';
import { refuseWrongClock } from './clock';
import type { NewEventRow, SlotRow, SpineRow, StoreTransaction } from '../store';

/** Most slots one sweep looks back on; after a long outage the next sweeps go on from there. */
export const slotsPerSweep = 500;

/** How long a closed slot is kept in view, for registrations whose transaction ends after the slot did. */
const settleAfterMs: Milliseconds = 600_000;

const pageRows = 500;

interface Tally {
	expiredClaims: number;
	movedInDoubt: number;
	missed: number;
}

function count(tally: Tally, before: DeliveryRow, after: DeliveryRow): void {
	if (after.state === 'missed') tally.missed += 1;
	else if (after.state === 'in-doubt') tally.movedInDoubt += 1;
	else if (before.state === 'claimed') tally.expiredClaims += 1;
}

/** Brings one page of a slot up to date; returns where the next page begins, or `null` at the end. */
async function sweepPage(
	tx: StoreTransaction,
	facts: SpineFacts,
	slot: SlotRow,
	after: DeliveryRef | undefined,
	tally: Tally,
): Promise<DeliveryRef | null> {
	const states = [...openStates, 'failed'] as const;
	const { spine, space, slot: id } = slot;
	const page = await tx.listDeliveries({ spine, space, slot: id, states, after, limit: pageRows }, false);
	const now = await tx.now();
	const stale = page.filter((loaded) => lapse(loaded.row, facts, now) !== loaded.row);
	if (stale.length > 0) {
		const locked = await tx.loadDeliveries(
			stale.map((loaded) => loaded.row.ref),
			false,
		);
		const at = await tx.now();
		const events = new EventCollector('sweep');
		const changed: DeliveryRow[] = [];
		for (const loaded of locked) {
			if (loaded === null) continue;
			const next = lapse(loaded.row, facts, at);
			if (next === loaded.row) continue;
			changed.push(next);
			events.changed(next);
			count(tally, loaded.row, next);
		}
		if (changed.length > 0) await tx.writeDeliveries(changed);
		await events.write(tx, at);
	}
	return page.length < pageRows ? null : (page.at(-1)?.row.ref ?? null);
}

/** Puts a closed slot aside once nothing in it waits. */
async function settleIfDone(tx: StoreTransaction, slot: SlotRow): Promise<void> {
	if ((await tx.now()) < slot.closesAt + settleAfterMs) return;
	const counts = await tx.countStates(slot);
	if (openStates.every((state) => (counts.get(state) ?? 0) === 0)) await tx.settleSlot(slot);
}

const missedSlot = (spine: SpineRow, slot: Slot, now: Instant): NewEventRow => ({
	at: now,
	kind: 'slot.missed',
	spine: spine.settings.spine,
	subject: slot.id,
	sentence: `Nobody asked for the deliveries of slot ${slot.id}, open from ${iso(slot.opensAt)} to ${iso(slot.closesAt)}${
		spine.paused ? '; the spine is paused' : ''
	}. It is not made up.`,
	data: canonicalJson({
		index: slot.index,
		opensAt: slot.opensAt,
		closesAt: slot.closesAt,
		paused: spine.paused,
	}),
});

/** Records the slots that closed since the last sweep and that nobody asked about. */
async function recordMissedSlots(tx: StoreTransaction, name: string): Promise<boolean> {
	const spine = await tx.spine(name, 'update');
	if (spine === null) return false;
	const now = await tx.now();
	const closed: Slot[] = [];
	let more = false;
	for (const slot of slotsBetween(parseCadence(spine.settings.cadence), spine.sweptUntil, now)) {
		if (slot.closesAt > now) break;
		if (closed.length >= slotsPerSweep) {
			more = true;
			break;
		}
		closed.push(slot);
	}
	const last = closed.at(-1);
	if (last === undefined) return false;
	const known = await tx.knownSlots(
		name,
		'live',
		closed.map((slot) => slot.id),
	);
	const events = closed.filter((slot) => !known.has(slot.id)).map((slot) => missedSlot(spine, slot, now));
	if (events.length > 0) await tx.addEvents(events);
	await tx.writeSpine({ ...spine, sweptUntil: last.opensAt + 1 });
	return more;
}

/** See `DeliveryLedger.sweep`. Throws for an unknown spine. Looks back on at most {@link slotsPerSweep} slots. */
export async function sweep(context: LedgerContext, spine: string): Promise<SweepReport> {
	const { store } = context;
	const tally: Tally = { expiredClaims: 0, movedInDoubt: 0, missed: 0 };
	const { facts, slots } = await store.transaction(async (tx) => {
		const row = await tx.spine(spine, 'none');
		if (row === null) throw gateError('ledger-spine-unknown', { spine });
		const facts = factsOf(row);
		refuseWrongClock(facts, await tx.now());
		return { facts, slots: await tx.unsettledSlots(spine) };
	});
	for (const slot of slots) {
		let after: DeliveryRef | undefined;
		for (;;) {
			const attempt: { tally: Tally; next: DeliveryRef | null } = await store.transaction(async (tx) => {
				const own: Tally = { expiredClaims: 0, movedInDoubt: 0, missed: 0 };
				return { next: await sweepPage(tx, facts, slot, after, own), tally: own };
			});
			tally.expiredClaims += attempt.tally.expiredClaims;
			tally.movedInDoubt += attempt.tally.movedInDoubt;
			tally.missed += attempt.tally.missed;
			await store.breathe();
			if (attempt.next === null) break;
			after = attempt.next;
		}
		await store.transaction((tx) => settleIfDone(tx, slot));
	}
	await store.transaction((tx) => recordMissedSlots(tx, spine));
	return tally;
}
