import { canonicalRef, keyOf, spaceOf } from './key';
import type { DeliveryRef, Envelope } from './types';

const isText = (value: unknown): boolean => typeof value === 'string';
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** What each field of an envelope may hold. Written out: a schema library took longer over a batch than the claim. */
const fields: Readonly<Record<keyof Envelope, (value: unknown) => boolean>> = {
	spine: isText,
	recipient: isText,
	slot: isText,
	key: isText,
	mode: (value) => value === 'live' || value === 'dry-run',
	run: (value) => value === undefined || isText(value),
	release: (value) => value === undefined || isName(value),
	variant: (value) => value === undefined || isName(value),
	token: (value) => value === undefined || (Number.isSafeInteger(value) && (value as number) > 0),
	inputDigest: (value) => value === undefined || (isText(value) && /^[0-9a-f]{64}$/.test(value as string)),
	idempotencyKey: (value) =>
		value === undefined || (isText(value) && /^rgd?-[0-9a-f]{64}$/.test(value as string)),
};
const names = Object.keys(fields) as (keyof Envelope)[];

const hasFields = (value: unknown): value is Envelope => {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	if (!Object.keys(value).every((name) => Object.hasOwn(fields, name))) return false;
	return names.every((name) => fields[name]((value as Partial<Envelope>)[name]));
};

/** Token of a delivery that was never claimed; the first claim gives 1. */
export const NEVER_CLAIMED = 0;

/**
 * Reads an envelope from an item. Strict, since vendors too answer with objects called `delivery`: no unknown fields, a
 * run exactly when it is a dry run, parts in canonical form, and a key that these very parts make. `null` for anything
 * else; never throws.
 */
export function readEnvelope(value: unknown): Envelope | null {
	try {
		if (!hasFields(value)) return null;
		const envelope = { ...value };
		if ((envelope.mode === 'dry-run') !== (envelope.run !== undefined)) return null;
		const ref = refOf(envelope);
		const canonical = canonicalRef(ref);
		const same =
			canonical.spine === envelope.spine &&
			canonical.recipient === envelope.recipient &&
			canonical.slot === envelope.slot &&
			canonical.space === (envelope.mode === 'live' ? 'live' : `dry-run:${envelope.run}`);
		return same && keyOf(canonical) === envelope.key ? envelope : null;
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
	const canonical = canonicalRef(ref);
	const { spine, space, slot, recipient } = canonical;
	const key = keyOf(canonical);
	return space === 'live'
		? { spine, recipient, slot, key, mode: 'live' }
		: { spine, recipient, slot, key, mode: 'dry-run', run: space.slice('dry-run:'.length) };
}
