import {
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	hkdfSync,
	type KeyObject,
	randomBytes,
	sign,
	timingSafeEqual,
	verify,
} from 'node:crypto';
import type { HeadSigner } from '../../app/ledger/history/head';
import type { StateSeal } from '../../app/ledger/history/state';
import { gateError } from '../../core/errors';
import { keyBytes } from '.';

/** What a signing key of the Release Ledger credential does: it signs heads of the chain and what events tell. */
export interface Signing {
	readonly head: HeadSigner;
	readonly seal: StateSeal;
}

const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function hmacSigner(key: Buffer): HeadSigner {
	const mac = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
	return {
		algorithm: 'hmac-sha256',
		keyId: idOf(key),
		sign: (text) => mac(text).toString('base64url'),
		holds: (text, signature) => sameBytes(mac(text), Buffer.from(signature, 'base64url')),
	};
}

function ed25519Signer(key: KeyObject): HeadSigner {
	const publicKey = key.type === 'private' ? createPublicKey(key) : key;
	return {
		algorithm: 'ed25519',
		keyId: idOf(publicKey.export({ format: 'der', type: 'spki' })),
		sign: (text) => {
			if (key.type !== 'private') throw gateError('ledger-signing-key-malformed');
			return sign(null, Buffer.from(text), key).toString('base64url');
		},
		holds: (text, signature) =>
			verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url')),
	};
}

const prefix = 'signed:1:';

/** `signed:1:<key id>:<nonce>:<mac>:<text>`; the MAC binds the text to its event, the nonce lets none be told twice. */
function sealOf(secret: Uint8Array): StateSeal {
	const key = Buffer.from(hkdfSync('sha256', secret, 'release-gate', 'state', 32));
	const keyId = idOf(key);
	const mac = (nonce: string, event: string, text: string): Buffer =>
		createHmac('sha256', key)
			.update(JSON.stringify([nonce, event, text]))
			.digest();
	const sealed = (nonce: string, event: string, text: string): string =>
		`${prefix}${keyId}:${nonce}:${mac(nonce, event, text).toString('base64url')}:${text}`;
	return {
		sign: (text, event) => sealed(randomBytes(12).toString('base64url'), event, text),
		open: (stored, event) => {
			if (!stored.startsWith(prefix)) return { text: stored, nonce: null };
			const [id = '', nonce = '', given = ''] = stored.slice(prefix.length).split(':', 3);
			const text = stored.slice(stored.indexOf('{'));
			if (id !== keyId || !sameBytes(mac(nonce, event, text), Buffer.from(given, 'base64url')))
				throw gateError('ledger-state-forged', { keyId });
			return { text, nonce };
		},
	};
}

/** An Ed25519 key in PEM; `null` for anything else. @throws `ledger-signing-key-malformed` */
function pemKey(text: string): KeyObject | null {
	if (!text.startsWith('-----BEGIN')) return null;
	try {
		// A text field of n8n may have lost the ends of the lines.
		const pem = text.replace(/\\n/g, '\n');
		const key = createPrivateKey(pem);
		if (key.asymmetricKeyType === 'ed25519') return key;
	} catch (error) {
		throw gateError('ledger-signing-key-malformed', {}, error);
	}
	throw gateError('ledger-signing-key-malformed');
}

function secretOf(text: string): Buffer {
	try {
		return keyBytes(text);
	} catch (error) {
		throw gateError('ledger-signing-key-malformed', {}, error);
	}
}

/**
 * What signs for a ledger: an Ed25519 private key in PEM (PKCS #8), else a key for HMAC, read as the encryption key is.
 * `null` without a key.
 *
 * @throws `ledger-signing-key-malformed`
 */
export function signingOf(key: string | undefined): Signing | null {
	const text = key?.trim() ?? '';
	if (text === '') return null;
	const pem = pemKey(text);
	if (pem !== null)
		return { head: ed25519Signer(pem), seal: sealOf(pem.export({ format: 'der', type: 'pkcs8' })) };
	const bytes = secretOf(text);
	return { head: hmacSigner(bytes), seal: sealOf(bytes) };
}

/** Checks heads by the public half of an Ed25519 key, for who must not sign. @throws `ledger-signing-key-malformed` */
export function publicSigner(pem: string): HeadSigner {
	try {
		return ed25519Signer(createPublicKey(pem.trim()));
	} catch (error) {
		throw gateError('ledger-signing-key-malformed', {}, error);
	}
}
