import { wellFormedJson } from '../../../../core/delivery/refs';
import type { Json, JsonObject } from '../../../../core/delivery/types';
import { replaced, type Redacted, type StateText } from '../../erasure/redact';
import { type Redaction, type StateSeal, unsignedText } from '../../history/state';
import { pages } from '../../pages';
import type { LinkedRow } from '../../store';
import { type NameBook, withoutAddresses } from '../book';
import { tell, type Conversion } from './conversion';

/** Few, since an event of a large batch names thousands of recipients. */
const pageEvents = 200;

const isObject = (value: Json | undefined): value is JsonObject =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** An entry of a batch under the hash of what it names; what was said of it is free text. */
function convertedEntry(entry: Json, book: NameBook): Json {
	if (typeof entry === 'string') return book.hashOf(entry);
	if (!Array.isArray(entry)) return entry;
	const [name = null, ...more] = entry as readonly Json[];
	return [typeof name === 'string' ? book.hashOf(name) : name, ...more.map(withoutAddresses)];
}

const convertedEntries = (entries: Json | undefined, book: NameBook): Json =>
	Array.isArray(entries)
		? (entries as readonly Json[]).map((entry) => convertedEntry(entry, book))
		: (entries ?? null);

/** Recipients and keys where an event of a batch has them: in its entries, and of many keys the first and the last. */
function convertedData(kind: string, data: Json, book: NameBook): Json {
	if (!isObject(data)) return data;
	if (kind.startsWith('keys.'))
		return Object.fromEntries(
			Object.entries(data).map(([name, value]): [string, Json] => {
				if (name === 'keys') return [name, convertedEntries(value, book)];
				const isKey = (name === 'first' || name === 'last') && typeof value === 'string';
				return [name, isKey ? book.hashOf(value) : value];
			}),
		);
	return 'deliveries' in data && Array.isArray(data['deliveries'])
		? { ...data, deliveries: convertedEntries(data['deliveries'], book) }
		: data;
}

/** What an event tells of rows, under the hashes of their recipients. */
function convertedState(text: string, book: NameBook): string {
	const state = JSON.parse(text) as StateText;
	for (const [table, , flat] of state.t ?? []) {
		if (table !== 'deliveries' && table !== 'recipients') continue;
		for (let at = 0; at < flat.length; at += 3) flat[at] = book.hashOf(String(flat[at]));
	}
	return JSON.stringify(state);
}

/** Events with hashes in place of names; `null` for those that name nobody. */
async function convertedEvents(
	rows: readonly LinkedRow[],
	book: NameBook,
	seal: StateSeal | null,
): Promise<readonly (Redacted | null)[]> {
	const told = rows.map(({ kind, subject, sentence, data }): JsonObject => ({
		subject,
		sentence,
		data: convertedData(kind, JSON.parse(data) as Json, book),
	}));
	const hidden = await book.hide(told);
	return rows.map((row, at) => {
		const { subject = row.subject, sentence = row.sentence, data = {} } = hidden[at] ?? {};
		const next = {
			...row,
			subject: subject as string | null,
			sentence: sentence as string,
			data: wellFormedJson(data),
		};
		const state = row.state === null ? null : convertedState(unsignedText(row.state), book);
		return replaced(row, next, state, seal);
	});
}

/** Events that name somebody. Returns how many. */
export async function convertEvents({ context, book }: Conversion): Promise<number> {
	let converted = 0;
	const list = (last: LinkedRow | undefined): Promise<readonly LinkedRow[]> =>
		context.store.transaction((tx) => tx.erasure.eventsAfter(last?.id ?? 0, pageEvents));
	for await (const rows of pages(pageEvents, list)) {
		const next = (await convertedEvents(rows, book, context.seal)).filter((one) => one !== null);
		if (next.length === 0) continue;
		await context.store.transaction(async (tx) => {
			const redactions: Redaction[] = [];
			for (const { row, redaction } of next) {
				await tx.erasure.rewriteEvent(row);
				if (redaction !== null) redactions.push(redaction);
			}
			tx.markState({ redactions });
			await tell(tx, 'events', next.length);
		});
		converted += next.length;
		await context.store.breathe();
	}
	return converted;
}
