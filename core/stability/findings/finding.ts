import type { RateMemory } from '../change';
import type { SlotCounts } from '../observation';

/** One thing the check looked at. */
export interface Finding {
	readonly id: string;
	/** `rolls-back`, or keeps watching because it is bad, open or unknown, or is fine. */
	readonly effect: 'rolls-back' | 'keeps-watching' | 'fine';
	/** One sentence with the figures. */
	readonly sentence: string;
	/** Whether one look decides. A gauge may flicker, so a threshold on one rolls back only when the next look agrees. */
	readonly confirm?: true;
	/** What a rate leaves to the next look. */
	readonly memory?: RateMemory;
}

export const sum = (slots: readonly SlotCounts[], pick: (slot: SlotCounts) => number): number =>
	slots.reduce((total, slot) => total + pick(slot), 0);

export const percent = (part: number, of: number): string =>
	of === 0 ? 'none' : `${((100 * part) / of).toFixed(1)} %`;

const plural = new Intl.PluralRules('en');

/** `1 delivery`, `2 deliveries`. */
export const counted = (count: number, one: string, many: string): string =>
	`${count} ${plural.select(count) === 'one' ? one : many}`;

/** A length of time for people: the two largest units. */
export function spell(milliseconds: number): string {
	const minutes = Math.round(Math.abs(milliseconds) / 60_000);
	const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
	const parts = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(
		Boolean,
	);
	return parts.slice(0, 2).join(' ') || `${Math.round(Math.abs(milliseconds) / 1000)} s`;
}
