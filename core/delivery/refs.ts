import { canonicalJson, sha256 } from './canonical';
import { canonicalRef } from './key';
import type { DeliveryRef, Json, JsonObject } from './types';
import { ReleaseGateError } from '../errors';

/** A value without lone surrogates: they become U+FFFD. */
export const wellFormed = (value: Json): Json => {
	if (typeof value === 'string') return value.toWellFormed();
	if (Array.isArray(value)) return (value as readonly Json[]).map(wellFormed);
	if (value !== null && typeof value === 'object') {
		return Object.fromEntries(
			Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]),
		);
	}
	return value;
};

/** Canonical JSON of a value, its lone surrogates repaired as {@link wellFormed} does. Few values have any. */
export function wellFormedJson(value: Json): string {
	try {
		return canonicalJson(value);
	} catch {
		return canonicalJson(wellFormed(value));
	}
}

/**
 * The frozen form of an input: canonical text and its digest. Lone surrogates become U+FFFD, as they do in Postgres.
 * @param text canonical JSON of the input, if the caller has it
 */
export function freeze(
	input: JsonObject,
	text: string = wellFormedJson(input),
): { readonly text: string; readonly digest: string } {
	return { text, digest: sha256(text) };
}

/**
 * Why a ref cannot be a key, in a few words, or `null`. Refs must arrive in canonical form, so that both stores keep
 * them byte for byte.
 */
export function refProblem(ref: DeliveryRef): string | null {
	try {
		return refId(canonicalRef(ref)) === refId(ref) ? null : 'it is not in canonical form';
	} catch (error) {
		return error instanceof ReleaseGateError ? error.message : 'it is not a ref';
	}
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Orders refs by (spine, space, slot, recipient) in UTF-16 units: the order in which every process locks. */
export function compareRefs(a: DeliveryRef, b: DeliveryRef): number {
	return (
		compareText(a.spine, b.spine) ||
		compareText(a.space, b.space) ||
		compareText(a.slot, b.slot) ||
		compareText(a.recipient, b.recipient)
	);
}

/** One string per ref, for maps; the separator cannot occur in a part. */
export const refId = (ref: DeliveryRef): string =>
	`${ref.spine}\u0000${ref.space}\u0000${ref.slot}\u0000${ref.recipient}`;
