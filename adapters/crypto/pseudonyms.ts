import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Pseudonyms } from '../../app/ledger/erasure/port';
import { keyBytes } from '.';

/** Without a key of the credential nothing but the salt, which stands in the ledger, goes into the names. */
const noKey = Buffer.alloc(32);

const derived = (secret: Uint8Array): Buffer =>
	Buffer.from(hkdfSync('sha256', secret, 'release-gate', 'erased', 32));

/**
 * Names for erased people. Keyed ones are HMAC-SHA-256 under a key derived from the ledger's encryption key; without one,
 * whoever has the ledger can try ids until one fits.
 *
 * @param keys encryption keys, the current one first
 * @throws `ledger-key-malformed`
 */
export function pseudonymsOf(keys: readonly (string | undefined)[]): Pseudonyms {
	const given = keys.map((key) => key?.trim() ?? '').filter((key) => key !== '');
	const secrets = given.length === 0 ? [noKey] : given.map((key) => derived(keyBytes(key)));
	return {
		fresh: () => `erased-${randomBytes(9).toString('base64url').replace(/[-_]/g, '0')}`,
		salt: () => randomBytes(16).toString('hex'),
		of: (salt, text) =>
			secrets.map((secret) =>
				createHmac('sha256', secret)
					.update(JSON.stringify([salt, text]))
					.digest('hex'),
			),
	};
}
