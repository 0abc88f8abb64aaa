import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import type { BytesCodec } from '../../app/snapshot/ports';
import { inputCodec } from '.';

/** Byte 9 of a gzip header names the system that packed it (RFC 1952); 255 is "unknown", the same everywhere. */
const SYSTEM_BYTE = 9;
const GZIP = [0x1f, 0x8b] as const;

/** The seal authenticates what it belongs to; snapshots are named by hash already, so one name serves all. */
const ref: DeliveryRef = { spine: 'snapshot', space: 'live', slot: 'snapshot', recipient: 'snapshot' };

/**
 * Packs text as gzip, the same bytes for the same text on every machine; with the ledger's encryption key the packed
 * bytes are sealed (AES-256-GCM), and equal texts no longer give equal bytes. What was packed without a key stays
 * readable with one, and what former keys sealed is opened with them.
 *
 * @throws `ledger-key-malformed`; unpacking throws `snapshot-bytes-locked` or `snapshot-bytes-damaged`
 */
export function bytesCodec(encryptionKey: string | undefined, former?: string): BytesCodec {
	const sealed = encryptionKey !== undefined && encryptionKey.trim() !== '';
	const seal = inputCodec(encryptionKey, former);
	return {
		pack: (text) => {
			const packed = gzipSync(Buffer.from(text, 'utf8'), { level: 6 });
			packed[SYSTEM_BYTE] = 255;
			return sealed ? Buffer.from(seal.seal(ref, packed.toString('base64')), 'utf8') : packed;
		},
		unpack: (bytes) => {
			try {
				if (bytes[0] === GZIP[0] && bytes[1] === GZIP[1]) return gunzipSync(bytes).toString('utf8');
				const opened = seal.open(ref, Buffer.from(bytes).toString('utf8'));
				return gunzipSync(Buffer.from(opened, 'base64')).toString('utf8');
			} catch (error) {
				const locked = error instanceof ReleaseGateError && error.code === 'ledger-input-locked';
				throw gateError(locked ? 'snapshot-bytes-locked' : 'snapshot-bytes-damaged', {}, error);
			}
		},
	};
}
