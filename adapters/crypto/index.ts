import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { type InputCodec, isPlain, plainCodec } from '../../app/ledger/context';
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

/**
 * Stored form: `sealed:1:<key id>:<base64 of nonce, tag and ciphertext>`; the delivery's ref is authenticated with it. Seals under the
 * first key, opens under each.
 */
class AesGcmCodec implements InputCodec {
	readonly seals = true;
	private readonly keys: ReadonlyMap<string, Buffer>;
	private readonly id: string;

	constructor(
		private readonly key: Buffer,
		former: readonly Buffer[],
	) {
		this.id = idOf(key);
		this.keys = new Map([...former, key].map((one) => [idOf(one), one]));
	}

	isCurrent(stored: string): boolean {
		return stored.startsWith(`${prefix}${this.id}:`);
	}

	seal(ref: DeliveryRef, text: string): string {
		const nonce = randomBytes(nonceBytes);
		const cipher = createCipheriv('aes-256-gcm', this.key, nonce, { authTagLength: tagBytes });
		cipher.setAAD(Buffer.from(refId(ref)));
		const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
		return `${prefix}${this.id}:${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
	}

	private keyOf(keyId: string): Buffer {
		const key = this.keys.get(keyId);
		if (key !== undefined) return key;
		const ids = [this.id, ...[...this.keys.keys()].filter((id) => id !== this.id)];
		throw gateError('ledger-input-locked', {
			keyId,
			held: ids.length === 1 ? `key ${this.id}` : `keys ${ids.join(', ')}`,
		});
	}

	open(ref: DeliveryRef, stored: string): string {
		if (isPlain(stored)) return stored;
		const [keyId = '', body = ''] = stored.slice(prefix.length).split(':');
		if (!stored.startsWith(prefix) || keyId === '')
			throw gateError('ledger-input-damaged', { keyId: 'none' });
		const key = this.keyOf(keyId);
		const bytes = Buffer.from(body, 'base64');
		// Base64 is read past what is none: the same content must have one form.
		if (`${prefix}${keyId}:${bytes.toString('base64')}` !== stored)
			throw gateError('ledger-input-damaged', { keyId });
		try {
			const nonce = bytes.subarray(0, nonceBytes);
			const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
			decipher.setAAD(Buffer.from(refId(ref)));
			decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
			const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
			return Buffer.concat([text, decipher.final()]).toString('utf8');
		} catch (error) {
			throw gateError('ledger-input-damaged', { keyId }, error);
		}
	}
}

/** Keys that were current before: one a line, or separated by commas. */
export const formerKeysIn = (text: string | undefined): readonly string[] =>
	(text ?? '')
		.split(/[\n,]/)
		.map((key) => key.trim())
		.filter((key) => key !== '');

/**
 * The codec for the keys of the Release Ledger credential, each 32 bytes in base64 or hex, or a passphrase of at least 12
 * characters. Seals under the current one, opens also what former ones sealed. Without a current key inputs are stored as they are.
 *
 * @param former see {@link formerKeysIn}
 * @throws `ledger-key-malformed`, `ledger-key-only-former`
 */
export function inputCodec(encryptionKey: string | undefined, former?: string): InputCodec {
	const before = formerKeysIn(former);
	if (encryptionKey === undefined || encryptionKey.trim() === '') {
		if (before.length > 0) throw gateError('ledger-key-only-former');
		return plainCodec;
	}
	return new AesGcmCodec(keyBytes(encryptionKey.trim()), before.map(keyBytes));
}
