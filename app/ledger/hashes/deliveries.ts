import type { DeliveryRecord, Registration } from '../../../core/delivery/record';
import type { DeliveryRef } from '../../../core/delivery/types';
import { refProblem } from '../../../core/delivery/refs';
import { gateError } from '../../../core/errors';
import type { DeliveryLedger } from '../api';
import type { CalledRegistration } from '../operations/register';
import { hashForm } from './port';
import type { NameBook, NamesByHash, Say } from './book';

/** A delivery with the name of its recipient. */
export const saidRecord = <Record extends DeliveryRecord>(record: Record, say: Say): Record => ({
	...record,
	ref: { ...record.ref, recipient: say(record.ref.recipient) },
	reason: record.reason === null ? null : say(record.reason),
});

/** The recipients that a batch names, by what they are stored as. */
class Asked {
	private readonly found = new Map<string, string>();

	constructor(private readonly book: NameBook) {}

	get names(): NamesByHash {
		return this.found;
	}

	ref(ref: DeliveryRef): DeliveryRef {
		const stored = this.book.refOf(ref);
		if (stored !== ref && stored.recipient !== ref.recipient) this.found.set(stored.recipient, ref.recipient);
		return stored;
	}

	/** Entries of a batch by what their recipients are stored as. */
	items<Item extends { readonly ref: DeliveryRef }>(batch: readonly Item[]): readonly Item[] {
		return batch.map((item) => ({ ...item, ref: this.ref(item.ref) }));
	}
}

interface Explained {
	readonly explanation?: string;
	readonly writes?: readonly { readonly objectId: string }[];
	readonly delivery?: DeliveryRecord;
}

/** A result with names in what it explains, in the delivery it tells of, and in what is written outside. */
const saidResult = <Result extends object>(result: Result, say: Say): Result => {
	const { explanation, writes, delivery } = result as Explained;
	return {
		...result,
		...(explanation === undefined ? {} : { explanation: say(explanation) }),
		...(delivery === undefined ? {} : { delivery: saidRecord(delivery, say) }),
		...(writes === undefined
			? {}
			: { writes: writes.map((write) => ({ ...write, objectId: say(write.objectId) })) }),
	};
};

/** Deliveries of a ledger that stores recipients as hashes, by their names. */
export function namedDeliveries(inner: DeliveryLedger, book: NameBook): DeliveryLedger {
	const onBatch = async <Item extends { readonly ref: DeliveryRef }, Result extends object>(
		batch: readonly Item[],
		work: (stored: readonly Item[]) => Promise<readonly Result[]>,
	): Promise<readonly Result[]> => {
		const asked = new Asked(book);
		return await book.reveal(await work(asked.items(batch)), saidResult, asked.names);
	};
	/** Entries with a text of theirs as it is stored. */
	const withText = async <Item, Name extends keyof Item>(
		batch: readonly Item[],
		name: Name,
	): Promise<readonly Item[]> => {
		const hidden = await book.hideAll(batch.map((item) => item[name] as string | undefined));
		return batch.map((item, at) => (hidden[at] === undefined ? item : { ...item, [name]: hidden[at] }));
	};
	const called = <Item extends Registration>(item: Item): Item & CalledRegistration => ({
		...item,
		called: item.ref.recipient,
	});
	/** Refuses to register a hash that is nobody's: it would be handed out as if it were a name. */
	const refuseStrangers = async (batch: readonly { readonly ref: DeliveryRef }[]): Promise<void> => {
		const hashes = batch.filter(({ ref }) => hashForm.test(ref.recipient));
		if (hashes.length === 0) return;
		const names = await book.names(hashes.map(({ ref }) => ref.recipient));
		const stranger = hashes.find(({ ref }) => !names.has(ref.recipient));
		if (stranger === undefined) return;
		const { spine, slot } = stranger.ref;
		const problem = 'the recipient looks like a hash of this ledger, and is the hash of nobody';
		throw gateError('ledger-key-unusable', { spine, slot, problem });
	};
	const records = (found: readonly DeliveryRecord[]): Promise<readonly DeliveryRecord[]> =>
		book.reveal(found, saidRecord);
	return {
		...inner,
		absorb: async (batch) => {
			// What is known of the former ones is theirs from now on.
			const taking = batch.filter(({ ref, former }) => former.length > 0 && refProblem(ref) === null);
			await book.keep(taking.map(({ ref }) => ref.recipient));
			await inner.absorb(
				batch.map(({ ref, former }) => ({
					ref: book.refOf(ref),
					former: former.map((recipient) => book.refOf({ ...ref, recipient }).recipient),
				})),
			);
		},
		register: async (batch) => {
			await refuseStrangers(batch);
			return await onBatch(await withText(batch.map(called), 'hold'), (stored) => inner.register(stored));
		},
		unsent: async (spine, space, limit, after) =>
			await records(await inner.unsent(spine, space, limit, after && book.refOf(after))),
		claim: async (batch, owner) => {
			await refuseStrangers(batch.filter(({ register }) => register !== undefined));
			const holds = await book.hideAll(batch.map(({ register }) => register?.hold));
			return await onBatch(
				batch.map((item, at) => {
					if (item.register === undefined) return item;
					const hold = holds[at];
					const register = { ...item.register, ref: item.ref, ...(hold === undefined ? {} : { hold }) };
					return { ...item, register: called(register) };
				}),
				(stored) => inner.claim(stored, owner),
			);
		},
		confirm: (batch) => onBatch(batch, (stored) => inner.confirm(stored)),
		commit: (batch) => onBatch(batch, (stored) => inner.commit(stored)),
		fail: async (batch) => await onBatch(await withText(batch, 'reason'), (stored) => inner.fail(stored)),
		settle: async (batch) =>
			await onBatch(await withText(batch, 'grounds'), (stored) => inner.settle(stored)),
		recordOutcome: async (batch) => {
			const reports = (await withText(batch, 'detail')).map((report) =>
				report.ref === undefined ? report : { ...report, ref: book.refOf(report.ref) },
			);
			return await book.reveal(await inner.recordOutcome(reports), saidResult);
		},
		get: async (refs, withInput) => {
			const asked = new Asked(book);
			const found = await inner.get(
				refs.map((ref) => asked.ref(ref)),
				withInput,
			);
			return await book.reveal(
				found,
				(record, say) => (record === null ? null : saidRecord(record, say)),
				asked.names,
			);
		},
		list: async (query) =>
			await records(
				await inner.list({ ...query, ...(query.after ? { after: book.refOf(query.after) } : {}) }),
			),
		lastSent: (spine, space, recipients) =>
			inner.lastSent(
				spine,
				space,
				recipients.map((name) => book.hashOf(name)),
			),
	};
}
