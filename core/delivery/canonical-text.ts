import canonicalize from 'canonicalize';

/** Levels that are written by calling oneself; the library has no limit, and takes what is deeper. */
const DEEPEST = 100;

/** Text that stands between quotes as it is: printable ASCII without the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Thrown where a value is not plain JSON: the library knows what to do, or refuses it with its reason. */
const ODD = new Error('not plain');

/**
 * Canonical JSON (RFC 8785) of a value; `undefined` where JSON has nothing for it. The words are those of the library
 * `canonicalize`, which is asked for whatever is not plain JSON; plain JSON is written here in about a third of its time
 * (`test/core/delivery/canonical.test.ts` holds the two against each other).
 *
 * @throws on lone surrogates, numbers that JSON has not, cycles, bigint
 */
export function canonicalText(value: unknown): string | undefined {
	try {
		return written(value, 0);
	} catch (error) {
		if (error !== ODD) throw error;
		return canonicalize(value);
	}
}

function written(value: unknown, depth: number): string {
	switch (typeof value) {
		case 'string':
			return quoted(value);
		case 'boolean':
			return value ? 'true' : 'false';
		case 'number':
			if (!Number.isFinite(value)) throw ODD;
			return `${value}`;
		case 'object':
			if (value === null) return 'null';
			if (depth === DEEPEST) throw ODD;
			return Array.isArray(value) ? list(value, depth + 1) : members(value, depth + 1);
		default:
			throw ODD;
	}
}

function quoted(text: string): string {
	if (isPlainText(text)) return `"${text}"`;
	if (!text.isWellFormed()) throw ODD;
	return JSON.stringify(text);
}

/** Short texts are looked through by hand: to start the pattern takes longer. */
function isPlainText(text: string): boolean {
	if (text.length > SHORT) return PLAIN.test(text);
	for (let at = 0; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
	}
	return true;
}

const SHORT = 64;

/** Names as they stand before a colon: the same few in every item of a batch. */
const names = new Map<string, string>();
const MOST_NAMES = 2000;

function nameOf(name: string): string {
	const known = names.get(name);
	if (known !== undefined) return known;
	const written = `${quoted(name)}:`;
	if (name.length > SHORT) return written;
	if (names.size >= MOST_NAMES) names.clear();
	names.set(name, written);
	return written;
}

function list(values: readonly unknown[], depth: number): string {
	if ('toJSON' in values) throw ODD;
	let text = '[';
	for (let at = 0; at < values.length; at += 1) {
		if (at > 0) text += ',';
		text += written(values[at], depth);
	}
	return `${text}]`;
}

function members(holder: object, depth: number): string {
	if (!isPlain(Object.getPrototypeOf(holder)) || 'toJSON' in holder) throw ODD;
	const own = Object.keys(holder);
	if (!areSorted(own)) own.sort();
	let text = '{';
	let first = true;
	for (const name of own) {
		const value = (holder as Readonly<Record<string, unknown>>)[name];
		if (value === undefined) continue;
		if (!first) text += ',';
		first = false;
		text += nameOf(name);
		text += written(value, depth);
	}
	return `${text}}`;
}

/** Whether this is the prototype of a literal, also of one from another realm, and not of a box, a date or a class. */
const isPlain = (prototype: unknown): boolean =>
	prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;

/** In code-unit order, as the members of what was written canonically before are. */
function areSorted(names: readonly string[]): boolean {
	for (let at = 1; at < names.length; at += 1)
		if ((names[at - 1] as string) > (names[at] as string)) return false;
	return true;
}
