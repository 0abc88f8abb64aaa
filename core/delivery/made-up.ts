import { sha256 } from './canonical';
import { readInstant } from './eligibility';
import type { SpineRecord } from './spine-settings';
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
 * A frozen input as a dry run takes it: with a made-up profile, whatever its shape. The id, what the spine itself reads
 * (status, times, count, asset), yes and no, defaults, and what is kept on purpose stay as they are. The same recipient gets
 * the same profile each time, so that a rehearsal can be repeated. Test recipients keep their own, and so does everybody without `madeUp`.
 */
export function inputToRehearse(
	input: JsonObject,
	{ settings: { properties, testRecipients } }: Pick<SpineRecord, 'settings'>,
	madeUp: MadeUp | null,
): JsonObject {
	const recipient =
		typeof input['id'] === 'string' || typeof input['id'] === 'number' ? String(input['id']) : '';
	if (madeUp === null || testRecipients.includes(recipient)) return input;
	const { status, nextEligibleAt, lastDeliveryAt, deliveryCount, lastAssetId, defaults } = properties;
	const own = new Set([
		'id',
		status,
		nextEligibleAt,
		lastDeliveryAt,
		deliveryCount,
		lastAssetId,
		...madeUp.keep,
	]);
	const isOwn = (property: string, value: Json): boolean =>
		own.has(property) || (Object.hasOwn(defaults, property) && defaults[property] === value);
	const made = (property: string, value: Json): Json => {
		if (typeof value === 'string') return standIn(property, value, recipient);
		if (typeof value === 'number') return Number(standIn(property, String(value), recipient)) || 0;
		if (Array.isArray(value)) return value.map((one: Json) => made(property, one));
		return value !== null && typeof value === 'object' ? within(value as JsonObject) : value;
	};
	const within = (fields: JsonObject): JsonObject =>
		Object.fromEntries(
			Object.entries(fields).map(([property, value]): [string, Json] => [
				property,
				isOwn(property, value) ? value : made(property, value),
			]),
		);
	return within(input);
}
