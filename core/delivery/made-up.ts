import { sha256 } from './canonical';
import { readInstant } from './eligibility';
import type { PropertyMapping } from './spine-settings';
import type { Json, JsonObject } from './types';

const FIRST = [
	'Robin',
	'Kim',
	'Sascha',
	'Alex',
	'Noa',
	'Jule',
	'Mika',
	'Toni',
	'Charlie',
	'Sam',
	'Ariel',
	'Yuri',
];
const LAST = ['Sample', 'Muster', 'Example', 'Placeholder', 'Specimen', 'Modello', 'Esempio', 'Ejemplo'];

/** Marks that rules read and that say nothing of who somebody is. */
const FLAG = /^(true|false|yes|no)$/i;

/** A number below 2^32 from names, the same each time. */
const chance = (...parts: readonly string[]): number =>
	Number.parseInt(sha256(parts.join('\u0000')).slice(0, 8), 16);

const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';

/** Other digits in the same places; the first is no zero. */
const otherDigits = (value: string, seed: string): string => {
	let at = 0;
	return value.replace(/\d/g, (digit) => {
		at += 1;
		const found = chance(seed, String(at)) % 10;
		return at === 1 && digit !== '0' ? String((found % 9) + 1) : String(found);
	});
};

/** What stands for one value. It depends on the recipient and the property alone where it is text, so that nothing of the value is left. */
function standIn(property: string, value: string, recipient: string): string {
	if (FLAG.test(value.trim())) return value;
	const at = chance(recipient, property);
	const name = property.toLowerCase();
	if (value.includes('@')) return `reader-${(at % 100_000).toString().padStart(5, '0')}@example.com`;
	if (/^\w+:\/\//.test(value)) return 'https://example.com/';
	if (/first.?name|given.?name|vorname/.test(name)) return pick(FIRST, at);
	if (/last.?name|surname|family.?name|nachname/.test(name)) return pick(LAST, at);
	if (/^-?[\d.,]+$/.test(value)) return otherDigits(value, `${recipient}\u0000${property}`);
	if (readInstant(value) !== null) return `2001-02-03${value.slice(10)}`;
	return `sample ${property.replaceAll('_', ' ')} ${(at % 100) + 1}`;
}

/** How profiles are made up. */
export interface MadeUp {
	/** Properties that go out as they are: choices that name nobody. */
	readonly keep: readonly string[];
}

/**
 * A frozen input with a made-up profile in place of a real one: of `{id, properties}` the id, what the spine itself reads
 * (status, times, count, asset), yes and no, and what is kept on purpose stay as they are. The same recipient gets the same profile
 * each time, so that a rehearsal can be repeated.
 */
export function madeUpInput(input: JsonObject, mapping: PropertyMapping, { keep }: MadeUp): JsonObject {
	const { status, nextEligibleAt, lastDeliveryAt, deliveryCount, lastAssetId, defaults } = mapping;
	const own = new Set([status, nextEligibleAt, lastDeliveryAt, deliveryCount, lastAssetId, ...keep]);
	const { properties } = input;
	if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return input;
	const { id } = input;
	const recipient = typeof id === 'string' ? id : '';
	const made = Object.entries(properties as JsonObject).map(([property, value]): [string, Json] => {
		const isOwn = own.has(property) || (Object.hasOwn(defaults, property) && defaults[property] === value);
		return [property, isOwn || typeof value !== 'string' ? value : standIn(property, value, recipient)];
	});
	return { ...input, properties: Object.fromEntries(made) };
}
