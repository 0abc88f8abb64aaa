import { gateError } from '../errors';
import { canonicalPart, prefixOf, sha256 } from './canonical';
import type { DeliveryRef, Mode, Space } from './types';

/** Ids of spines are slugs: they appear in keys, file names and URLs. */
export const SPINE_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const DRY_RUN = 'dry-run:';

const escape = (part: string): string =>
	/[%:/]/.test(part) ? part.replace(/[%:/]/g, (sign) => encodeURIComponent(sign)) : part;

const unescape = (part: string, key: string): string => {
	if (/%(?!25|3A|2F)/.test(part)) throw gateError('key-unreadable', { key: prefixOf(key) });
	return part.replace(/%(25|3A|2F)/g, (sign) => decodeURIComponent(sign));
};

/** The canonical id of a spine. @throws `spine-id`, or an error of {@link canonicalPart} */
export function canonicalSpine(value: unknown): string {
	const spine = canonicalPart(value, 'spine');
	if (!SPINE_ID.test(spine)) throw gateError('spine-id', { spine: prefixOf(spine) });
	return spine;
}

/**
 * The key space of a mode. `run` is the label of the dry run and must be given for one; live ignores it.
 *
 * @throws an error of {@link canonicalPart}
 */
export function spaceOf(mode: Mode, run?: string): Space {
	return mode === 'live' ? 'live' : `dry-run:${canonicalPart(run, 'dry-run label')}`;
}

/** The mode a key space belongs to. */
export function modeOf(space: Space): Mode {
	return space === 'live' ? 'live' : 'dry-run';
}

/** The label of a dry run's key space; undefined when live. */
export function runOf(space: Space): string | undefined {
	return space === 'live' ? undefined : space.slice(DRY_RUN.length);
}

/** A ref with every part in canonical form. @throws `spine-id`, or an error of {@link canonicalPart} */
export function canonicalRef(ref: DeliveryRef): DeliveryRef {
	return {
		spine: canonicalSpine(ref.spine),
		space: spaceOf(modeOf(ref.space), runOf(ref.space)),
		slot: canonicalPart(ref.slot, 'slot'),
		recipient: canonicalPart(ref.recipient, 'recipient'),
	};
}

/**
 * The key of a delivery: `spine:recipient:slot`, with `%`, `:` and `/` percent-escaped in each part; a dry run's is
 * preceded by `dry-run:<label>/`, which no live key can begin with since live keys have no bare `/`. Different refs
 * have different keys.
 *
 * @throws `spine-id`, or an error of {@link canonicalPart}
 */
export function deliveryKey(ref: DeliveryRef): string {
	return keyOf(canonicalRef(ref));
}

/** {@link deliveryKey} of a ref that is in canonical form already. */
export function keyOf({ spine, space, slot, recipient }: DeliveryRef): string {
	const key = `${escape(spine)}:${escape(recipient)}:${escape(slot)}`;
	const run = runOf(space);
	return run === undefined ? key : `${DRY_RUN}${escape(run)}/${key}`;
}

/** Reads a key that {@link deliveryKey} wrote; nothing else passes. @throws `key-unreadable` */
export function parseDeliveryKey(key: string): DeliveryRef {
	const match = /^(?:dry-run:([^:/]+)\/)?([^:/]+):([^:/]+):([^:/]+)$/.exec(key);
	if (match === null) throw gateError('key-unreadable', { key: prefixOf(key) });
	const [, run, spine = '', recipient = '', slot = ''] = match;
	const ref: DeliveryRef = {
		spine: unescape(spine, key),
		space: run === undefined ? 'live' : `dry-run:${unescape(run, key)}`,
		recipient: unescape(recipient, key),
		slot: unescape(slot, key),
	};
	let written: string;
	try {
		written = deliveryKey(ref);
	} catch (cause) {
		throw gateError('key-unreadable', { key: prefixOf(key) }, cause);
	}
	if (written !== key) throw gateError('key-unreadable', { key: prefixOf(key) });
	return ref;
}

/**
 * Idempotency key of the email: `rg-` and the SHA-256 (hex) of delivery key and template version, 67 characters of
 * `[a-z0-9-]`. Fits a header and Postmark's metadata (values up to 80 characters). A dry run's key begins `rgd-`.
 *
 * @throws `spine-id`, or an error of {@link canonicalPart}
 */
export function emailIdempotencyKey(ref: DeliveryRef, templateVersion: string): string {
	return derived(ref, ['email', canonicalPart(templateVersion, 'template version')]);
}

/**
 * Key of one vendor job of a delivery: derived from delivery key, vendor and job type; same form as
 * {@link emailIdempotencyKey}.
 *
 * @throws `spine-id`, or an error of {@link canonicalPart}
 */
export function vendorJobKey(ref: DeliveryRef, vendor: string, jobType: string): string {
	return derived(ref, ['vendor', canonicalPart(vendor, 'vendor'), canonicalPart(jobType, 'job type')]);
}

function derived(ref: DeliveryRef, purpose: readonly string[]): string {
	const prefix = modeOf(ref.space) === 'live' ? 'rg-' : 'rgd-';
	return prefix + sha256(JSON.stringify([deliveryKey(ref), ...purpose]));
}
