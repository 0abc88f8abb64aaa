/** Recipients of one slot that follow each other, with the first and the last of them. */
export interface Stretch {
	readonly first: string;
	readonly last: string;
}

const ascii = /^[\x00-\x7f]*$/;

/**
 * The stretch these recipients span, when each stands before the next; `null` otherwise, and where a recipient is not
 * ASCII: SQLite compares UTF-8 bytes and JavaScript UTF-16 units, which agree on ASCII only as far as we rely on it.
 */
export function stretchOf(recipients: readonly string[]): Stretch | null {
	const [first] = recipients;
	if (first === undefined) return null;
	let last = '';
	for (const recipient of recipients) {
		if (recipient <= last || !ascii.test(recipient)) return null;
		last = recipient;
	}
	return { first, last };
}
