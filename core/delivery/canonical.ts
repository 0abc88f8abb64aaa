/// <reference lib="es2024.string" />
import { hash } from 'node:crypto';
import { gateError } from '../errors';
import { canonicalText } from './canonical-text';
import type { Json } from './types';

/** Longest part of a key, in UTF-8 bytes. Postgres refuses index keys over 2,704 bytes; three parts stay well below. */
export const MAX_PART_BYTES = 512;

/**
 * Characters that nobody sees: C0 and C1 controls (NUL among them), bidi controls, line and paragraph separators, and
 * all that Unicode says to leave undrawn (Default_Ignorable_Code_Point: zero-width characters, the soft hyphen, fillers,
 * variation selectors, tags, the byte order mark). Two keys that look the same must be the same.
 */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/u;
const INVISIBLES = new RegExp(INVISIBLE.source, 'gu');

/** Visible ASCII without blanks, within the limit: canonical as it is, and what nearly every key is made of. */
const PLAIN = new RegExp(`^[\\x21-\\x7e]{1,${MAX_PART_BYTES}}$`);

/** The start of a value, fit for an error message: at most 12 characters, without invisible ones. */
export function prefixOf(value: string): string {
	const shown = [...value.slice(0, 64).toWellFormed().replace(INVISIBLES, '�')];
	return shown.length > 12 ? `${shown.slice(0, 12).join('')}…` : shown.join('');
}

/**
 * The one canonical form of a spine, recipient or slot, for both stores: a safe integer becomes its decimal text;
 * text is trimmed and brought to Unicode NFC. Text that is refused rather than repaired: empty, over 512 UTF-8
 * bytes, with a lone surrogate (drivers turn each into U+FFFD, so two keys would collide), or with invisible
 * characters anywhere but at the trimmed ends. Idempotent.
 *
 * @param what name of the part, for the error, e.g. `recipient`
 * @throws `key-part-type`, `key-part-empty`, `key-part-malformed`, `key-part-invisible`, `key-part-too-long`
 */
export function canonicalPart(value: unknown, what: string): string {
	if (typeof value === 'string' && PLAIN.test(value)) return value;
	if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value === 0 ? 0 : value);
	if (typeof value !== 'string') {
		throw gateError('key-part-type', { what, type: value === null ? 'null' : typeof value });
	}
	if (!value.isWellFormed()) throw gateError('key-part-malformed', { what, prefix: prefixOf(value) });
	const text = value.trim().normalize('NFC');
	if (text === '') throw gateError('key-part-empty', { what });
	const bytes = Buffer.byteLength(text, 'utf8');
	if (bytes > MAX_PART_BYTES) {
		throw gateError('key-part-too-long', { what, prefix: prefixOf(text), bytes, limit: MAX_PART_BYTES });
	}
	if (INVISIBLE.test(text)) throw gateError('key-part-invisible', { what, prefix: prefixOf(text) });
	return text;
}

/**
 * Canonical JSON (RFC 8785): keys in code-unit order, shortest numbers. Unlike `JSON.stringify` it refuses what JSON
 * cannot hold at the top (undefined, functions) and, anywhere, NaN, infinities, lone surrogates, cycles and bigint.
 * Members that are undefined are left out, as in JSON. An own `__proto__` key is an ordinary key.
 *
 * @throws `not-json`
 */
export function canonicalJson(value: unknown): string {
	let text: string | undefined;
	try {
		text = canonicalText(value);
	} catch (cause) {
		throw gateError('not-json', {}, cause);
	}
	if (text === undefined) throw gateError('not-json');
	return text;
}

/** Whether two values are the same as JSON: the order of members does not count, and absent is `null`. @throws `not-json` */
export const sameJson = (a: unknown, b: unknown): boolean =>
	canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** SHA-256, lower-case hex, of the canonical JSON of a value. @throws `not-json` */
export function digest(value: Json): string {
	return sha256(canonicalJson(value));
}

/** SHA-256 of the UTF-8 bytes of a text, lower-case hex. */
export function sha256(text: string): string {
	return hash('sha256', text, 'hex');
}
