import type { LedgerEvent, NewEvent } from '../../../core/delivery/events';
import type { SpineRecord } from '../../../core/delivery/spine-settings';
import type { ReadingMark, ReadingRef } from '../../../core/delivery/reading';
import type { DeliveryRef, JsonObject } from '../../../core/delivery/types';
import type { ReadingLedger } from '../api/reading';
import type { ErasureRequest } from '../api/upkeep';
import type { Erasure, EventLedger, KeyLedger, OutboxLedger, SpineLedger } from '../api';
import type { InputCodec } from '../context';
import type { DeskLedger } from '../desk';
import type { RecordLedger, StoredRecord } from '../records';
import { type NameBook, saidIn, type Say } from './book';
import type { NameCheck } from './check';
import { saidRecord } from './deliveries';

const saidEvent = (event: LedgerEvent, say: Say): LedgerEvent => ({
	...event,
	subject: event.subject === null ? null : say(event.subject),
	sentence: say(event.sentence),
	data: saidIn(event.data, say),
});

const saidDocument = <Document extends StoredRecord | null>(document: Document, say: Say): Document =>
	document === null ? document : { ...document, body: saidIn(document.body, say) as JsonObject };

const saidSpine = <Spine extends SpineRecord | null>(spine: Spine, say: Say): Spine =>
	spine === null
		? spine
		: {
				...spine,
				pauseReason: spine.pauseReason === null ? null : say(spine.pauseReason),
				settings: { ...spine.settings, testRecipients: spine.settings.testRecipients.map(say) },
			};

async function hiddenEvents(book: NameBook, events: readonly NewEvent[]): Promise<readonly NewEvent[]> {
	const texts = events.map(({ subject, sentence, data }): JsonObject => ({ subject, sentence, data }));
	const hidden = await book.hide(texts);
	return events.map((event, at) => ({ ...event, ...(hidden[at] as Partial<NewEvent>) }));
}

/** Spines of a ledger that stores recipients as hashes: test recipients by their names. */
export const namedSpines = (inner: SpineLedger, book: NameBook): SpineLedger => {
	const reasonOf = async (reason: string): Promise<string> => (await book.hideAll([reason]))[0] ?? reason;
	return {
		configure: async (settings, by) => {
			await book.keep(settings.testRecipients);
			const testRecipients = settings.testRecipients.map((name) => book.hashOf(name));
			return await book.revealOne(await inner.configure({ ...settings, testRecipients }, by), saidSpine);
		},
		get: async (spine) => await book.revealOne(await inner.get(spine), saidSpine),
		list: async () => await book.reveal(await inner.list(), saidSpine),
		pause: async (spine, reason, by) =>
			await book.revealOne(await inner.pause(spine, await reasonOf(reason), by), saidSpine),
		resume: async (spine, reason, by) =>
			await book.revealOne(await inner.resume(spine, await reasonOf(reason), by), saidSpine),
		mendClock: (spine, by) => inner.mendClock(spine, by),
	};
};

/** The outbox of such a ledger: what is written where, by the names. */
export function namedOutbox(inner: OutboxLedger, book: NameBook): OutboxLedger {
	type Entries = Awaited<ReturnType<OutboxLedger['take']>>;
	const said = (entries: Entries): Promise<Entries> =>
		book.reveal(entries, (entry, say) => ({
			...entry,
			objectId: say(entry.objectId),
			ref: { ...entry.ref, recipient: say(entry.ref.recipient) },
		}));
	return {
		take: async (target, limit, leaseMs, ids) => await said(await inner.take(target, limit, leaseMs, ids)),
		settle: async (results) => {
			const reasons = await book.hideAll(results.map(({ reason }) => reason));
			await inner.settle(
				results.map((result, at) =>
					reasons[at] === undefined ? result : { ...result, reason: reasons[at] },
				),
			);
		},
		backlog: (target) => inner.backlog(target),
		wouldBe: async (space, limit) => await said(await inner.wouldBe(space, limit)),
	};
}

/** Keys of such a ledger: stored as hashes, too, and listed by them, since no name is kept of a key. */
export function namedKeys(inner: KeyLedger, book: NameBook): KeyLedger {
	const stored = <Item extends { readonly key: string }>(batch: readonly Item[]): readonly Item[] =>
		batch.map((item) => ({ ...item, key: book.hashOf(item.key) }));
	return {
		claim: (terms, batch) =>
			inner.claim(
				terms,
				stored(batch).map((item) => ({
					...item,
					digest: item.digest === null ? null : book.digestOf(item.digest),
				})),
			),
		complete: (batch, by) => inner.complete(stored(batch), by),
		giveBack: async (batch, by) => {
			const reasons = await book.hideAll(batch.map(({ reason }) => reason));
			return await inner.giveBack(
				stored(batch).map((item, at) => ({ ...item, reason: reasons[at] ?? '' })),
				by,
			);
		},
		get: async (refs) => {
			const found = await inner.get(stored(refs));
			return found.map((record, at) =>
				record === null ? null : { ...record, key: refs[at]?.key ?? record.key },
			);
		},
		list: (query) =>
			inner.list({ ...query, ...(query.after === undefined ? {} : { after: book.hashOf(query.after) }) }),
	};
}

