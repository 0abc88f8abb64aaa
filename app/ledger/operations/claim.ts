import {
	claim as decide,
	type DeliveryRow,
	type SpineFacts,
	unknownRecipient,
} from '../../../core/delivery/transitions';
import type { DeliveryRef, Instant, JsonObject } from '../../../core/delivery/types';
import { sha256 } from '../../../core/delivery/canonical';
import { gateError } from '../../../core/errors';
import type { ClaimRequest, ClaimResult } from '../../../core/delivery/record';
import { type LedgerContext, loadSpines } from '../context';
import { EventCollector } from '../event-collector';
import { LockedRecipients } from '../recipients';
import type { LoadedDelivery, StoreTransaction } from '../store';
import { onDeliveries } from './chunk';
import { refuseWrongClock } from './clock';
import { refuseUnsealed } from './unsealed';
import { type Frozen, frozen, insertAbsent } from './register';

interface Prepared {
	readonly request: ClaimRequest;
	readonly frozen: Frozen | null;
}

const unknownSpine = (spine: string): ClaimResult => ({
	status: 'refused',
	reason: 'unknown-spine',
	explanation: `The ledger knows no spine named ${spine}.`,
});

/** The frozen input of a loaded delivery, held against the digest it was registered with. */
export function inputOf(context: LedgerContext, loaded: LoadedDelivery): JsonObject {
	const { ref, inputDigest } = loaded.row;
	if (loaded.input === null) throw gateError('ledger-input-missing', { ...ref });
	const text = context.codec.open(ref, loaded.input);
	if (context.storedDigest(sha256(text)) !== inputDigest) throw gateError('ledger-input-changed', { ...ref });
	return JSON.parse(text) as JsonObject;
}

/** The inputs of these deliveries as they are stored. */
export const storedIn = (
	loaded: readonly (LoadedDelivery | null)[],
): readonly { readonly ref: DeliveryRef; readonly stored: string | null }[] =>
	loaded.flatMap((one) => (one === null ? [] : [{ ref: one.row.ref, stored: one.input }]));

const granted = (row: DeliveryRow, input: JsonObject): ClaimResult => ({
	status: 'granted',
	token: row.token,
	leaseUntil: row.leaseUntil ?? row.updatedAt,
	inputDigest: row.inputDigest,
	attempts: row.attempts,
	input,
});

/**
 * Registers what the ledger does not know and, where nothing speaks against it, claims it in the same insert: one
 * write instead of an insert, a read and an update. Returns what was granted, by request.
 */
async function claimAbsent(
	tx: StoreTransaction,
	context: LedgerContext,
	items: readonly Prepared[],
	spines: ReadonlyMap<string, SpineFacts>,
	owner: string,
	events: EventCollector,
	now: Instant,
): Promise<ReadonlyMap<Prepared, ClaimResult>> {
	const results = new Map<Prepared, ClaimResult>();
	const absent = items.flatMap((item) => {
		const spine = spines.get(item.request.ref.spine);
		return item.frozen !== null && spine !== undefined ? [{ item, frozen: item.frozen, spine }] : [];
	});
	if (absent.length === 0) return results;
	const refs = absent.map(({ frozen: { ref } }) => ref);
	await LockedRecipients.readmit(tx, refs);
	const facts = await tx.readRecipients(refs);
	const inserted = await insertAbsent(
		tx,
		context,
		absent.map((entry) => entry.frozen),
		events,
		(row, index) => {
			const entry = absent[index];
			if (entry === undefined) return row;
			const decision = decide(row, facts[index] ?? unknownRecipient, entry.spine, owner, now);
			return decision.kind === 'step' ? { ...decision.row, ...entry.item.request.arm } : row;
		},
	);
	absent.forEach(({ item, frozen: { text } }, index) => {
		const row = inserted[index] ?? null;
		if (row?.state === 'claimed') results.set(item, granted(row, JSON.parse(text) as JsonObject));
	});
	return results;
}

async function claimChunk(
	tx: StoreTransaction,
	context: LedgerContext,
	items: readonly Prepared[],
	owner: string,
): Promise<readonly ClaimResult[]> {
	const refs = items.map((item) => item.request.ref);
	const spines = await loadSpines(tx, refs, 'share');
	const begun = await tx.now();
	for (const spine of spines.values()) refuseWrongClock(spine, begun);
	const events = new EventCollector('claim', { owner });
	const done = await claimAbsent(tx, context, items, spines, owner, events, begun);
	const known = done.size === 0 ? items : items.filter((item) => !done.has(item));
	const loaded = await tx.loadDeliveries(
		known.map((item) => item.request.ref),
		true,
	);
	await refuseUnsealed(tx, context, storedIn(loaded));
	let next = 0;
	const now = await tx.now();
	const changed: DeliveryRow[] = [];
	const results = items.map((item): ClaimResult => {
		const fresh = done.get(item);
		if (fresh !== undefined) return fresh;
		const found = loaded[next++] ?? null;
		const { ref, arm } = item.request;
		const spine = spines.get(ref.spine);
		if (spine === undefined) return unknownSpine(ref.spine);
		if (found === null) {
			return {
				status: 'refused',
				reason: 'unknown-delivery',
				explanation: 'The delivery was never registered; Due Deliveries registers what is owed.',
			};
		}
		const decision = decide(found.row, found.facts, spine, owner, now);
		if (decision.kind === 'already-delivered') {
			return { status: 'already-delivered', committedAt: decision.committedAt };
		}
		if (decision.kind === 'refused') {
			if (decision.row !== undefined) {
				changed.push(decision.row);
				events.changed(decision.row);
			}
			events.note('deliveries.refused', ref, found.row.token, decision.reason);
			return { status: 'refused', reason: decision.reason, explanation: decision.explanation };
		}
		const row = arm === undefined ? decision.row : { ...decision.row, ...arm };
		const input = inputOf(context, found);
		changed.push(row);
		events.note('deliveries.claimed', ref, row.token);
		return granted(row, input);
	});
	if (changed.length > 0) await tx.writeDeliveries(changed);
	await events.write(tx, now);
	return results;
}

/** See `DeliveryLedger.claim`. */
export function claim(
	context: LedgerContext,
	batch: readonly ClaimRequest[],
	owner: string,
): Promise<readonly ClaimResult[]> {
	return onDeliveries<ClaimRequest, ClaimResult>(
		context,
		batch,
		(because) => ({ status: 'refused', ...because }),
		(tx, requests) =>
			claimChunk(
				tx,
				context,
				requests.map((request) => ({
					request,
					frozen:
						request.register === undefined
							? null
							: frozen(context, { ...request.register, ref: request.ref }),
				})),
				owner,
			),
	);
}
