import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Hashing } from '../../app/ledger/hashes/port';

const secretBytes = 32;
/** 162 bits: two of 2^60 names are one with a chance of 2^-43. */
const characters = 27;

/**
 * Keyed hashes of recipients: HMAC-SHA-256 of the name, or of a digest, under keys derived (HKDF) from the ledger's own secret, which is
 * made by chance, kept sealed under the credential's key, and stays when that key changes.
 */
export const recipientHashing: Hashing = {
	fresh: () => randomBytes(secretBytes).toString('base64url'),
	under: (secret) => {
		const bytes = Buffer.from(secret, 'base64url');
		const keyOf = (purpose: string): Buffer =>
			Buffer.from(hkdfSync('sha256', bytes, 'release-gate', purpose, secretBytes));
		const [names, digests] = [keyOf('recipients'), keyOf('digests')];
		return {
			name: (name) =>
				`h1-${createHmac('sha256', names).update(name).digest('base64url').slice(0, characters)}`,
			digest: (digest) => createHmac('sha256', digests).update(digest).digest('hex'),
		};
	},
};
