import { ERASED_NAME, type Names } from '../../../core/delivery/identifiers';
import { wellFormedJson } from '../../../core/delivery/refs';
import type { Json } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { contentDigest } from '../chain';
import { eventText, type Redaction, type StateSeal, unsignedText } from '../history/state';
import type { LinkedRow } from '../store';

/** Who is erased: the names to look for, and the name under which each of the recipient's ids goes on. */
export interface Erasing {
	readonly names: Names;
	readonly instead: ReadonlyMap<string, string>;
}

/** Words of our own that an event's detail is made of: reasons of refusals, classes of failures, outcomes, verdicts. */
const isWord = (value: Json): boolean =>
	typeof value !== 'string' || /^[a-z]+(?:-[a-z]+)*$/i.test(value) || value === '';

/**
 * What stays of the detail of an entry: words and numbers. What a provider said of a bounce stays without the person's names and
 * without addresses, since the error budget goes by it; sentences go.
 */
function bareDetail(detail: Json, names: Names): Json {
	if (typeof detail === 'string') return isWord(detail) ? detail : ERASED_NAME;
	if (detail === null || typeof detail !== 'object' || Array.isArray(detail)) return detail;
	return Object.fromEntries(
		Object.entries(detail).map(([name, value]): [string, Json] => {
			if (isWord(value) && typeof value !== 'object') return [name, value];
			if (name !== 'detail' || typeof value !== 'string') return [name, ERASED_NAME];
			return [name, names.without(value).replace(/[^\s<>"']+@[^\s<>"']+/g, ERASED_NAME)];
		}),
	);
}

/** Details of an event: entries of the person's deliveries under their new name, and no name anywhere else. */
function bareData(data: Json, { names, instead }: Erasing): Json {
	if (data === null || typeof data !== 'object' || Array.isArray(data)) return names.withoutIn(data);
	const { deliveries, ...rest } = data as Readonly<Record<string, Json>>;
	const others = names.withoutIn(rest) as Readonly<Record<string, Json>>;
	if (!Array.isArray(deliveries)) return deliveries === undefined ? others : names.withoutIn(data);
	const entries = (deliveries as readonly Json[]).map((entry): Json => {
		if (!Array.isArray(entry)) return names.withoutIn(entry);
		const [recipient = null, ...more] = entry as readonly Json[];
		const name = typeof recipient === 'string' ? instead.get(recipient) : undefined;
		if (name === undefined) return names.withoutIn(entry);
		return [name, ...more.map((one) => bareDetail(one, names))];
	});
	return { ...others, deliveries: entries };
}

/** What an event tells of rows, as it is written. */
export interface StateText {
	t?: [table: string, path: readonly string[], flat: (string | 0)[]][];
}

/** What an event tells of rows, the person's under their new name. Nothing else: numbers of other rows look like ids. */
function bareState(text: string, { instead }: Erasing): string {
	const state = JSON.parse(text) as StateText;
	for (const [table, , flat] of state.t ?? []) {
		if (table !== 'deliveries' && table !== 'recipients') continue;
		for (let at = 0; at < flat.length; at += 3) {
			const name = instead.get(String(flat[at]));
			if (name !== undefined) flat[at] = name;
		}
	}
	return JSON.stringify(state);
}

/** Whether a text can hold a name at all: far cheaper than to look where. */
export function mayName({ names, instead }: Erasing, row: LinkedRow): boolean {
	if ([row.data, row.sentence, row.subject ?? ''].some((text) => names.inText(text))) return true;
	return [...instead.keys()].some((id) => {
		const written = JSON.stringify(id);
		return row.subject === id || row.data.includes(written) || (row.state?.includes(written) ?? false);
	});
}

/** A redacted event, and what is told of it where it was sealed before. */
export interface Redacted {
	readonly row: LinkedRow;
	readonly redaction: Redaction | null;
}

/**
 * An event without the person; `null` where it does not name them. What was signed is signed anew.
 *
 * @throws `ledger-erase-unsigned` where it was signed and the ledger has no signing key, `ledger-state-forged`
 */
export function redacted(row: LinkedRow, erasing: Erasing, seal: StateSeal | null): Redacted | null {
	if (!mayName(erasing, row)) return null;
	const { names } = erasing;
	const told = {
		...row,
		subject: row.subject === null ? null : (erasing.instead.get(row.subject) ?? names.without(row.subject)),
		sentence: names.without(row.sentence),
		data: wellFormedJson(bareData(JSON.parse(row.data) as Json, erasing)),
	};
	return replaced(row, told, row.state === null ? null : bareState(unsignedText(row.state), erasing), seal);
}

/**
 * An event that says something else, with what is told of it where it was sealed before; `null` where it says the same. What
 * was signed is signed anew.
 *
 * @throws `ledger-erase-unsigned` where it was signed and the ledger has no signing key, `ledger-state-forged`
 */
export function replaced(
	row: LinkedRow,
	told: LinkedRow,
	state: string | null,
	seal: StateSeal | null,
): Redacted | null {
	const same = told.subject === row.subject && told.sentence === row.sentence && told.data === row.data;
	if (same && (row.state === null || state === unsignedText(row.state))) return null;
	const next = { ...told, state: signedAnew(row, state, eventText(told), seal) };
	const redaction =
		row.position === null || row.hash === null
			? null
			: { position: row.position, hash: row.hash, content: contentDigest(next) };
	return { row: next, redaction };
}

function signedAnew(
	row: LinkedRow,
	state: string | null,
	event: string,
	seal: StateSeal | null,
): string | null {
	if (state === null || row.state === null || !row.state.startsWith('signed:')) return state;
	if (seal === null) throw gateError('ledger-erase-unsigned');
	// What somebody else wrote there must not get a signature of ours.
	seal.open(row.state, eventText(row));
	return seal.sign(state, event);
}
