import type { Instant } from './types';

/** The json of an item, of which nobody knows yet what it holds. */
export type ItemJson = Readonly<Record<string, unknown>>;

/** Whether something unread has fields: an object, and no list. */
export const isFields = (value: unknown): value is ItemJson =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a field name, or at a path with dots where no field has that very name; `undefined` if absent. */
export function fieldOf(json: ItemJson, name: string): unknown {
	if (Object.hasOwn(json, name)) return json[name];
	let value: unknown = json;
	for (const part of name.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
		value = (value as Record<string, unknown>)[part];
	}
	return value;
}

/** The field as text; numbers are written out, anything else (and empty text) counts as absent. */
export function textOf(json: ItemJson, name: string): string | undefined {
	if (name === '') return undefined;
	const value = fieldOf(json, name);
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A message id without the angle brackets of its header: answers have them, events do not, or the other way. */
export const bareId = (id: string | undefined): string | undefined =>
	id?.trim().replace(/^<|>$/g, '') || undefined;

/** Digits of a time in seconds since 1970 stay below this until the year 5138; milliseconds lie above since 1973. */
const SECONDS_BELOW = 100_000_000_000;

/** A moment as providers write it: ISO 8601, or seconds or milliseconds since 1970; `undefined` for anything else. */
export function instantOf(value: unknown): Instant | undefined {
	if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
		return Math.round(value < SECONDS_BELOW ? value * 1000 : value);
	const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
	return Number.isNaN(at) ? undefined : at;
}
