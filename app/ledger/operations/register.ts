import { type DeliveryRow, mended, registered } from '../../../core/delivery/transitions';
import type { DeliveryRef } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { Registration, RegisterResult } from '../../../core/delivery/record';
import { inBatches } from '../batch';
import { freeze, refProblem } from '../../../core/delivery/refs';
import { type LedgerContext, loadSpines } from '../context';
import { EventCollector } from '../event-collector';
import { refuseNames } from '../hashes/mark';
import { keepNames } from '../hashes/names';
import { LockedRecipients } from '../recipients';
import type { InputRow, SlotRow, StoreTransaction } from '../store';
import { refuseWrongClock } from './clock';

/** A registration whose recipient is stored as a hash, with the name that is to be kept for it. */
export interface CalledRegistration extends Registration {
	readonly called?: string;
}

/** A registration with its input frozen. */
export interface Frozen extends CalledRegistration {
	readonly text: string;
	readonly digest: string;
}

/** Freezes the input of a registration. Throws if its ref cannot be a key. */
export function frozen(context: LedgerContext, registration: CalledRegistration): Frozen {
	const problem = refProblem(registration.ref);
	if (problem !== null) {
		const { spine, slot } = registration.ref;
		throw gateError('ledger-key-unusable', {
			spine: String(spine).slice(0, 80),
			slot: String(slot).slice(0, 80),
			problem,
		});
	}
	const { text, digest } = freeze(registration.input, registration.text);
	return { ...registration, text, digest: context.storedDigest(digest) };
}

/** Tells the ledger of the slots these registrations belong to. */
export async function noteSlots(tx: StoreTransaction, batch: readonly Registration[]): Promise<void> {
	const slots = new Map<string, SlotRow>();
	for (const { ref, opensAt, closesAt } of batch) {
		const id = `${ref.spine}\u0000${ref.space}\u0000${ref.slot}`;
		if (!slots.has(id))
			slots.set(id, { spine: ref.spine, space: ref.space, slot: ref.slot, opensAt, closesAt });
	}
	await tx.noteSlots([...slots.keys()].sort().map((id) => slots.get(id) as SlotRow));
}

/**
 * Inserts what is absent, within a transaction. Returns the rows inserted, `null` where one existed. `advance` may take
 * a new row a step further before it is stored, so that it is written once.
 */
export async function insertAbsent(
	tx: StoreTransaction,
	context: LedgerContext,
	batch: readonly Frozen[],
	events: EventCollector,
	advance: (row: DeliveryRow, index: number) => DeliveryRow = (row) => row,
): Promise<readonly (DeliveryRow | null)[]> {
	await refuseNames(tx, context);
	await noteSlots(tx, batch);
	const now = await tx.now();
	const rows = batch.map((entry, index) => advance(registered(entry, entry.digest, now), index));
	const inserted = await tx.insertDeliveries(
		rows,
		batch.map((entry) => context.codec.seal(entry.ref, entry.text)),
	);
	const called = batch.flatMap(({ ref: { recipient: hash }, called: name }, index) =>
		inserted[index] === true && name !== undefined && name !== hash ? [{ hash, name }] : [],
	);
	await keepNames(tx, context.codec, called);
	return rows.map((row, index) => {
		if (inserted[index] !== true) return null;
		events.changed(row);
		return row;
	});
}

async function registerChunk(
	tx: StoreTransaction,
	context: LedgerContext,
	batch: readonly Frozen[],
): Promise<readonly RegisterResult[]> {
	const spines = await loadSpines(
		tx,
		batch.map((entry) => entry.ref),
		'none',
	);
	for (const { ref } of batch) {
		if (!spines.has(ref.spine)) throw gateError('ledger-spine-unknown', { spine: ref.spine });
	}
	const begun = await tx.now();
	for (const spine of spines.values()) refuseWrongClock(spine, begun);
	await LockedRecipients.readmit(
		tx,
		batch.map(({ ref }) => ref),
	);
	const events = new EventCollector('register');
	const inserted = await insertAbsent(tx, context, batch, events);
	const known = batch.flatMap((entry, index) => (inserted[index] === null ? [entry] : []));
	const stored = await mend(tx, context, known, events);
	await events.write(tx, await tx.now());
	return batch.map((entry, index) => {
		const row = inserted[index] ?? null;
		if (row !== null) return { status: 'registered', delivery: row };
		const result = stored.get(entry.ref);
		if (result === undefined) throw new Error('A delivery vanished within its transaction.');
		return result;
	});
}

async function mend(
	tx: StoreTransaction,
	context: LedgerContext,
	known: readonly Frozen[],
	events: EventCollector,
): Promise<ReadonlyMap<DeliveryRef, RegisterResult>> {
	const results = new Map<DeliveryRef, RegisterResult>();
	if (known.length === 0) return results;
	const loaded = await tx.loadDeliveries(
		known.map((entry) => entry.ref),
		false,
	);
	const now = await tx.now();
	const rows: DeliveryRow[] = [];
	const inputs: InputRow[] = [];
	known.forEach((entry, index) => {
		const found = loaded[index];
		if (found === null || found === undefined) return;
		const next = mended(found.row, entry, entry.digest, now);
		if (next === null) {
			results.set(entry.ref, { status: 'known', delivery: found.row });
			return;
		}
		rows.push(next);
		inputs.push({ ref: entry.ref, text: context.codec.seal(entry.ref, entry.text), digest: entry.digest });
		events.changed(next, 'mended');
		results.set(entry.ref, { status: 'registered', delivery: next });
	});
	if (rows.length > 0) {
		await tx.writeDeliveries(rows);
		await tx.writeInputs(inputs);
	}
	return results;
}

/** See `DeliveryLedger.register`. Throws before anything is stored if a ref cannot be a key or a spine is unknown. */
export async function register(
	context: LedgerContext,
	batch: readonly Registration[],
): Promise<readonly RegisterResult[]> {
	const ready = batch.map((registration) => frozen(context, registration));
	return await inBatches<Frozen, RegisterResult>(
		context.store,
		ready,
		(entry) => entry.ref,
		() => null,
		(tx, items) => registerChunk(tx, context, items),
	);
}
