import { canonicalJson } from '../../../core/delivery/canonical';
import { erased, remembered } from '../../../core/delivery/transitions';
import type { Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { Erasure, ErasureReport } from '../api/upkeep';
import type { LedgerContext } from '../context';
import {
	erasedBefore,
	lookAt,
	type Person,
	refuseInTheWay,
	refuseOpenKeys,
	spinesIn,
} from '../erasure/person';
import { type Erasing, mayName, redacted } from '../erasure/redact';
import {
	eraseDocuments,
	eraseKeys,
	eraseReasons,
	eraseSettings,
	namingKeys,
	stillNamed,
} from '../erasure/texts';
import type { Redaction } from '../history/state';
import { pages } from '../pages';
import type { LinkedRow, StoreTransaction } from '../store';
import { seal } from './seal';

/** Few, since an event of a large batch names thousands of recipients. */
const pageEvents = 200;

/** How often another process may be found sealing before the erasure gives up. */
const mostTries = 20;

/** How often events that were written meanwhile are looked through again. */
const mostRounds = 5;

/** Ids of the events after one that may name the person, and the id of the last event. */
async function namingEvents(
	{ store }: LedgerContext,
	erasing: Erasing,
	after: number,
): Promise<{ readonly ids: readonly number[]; readonly last: number }> {
	const ids: number[] = [];
	let last = after;
	const list = (before: LinkedRow | undefined): Promise<readonly LinkedRow[]> =>
		store.transaction((tx) => tx.erasure.eventsAfter(before?.id ?? after, pageEvents));
	for await (const rows of pages(pageEvents, list)) {
		for (const row of rows) if (mayName(erasing, row)) ids.push(row.id);
		last = rows.at(-1)?.id ?? last;
		await store.breathe();
	}
	return { ids, last };
}

/**
 * Rewrites events of a transaction in which no other process seals. Returns what the chain must tell of it. Without a breath: on SQLite
 * a transaction keeps every other connection of the process waiting in its place.
 */
async function redactEvents(
	tx: StoreTransaction,
	context: LedgerContext,
	erasing: Erasing,
	ids: readonly number[],
): Promise<{ readonly events: number; readonly redactions: readonly Redaction[] }> {
	let events = 0;
	const redactions: Redaction[] = [];
	for (let start = 0; start < ids.length; start += pageEvents) {
		for (const row of await tx.erasure.eventsOf(ids.slice(start, start + pageEvents))) {
			const found = redacted(row, erasing, context.seal);
			if (found === null) continue;
			await tx.erasure.rewriteEvent(found.row);
			events += 1;
			if (found.redaction !== null) redactions.push(found.redaction);
		}
	}
	return { events, redactions };
}

/** Runs `work` in a transaction beside which nobody seals: an event must not get its place while it is rewritten. */
async function unsealed<T>(context: LedgerContext, work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		const done = await context.store.transaction(async (tx) =>
			(await tx.becomeSealer()) ? { result: await work(tx) } : null,
		);
		if (done !== null) return done.result;
		if (attempt >= mostTries) throw gateError('ledger-contended', { attempts: attempt });
		await seal(context, Number.MAX_SAFE_INTEGER);
		await context.store.breathe();
	}
}

type Counts = Pick<ErasureReport, 'deliveries' | 'held' | 'inputs' | 'outbox' | 'givenUp'>;

/** Puts one id of the person out of every row; returns what was there. */
async function eraseId(tx: StoreTransaction, id: string, name: string, salt: string): Promise<Counts> {
	const now = await tx.now();
	const spines = await spinesIn(tx);
	const found = await tx.erasure.deliveriesOf(id);
	let held = 0;
	const closes = new Map<string, Instant>();
	for (const { row } of found) {
		const spine = spines.get(row.ref.spine) ?? null;
		refuseInTheWay(row, spine, now);
		const next = erased(row, spine, { ...row.ref, recipient: name }, now);
		if (next.state === 'held' && row.state !== 'held') held += 1;
		if (row.ref.space === 'live') closes.set(`${row.ref.spine}\u0000${row.ref.slot}`, row.closesAt);
		await tx.erasure.replaceDelivery(row, next);
	}
	for (const row of await tx.erasure.factsOf(id)) {
		const gap = spines.get(row.spine)?.minimumGapMs ?? 0;
		const closesAt = closes.get(`${row.spine}\u0000${row.facts.lastSlot ?? ''}`) ?? null;
		const kept = row.space === 'live' ? remembered(row.facts, gap, closesAt) : null;
		if (kept !== null && kept.until > now) await tx.erasure.remember(row, kept, salt, now);
		await tx.erasure.renameRecipient(row, name);
	}
	const { entries, givenUp } = await tx.erasure.eraseOutbox(id, name);
	await tx.reading.eraseReader(id);
	const inputs = found.filter(({ input }) => input !== null).length;
	return { deliveries: found.length, held, inputs, outbox: entries, givenUp };
}

