import type { Instant } from '../delivery/types';
import { spell } from '../stability/findings/finding';

/** `2026-11-20 09:00 UTC` */
export const when = (at: Instant): string =>
	`${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** How long ago, or in how long: `12 min ago`, `in 2 h`, `just now`. */
export function ago(at: Instant, now: Instant): string {
	const away = now - at;
	if (Math.abs(away) < 1_000) return 'just now';
	return away > 0 ? `${spell(away)} ago` : `in ${spell(away)}`;
}

/**
 * A recipient as a page shows it: the id, unless the id is an address. Then two letters are left of it, since pages are
 * kept and shared, and an address is contact data.
 */
export function shownRecipient(id: string): string {
	const at = id.indexOf('@');
	return at < 0 ? id : `${id.slice(0, Math.min(2, at))}…@…`;
}

/** A text that may name addresses, with every one of them shortened. */
export const withoutAddresses = (text: string): string =>
	text.replace(/[^\s@<>"'(),;:]+@[^\s@<>"'(),;:]+/g, (address) => shownRecipient(address));

/** Words in a row: `a`, `a and b`, `a, b and c`. */
export function listedWords(words: readonly string[], between = 'and'): string {
	if (words.length < 2) return words.join('');
	return `${words.slice(0, -1).join(', ')} ${between} ${words.at(-1)}`;
}