/** Events of such a ledger, told with names. The chain is over what is stored; names are held against their hashes. */
export function namedEvents(inner: EventLedger, book: NameBook, check: NameCheck): EventLedger {
	type Verdict = Awaited<ReturnType<EventLedger['verify']>>;
	const saidVerdict = (verdict: Verdict, say: Say): Verdict =>
		verdict.status === 'intact'
			? verdict
			: {
					...verdict,
					explanation: say(verdict.explanation),
					...(verdict.record === undefined ? {} : { record: say(verdict.record) }),
				};
	const withNames = async (verdict: Verdict): Promise<Verdict> => {
		if (verdict.status === 'broken') return await book.revealOne(verdict, saidVerdict);
		const wrong = await check.first();
		return wrong === null ? verdict : { status: 'broken', position: verdict.sealed, ...wrong };
	};
	return {
		...inner,
		append: async (events) => await inner.append(await hiddenEvents(book, events)),
		list: async (query) => await book.reveal(await inner.list(query), saidEvent),
		sealedAfter: async (position, limit) =>
			await book.reveal(await inner.sealedAfter(position, limit), saidEvent),
		verify: async () => await withNames(await inner.verify()),
		verifyAgainst: async (head) => await withNames(await inner.verifyAgainst(head)),
	};
}

/** Documents of such a ledger. Who is known as a recipient stands in them as a hash. */
export const namedRecords = (inner: RecordLedger, book: NameBook): RecordLedger => ({
	write: async (batch, events) => {
		const bodies = await book.hide(batch.map(({ body }) => body));
		const outcome = await inner.write(
			batch.map((write, at) => ({ ...write, body: bodies[at] ?? write.body })),
			await hiddenEvents(book, events),
		);
		if (outcome.status === 'conflict') return outcome;
		return { ...outcome, records: await book.reveal(outcome.records, saidDocument) };
	},
	get: async (kind, ids) => await book.reveal(await inner.get(kind, ids), saidDocument),
	list: async (query) => await book.reveal(await inner.list(query), saidDocument),
	remove: (kind, ids) => inner.remove(kind, ids),
});

/** The desk's reads of such a ledger. */
export function namedDesk(inner: DeskLedger, book: NameBook): DeskLedger {
	return {
		...inner,
		spines: async () => await book.reveal(await inner.spines(), saidSpine),
		slots: async (spine, newest) =>
			await book.reveal(await inner.slots(spine, newest), (slot, say) => ({
				...slot,
				reasons: slot.reasons.map((one) => ({
					...one,
					reason: one.reason === null ? null : say(one.reason),
				})),
			})),
		doubts: async (spine, limit, without) =>
			await book.reveal(await inner.doubts(spine, limit, without), saidRecord),
		newest: async (query) => {
			const { text, limit } = query;
			const found = [...(await inner.newest(query))];
			if (text !== undefined && book.hashOf(text) !== text) {
				const known = new Set(found.map(({ id }) => id));
				for (const event of await inner.newest({ ...query, text: book.hashOf(text) }))
					if (!known.has(event.id)) found.push(event);
			}
			const newest = found.sort((a, b) => b.id - a.id).slice(0, limit);
			return await book.reveal(newest, saidEvent);
		},
		ofRecipient: async (recipient, slots) =>
			await book.reveal(await inner.ofRecipient(book.hashOf(recipient), slots), saidRecord),
		byMessage: async (messageId) => await book.reveal(await inner.byMessage(messageId), saidRecord),
	};
}

/** Erasing one person of such a ledger: rows by hashes, texts by names as well. */
export function namedErasure(inner: Erasure, book: NameBook): Erasure {
	const stored = ({ recipient, alsoKnownAs, by }: ErasureRequest): ErasureRequest => ({
		recipient: book.hashOf(recipient),
		alsoKnownAs: alsoKnownAs.map((name) => book.hashOf(name)),
		inTexts: [recipient, ...alsoKnownAs],
		by,
	});
	return {
		look: async (request) => ({
			...(await inner.look(stored(request))),
			ids: [...new Set([request.recipient, ...request.alsoKnownAs])],
		}),
		erase: (request) => inner.erase(stored(request)),
		scrub: () => inner.scrub(),
	};
}

/** What the seal of a reading position is bound to. No spine has such a name. */
const positionOf = ({ spine, space, slot }: ReadingRef): DeliveryRef => ({
	spine: `reading position of ${spine}`,
	space,
	slot,
	recipient: '',
});

/**
 * Reading of such a ledger. How far contacts were read is an id that may be nobody's the ledger knows: it is sealed, not
 * hashed, since reading goes on from it.
 */
export function namedReading(inner: ReadingLedger, book: NameBook, codec: InputCodec): ReadingLedger {
	const opened = (of: ReadingRef, mark: ReadingMark): ReadingMark => ({
		...mark,
		position: mark.position === null ? null : codec.open(positionOf(of), mark.position),
	});
	return {
		take: async (of) => {
			const taken = await inner.take(of);
			if (taken.status === 'held') return taken;
			const handOuts = await book.reveal(taken.handOuts, (handOut, say) => ({
				...handOut,
				recipients: handOut.recipients.map(say),
			}));
			return { ...taken, mark: opened(of, taken.mark), handOuts };
		},
		move: async (of, token, step) => {
			const stored =
				step.kind === 'read' ? { ...step, position: codec.seal(positionOf(of), step.position) } : step;
			const mark = await inner.move(of, token, stored);
			return mark && opened(of, mark);
		},
		giveBack: (of, token, handed) =>
			inner.giveBack(
				of,
				token,
				handed.map((one) => ({ ...one, recipients: one.recipients.map((name) => book.hashOf(name)) })),
			),
	};
}