const none: Counts = { deliveries: 0, held: 0, inputs: 0, outbox: 0, givenUp: 0 };

const sum = (a: Counts, b: Counts): Counts => ({
	deliveries: a.deliveries + b.deliveries,
	held: a.held + b.held,
	inputs: a.inputs + b.inputs,
	outbox: a.outbox + b.outbox,
	givenUp: a.givenUp + b.givenUp,
});

/** The rows of the person and the events that name them, in one transaction: the chain tells of both together. */
async function eraseRows(
	context: LedgerContext,
	{ ids, names }: Person,
	salt: string,
	by: string,
): Promise<Counts & { readonly events: number }> {
	const instead = await context.store.transaction(
		async (tx) => new Map(ids.map((id) => [id, tx.erasure.freshName()])),
	);
	const erasing: Erasing = { names, instead };
	const before = await namingEvents(context, erasing, 0);
	const done = await unsealed(context, async (tx) => {
		let counts = none;
		for (const [id, name] of instead) counts = sum(counts, await eraseId(tx, id, name, salt));
		const late = await tx.erasure.eventsAfter(before.last, Number.MAX_SAFE_INTEGER);
		const { events, redactions } = await redactEvents(tx, context, erasing, [
			...before.ids,
			...late.map(({ id }) => id),
		]);
		await tx.names.forget(ids);
		await tell(tx, [...instead.values()], { ...counts, events }, by, redactions);
		return { ...counts, events };
	});
	return { ...done, events: done.events + (await eraseLate(context, erasing, before.last, by)) };
}

async function tell(
	tx: StoreTransaction,
	names: readonly string[],
	counts: Counts & { readonly events: number },
	by: string,
	redactions: readonly Redaction[],
): Promise<void> {
	tx.markState({ redactions });
	const { deliveries, events } = counts;
	await tx.addEvents([
		{
			at: await tx.now(),
			kind: 'recipient.erased',
			spine: null,
			subject: names[0] ?? null,
			sentence: `A recipient was erased by ${by}: ${deliveries} deliveries go on without a name, ${events} events no longer name them.`,
			data: canonicalJson({ by, names, ...counts }),
		},
	]);
}

/** Events that other processes wrote meanwhile. */
async function eraseLate(
	context: LedgerContext,
	erasing: Erasing,
	after: number,
	by: string,
): Promise<number> {
	let changed = 0;
	for (let round = 0; round < mostRounds; round += 1) {
		const { ids } = await namingEvents(context, erasing, after);
		if (ids.length === 0) break;
		const done = await unsealed(context, async (tx) => {
			const { events, redactions } = await redactEvents(tx, context, erasing, ids);
			if (events > 0) await tell(tx, [...erasing.instead.values()], { ...none, events }, by, redactions);
			return events;
		});
		if (done === 0) break;
		changed += done;
	}
	return changed;
}

/** See `Ledger.erasure`. */
export function erasure(context: LedgerContext): Erasure {
	const { store } = context;
	return {
		async look(request) {
			const person = await lookAt(context, request);
			if (person !== null) {
				await refuseOpenKeys(context, await namingKeys(context, person.names));
				return { known: true, ids: person.ids, erasedAt: null };
			}
			const ids = [request.recipient, ...request.alsoKnownAs];
			const erasedAt = await store.transaction((tx) => erasedBefore(tx, ids));
			if (erasedAt === null) throw gateError('ledger-erase-unknown');
			return { known: false, ids, erasedAt };
		},
		async erase(request) {
			const person = await lookAt(context, request);
			if (person === null) throw gateError('ledger-erase-unknown');
			const keys = await namingKeys(context, person.names);
			await refuseOpenKeys(context, keys);
			const salt = await store.transaction(async (tx) => (await tx.erasure.salt()) ?? tx.erasure.freshSalt());
			await seal(context, Number.MAX_SAFE_INTEGER);
			const documents = await eraseDocuments(context, person.names);
			const settings = await eraseSettings(context, person.names);
			const reasons = await eraseReasons(context, person.names);
			await eraseKeys(context, keys, salt);
			const rows = await eraseRows(context, person, salt, request.by);
			await seal(context, Number.MAX_SAFE_INTEGER);
			return {
				...rows,
				documents: documents + settings,
				reasons,
				keys: keys.length,
				stillNamed: await stillNamed(context, person.names),
			};
		},
		scrub: () => store.scrub(),
	};
}
