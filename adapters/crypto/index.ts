import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { type InputCodec, plainCodec } from '../../app/ledger/context';
import { refId } from '../../core/delivery/refs';

const prefix = 'sealed:1:';
const nonceBytes = 12;
const tagBytes = 16;
const shortestPassphrase = 12;

/** Fixed, so that every process derives the same key from the same passphrase. */
const salt = 'n8n-nodes-release-gate/ledger/1';

/** 32 bytes from base64 (44 characters) or hex (64); anything else is a passphrase, stretched by scrypt (N = 2^15). */
export function keyBytes(key: string): Buffer {
	if (/^[0-9a-f]{64}$/i.test(key)) return Buffer.from(key, 'hex');
	if (/^[A-Za-z0-9+/_-]{43}=?$/.test(key)) return Buffer.from(key, 'base64');
	if (key.length < shortestPassphrase) throw gateError('ledger-key-malformed');
	return scryptSync(key.normalize('NFC'), salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

/** Names a key without telling it: the first 8 hex digits of its SHA-256. */
const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8);

/** Stored form: `sealed:1:<key id>:<base64 of nonce, tag and ciphertext>`; the delivery's ref is authenticated with it. */
class AesGcmCodec implements InputCodec {
	private readonly id: string;

	constructor(private readonly key: Buffer) {
		this.id = idOf(key);
	}

	seal(ref: DeliveryRef, text: string): string {
		const nonce = randomBytes(nonceBytes);
		const cipher = createCipheriv('aes-256-gcm', this.key, nonce, { authTagLength: tagBytes });
		cipher.setAAD(Buffer.from(refId(ref)));
		const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
		return `${prefix}${this.id}:${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
	}

	open(ref: DeliveryRef, stored: string): string {
		if (stored.startsWith('{')) return stored;
		const [keyId = '', body = ''] = stored.slice(prefix.length).split(':');
		if (!stored.startsWith(prefix) || keyId === '')
			throw gateError('ledger-input-damaged', { keyId: 'none' });
		if (keyId !== this.id) throw gateError('ledger-input-locked', { keyId, held: `key ${this.id}` });
		const bytes = Buffer.from(body, 'base64');
		try {
			const nonce = bytes.subarray(0, nonceBytes);
			const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: tagBytes });
			decipher.setAAD(Buffer.from(refId(ref)));
			decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
			const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
			return Buffer.concat([text, decipher.final()]).toString('utf8');
		} catch (error) {
			throw gateError('ledger-input-damaged', { keyId }, error);
		}
	}
}

/**
 * The codec for the key of the Release Ledger credential: 32 bytes in base64 or hex, or a passphrase of at least 12
 * characters. Without a key inputs are stored as they are. Inputs stored before a key was set stay readable.
 *
 * @throws `ledger-key-malformed`
 */
export function inputCodec(encryptionKey: string | undefined): InputCodec {
	if (encryptionKey === undefined || encryptionKey.trim() === '') return plainCodec;
	return new AesGcmCodec(keyBytes(encryptionKey.trim()));
}
