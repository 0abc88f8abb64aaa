import { canonicalScope, MAX_KEY_BYTES } from './key';
import { canonicalPart, MAX_PART_BYTES } from '../delivery/canonical';

/** What an item carries of its key claim, in `json.keyClaim`. */
export interface KeyClaim {
	readonly scope: string;
	readonly key: string;
	/** Token of the claim; absent where the claim was not granted. */
	readonly token?: number;
}

const names = new Set(['scope', 'key', 'token']);

const isCanonical = (value: unknown, canonical: (value: unknown) => string): boolean =>
	typeof value === 'string' && canonical(value) === value;

/**
 * Reads a key claim from an item. Strict, since others may have a field of that name: no unknown fields, names in their
 * canonical form. `null` for anything else; never throws.
 */
export function readKeyClaim(value: unknown): KeyClaim | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
	const { scope, key, token } = value as Partial<Record<keyof KeyClaim, unknown>>;
	if (!Object.keys(value).every((name) => names.has(name))) return null;
	if (token !== undefined && !(Number.isSafeInteger(token) && (token as number) > 0)) return null;
	try {
		if (!isCanonical(scope, canonicalScope)) return null;
		if (typeof key !== 'string' || key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES) return null;
		// A key of several parts may be longer than a part.
		const whole = Buffer.byteLength(key) <= MAX_PART_BYTES;
		if (whole && !isCanonical(key, (text) => canonicalPart(text, 'key'))) return null;
	} catch {
		return null;
	}
	return value as KeyClaim;
}
