import { gateError } from '../errors';
import { canonicalPart, prefixOf } from '../delivery/canonical';

/** Longest key, in UTF-8 bytes: with its scope it stays below the 2,704 bytes that Postgres takes into an index. */
export const MAX_KEY_BYTES = 1_024;

/** Whatever a key with several parts must not hold bare. */
const SIGNS = /[%:]/;

const escape = (part: string): string =>
	SIGNS.test(part) ? part.replace(/[%:]/g, (sign) => encodeURIComponent(sign)) : part;

/** The canonical name of a scope. @throws an error of `canonicalPart` */
export const canonicalScope = (value: unknown): string => canonicalPart(value, 'scope');

/**
 * The one canonical form of a key, for both stores: its parts as `canonicalPart` makes them, `%` and `:` percent-escaped,
 * with `:` between them. Different lists of parts have different keys.
 *
 * @throws `once-key-too-long`, or an error of `canonicalPart`
 */
export function claimKey(parts: readonly unknown[]): string {
	const [only] = parts;
	const key =
		parts.length === 1
			? escape(canonicalPart(only, 'key'))
			: parts.map((part) => escape(canonicalPart(part, 'key'))).join(':');
	// A UTF-16 unit has at most three bytes.
	if (key.length * 3 > MAX_KEY_BYTES) {
		const bytes = Buffer.byteLength(key, 'utf8');
		if (bytes > MAX_KEY_BYTES)
			throw gateError('once-key-too-long', { prefix: prefixOf(key), bytes, limit: MAX_KEY_BYTES });
	}
	return key;
}
