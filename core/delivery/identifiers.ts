import type { Json, JsonObject } from './types';

/** Fewest characters of a name that is looked for inside other texts: shorter ones stand in too many of them. */
export const shortestName = 5;

/** What stands in a text where a person was named. */
export const ERASED_NAME = '[erased]';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** No letter, digit or underscore beside a name; beside an address, nothing either that an address may hold. */
const alone = (name: string): string =>
	name.includes('@')
		? `(?<![\\p{L}\\p{N}_.%+-])${escaped(name)}(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`
		: `(?<![\\p{L}\\p{N}_]|\\d[.,])${escaped(name)}(?![\\p{L}\\p{N}_]|[.,]\\d)`;

/**
 * The names that one person goes by: ids, addresses, whatever else somebody gave. Whole values are compared as they are;
 * inside other texts names are found where they stand alone, in any case, from {@link shortestName} characters on.
 */
export class Names {
	private readonly whole: ReadonlySet<string>;
	private readonly within: RegExp | null;
	private readonly inside: readonly string[];

	constructor(names: readonly string[]) {
		const given = [...new Set(names.map((name) => name.trim().normalize('NFC')))].filter(
			(name) => name !== '',
		);
		this.whole = new Set(given);
		this.inside = given.filter((name) => name.length >= shortestName);
		const found = [...this.inside].sort((a, b) => b.length - a.length).map(alone);
		this.within = found.length === 0 ? null : new RegExp(found.join('|'), 'giu');
	}

	/** Names that are long enough to be looked for inside other texts. */
	get lookedFor(): readonly string[] {
		return this.inside;
	}

	/** Whether a text is a name or holds one. */
	in(text: string): boolean {
		return this.whole.has(text) || this.inText(text);
	}

	/** Whether a longer text holds a name. */
	inText(text: string): boolean {
		if (this.within === null) return false;
		this.within.lastIndex = 0;
		return this.within.test(text);
	}

	/** The text with `instead` in place of each name. */
	without(text: string, instead = ERASED_NAME): string {
		return this.within === null ? text : text.replace(this.within, instead);
	}

	/** The same for every text of a value, names of members included. */
	withoutIn(value: Json, instead = ERASED_NAME): Json {
		if (typeof value === 'string') return this.without(value, instead);
		if (Array.isArray(value)) return (value as readonly Json[]).map((one) => this.withoutIn(one, instead));
		if (value !== null && typeof value === 'object')
			return Object.fromEntries(
				Object.entries(value).map(([key, inner]) => [
					this.without(key, instead),
					this.withoutIn(inner, instead),
				]),
			);
		return value;
	}
}

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const telling = /mail|phone|mobile|handy|telefon/i;

/** Addresses and telephone numbers that stand in a frozen input: what else may name its person elsewhere. */
export function namesIn(input: JsonObject): readonly string[] {
	const found: string[] = [];
	const look = (key: string, value: Json): void => {
		if (typeof value === 'string') {
			const text = value.trim();
			if (address.test(text) || (telling.test(key) && text.length >= shortestName && !/\s{2}|\n/.test(text)))
				found.push(text);
		} else if (value !== null && typeof value === 'object') {
			for (const [name, inner] of Object.entries(value)) look(name, inner);
		}
	};
	look('', input);
	return [...new Set(found)];
}
