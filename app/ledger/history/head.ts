import { z } from 'zod';
import { canonicalJson } from '../../../core/delivery/canonical';
import type { Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import { problemsIn } from '../../../core/errors/problems';

/** Signs the head of the chain with a key that is not in the database. */
export interface HeadSigner {
	readonly algorithm: 'hmac-sha256' | 'ed25519';
	/** Names the key without telling it: the first 16 hex digits of a SHA-256. */
	readonly keyId: string;
	/** Signature of a text, in base64url. */
	sign(text: string): string;
	/** Whether a signature is of this key. */
	holds(text: string, signature: string): boolean;
}

const headSchema = z
	.object({
		position: z.number().int().nonnegative(),
		hash: z.string().regex(/^[0-9a-f]{64}$/),
		at: z.number().int().nonnegative(),
		/** `null` where the ledger has no signing key: the head still tells a chain that was rewritten, to who kept it. */
		signature: z
			.object({
				algorithm: z.enum(['hmac-sha256', 'ed25519']),
				keyId: z.string().regex(/^[0-9a-f]{16}$/),
				value: z.string().regex(/^[A-Za-z0-9_-]+$/),
			})
			.strict()
			.nullable(),
	})
	.strict();

/** The end of the chain at an instant, to be kept outside the database. */
export type SignedHead = z.infer<typeof headSchema>;

const signedText = ({ position, hash, at }: Pick<SignedHead, 'position' | 'hash' | 'at'>): string =>
	canonicalJson({ what: 'release-gate head of the chain', position, hash, at });

/** A head as it is given out. */
export function headOf(position: number, hash: string, at: Instant, signer: HeadSigner | null): SignedHead {
	const head = { position, hash, at };
	if (signer === null) return { ...head, signature: null };
	const { algorithm, keyId } = signer;
	return { ...head, signature: { algorithm, keyId, value: signer.sign(signedText(head)) } };
}

/**
 * Reads a head that was kept elsewhere, as an object or as JSON text, and checks its signature where there is a key.
 *
 * @throws `ledger-head-unreadable`, `ledger-head-forged`
 */
export function parseHead(value: unknown, signer: HeadSigner | null): SignedHead {
	const parsed = headSchema.safeParse(typeof value === 'string' ? jsonOf(value) : value);
	if (!parsed.success) throw gateError('ledger-head-unreadable', problemsIn(parsed.error.issues, 'head'));
	const head = parsed.data;
	const { signature } = head;
	if (signer === null) return head;
	if (signature?.keyId !== signer.keyId || !signer.holds(signedText(head), signature.value))
		throw gateError('ledger-head-forged', { keyId: signer.keyId });
	return head;
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
