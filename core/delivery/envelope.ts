import { z } from 'zod';
import { canonicalRef, deliveryKey, spaceOf } from './key';
import type { DeliveryRef, Envelope } from './types';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const envelopeSchema = z
	.object({
		spine: z.string(),
		recipient: z.string(),
		slot: z.string(),
		key: z.string(),
		mode: z.enum(['live', 'dry-run']),
		run: z.string().optional(),
		release: z.string().min(1).optional(),
		variant: z.string().min(1).optional(),
		token: z.number().int().positive().safe().optional(),
		inputDigest: hex64.optional(),
		idempotencyKey: z
			.string()
			.regex(/^rgd?-[0-9a-f]{64}$/)
			.optional(),
	})
	.strict();

/**
 * Reads an envelope from an item. Strict, since vendors too answer with objects called `delivery`: no unknown fields, a
 * run exactly when it is a dry run, parts in canonical form, and a key that these very parts make. `null` for anything
 * else; never throws.
 */
export function readEnvelope(value: unknown): Envelope | null {
	const result = envelopeSchema.safeParse(value);
	if (!result.success) return null;
	const envelope = result.data;
	if ((envelope.mode === 'dry-run') !== (envelope.run !== undefined)) return null;
	try {
		const ref = refOf(envelope);
		const canonical = canonicalRef(ref);
		const same =
			canonical.spine === envelope.spine &&
			canonical.recipient === envelope.recipient &&
			canonical.slot === envelope.slot &&
			canonical.space === (envelope.mode === 'live' ? 'live' : `dry-run:${envelope.run}`);
		return same && deliveryKey(ref) === envelope.key ? envelope : null;
	} catch {
		return null;
	}
}

/** The ref of an envelope. @throws an error of `canonicalPart` for a dry run without a usable label */
export function refOf(
	envelope: Pick<Envelope, 'spine' | 'recipient' | 'slot' | 'mode' | 'run'>,
): DeliveryRef {
	return {
		spine: envelope.spine,
		space: spaceOf(envelope.mode, envelope.run),
		slot: envelope.slot,
		recipient: envelope.recipient,
	};
}

/** A ref's fields of an envelope. @throws as {@link deliveryKey} */
export function envelopeOf(ref: DeliveryRef): Envelope {
	const { spine, space, slot, recipient } = canonicalRef(ref);
	const key = deliveryKey(ref);
	return space === 'live'
		? { spine, recipient, slot, key, mode: 'live' }
		: { spine, recipient, slot, key, mode: 'dry-run', run: space.slice('dry-run:'.length) };
}
