import { refProblem } from '../../../core/delivery/refs';
import type { DeliveryRef, Json } from '../../../core/delivery/types';
import type { InputCodec } from '../context';
import type { LedgerStore } from '../store';
import { keepNames, openName } from './names';
import { hashesInText, type KeyedHashes, type SealedName, standsForItself } from './port';

/** Names by the hashes they are stored as. */
export type NamesByHash = ReadonlyMap<string, string>;

/** Says a text with names in place of hashes. */
export type Say = (text: string) => string;

/** An address of somebody in what a provider or a person wrote, also as it stands in an address of the web. */
const address = /(?<![^\s<>"'(),;:])[^\s<>"'(),;:]+(?:@|%40)[^\s<>"'(),;:/?&#]*[^\s<>"'(),;:/?&#.!]/gi;

/** What stands in a text where an address was. */
const ADDRESS = '[address]';

/**
 * What is taken for a name inside a text: words; in those that are none, what stands between slashes and the like, as in
 * an address of the web; and in that, runs of letters and digits. Each with its fewest characters.
 */
const wordForms = [
	{ form: /[^\s<>"'(),;:[\]{}|]+/g, shortest: 3 },
	{ form: /[\p{L}\p{N}@.+_%-]+/gu, shortest: 3 },
	{ form: /[\p{L}\p{N}]+/gu, shortest: 6 },
] as const;

/** Full stops and the like at the end of a word. */
const bare = (word: string): string => word.replace(/^[.!?]+|[.!?]+$/g, '');

/** A text with words of it as `name` has them; asked of a word first, of what is in it where that changed nothing. */
function wordsSaid(text: string, name: (word: string) => string, level = 0): string {
	const words = wordForms[level];
	if (words === undefined) return text;
	return text.replace(words.form, (part) => {
		const word = bare(part);
		if (word.length < words.shortest || standsForItself(word)) return part;
		const said = name(word);
		return said === word ? wordsSaid(part, name, level + 1) : part.replace(word, () => said);
	});
}

/** Texts of a value, names of members included. */
function textsOf(value: Json, found: Set<string>): void {
	if (typeof value === 'string') found.add(value);
	else if (Array.isArray(value)) for (const one of value as readonly Json[]) textsOf(one, found);
	else if (value !== null && typeof value === 'object')
		for (const [name, inner] of Object.entries(value)) {
			found.add(name);
			textsOf(inner, found);
		}
}

/** A value with every text, names of members included, put through `say`. */
export function saidIn(value: Json, say: Say): Json {
	if (typeof value === 'string') return say(value);
	if (Array.isArray(value)) return (value as readonly Json[]).map((one) => saidIn(one, say));
	if (value !== null && typeof value === 'object')
		return Object.fromEntries(Object.entries(value).map(([name, inner]) => [say(name), saidIn(inner, say)]));
	return value;
}

/** A value without addresses in its texts. */
export const withoutAddresses = (value: Json): Json =>
	saidIn(value, (text) => text.replace(address, ADDRESS));

/** Puts the hashes that recipients are stored as in place of their names, and back. */
export class NameBook {
	constructor(
		private readonly store: LedgerStore,
		private readonly codec: InputCodec,
		private readonly hashes: KeyedHashes,
	) {}

	/** What a recipient is stored as. A hash stands for itself, as the name of who was erased does: both are handed out. */
	hashOf(name: string): string {
		return standsForItself(name) ? name : this.hashes.name(name);
	}

	/** What a digest is stored as. */
	digestOf(digest: string): string {
		return this.hashes.digest(digest);
	}

	/** A delivery by what its recipient is stored as; one that no key can name stays, to be refused as it is. */
	refOf<Ref extends DeliveryRef>(ref: Ref): Ref {
		return refProblem(ref) === null ? { ...ref, recipient: this.hashOf(ref.recipient) } : ref;
	}

	/** Names of these hashes, those that are kept. @throws `ledger-input-locked`, `ledger-input-damaged` */
	async names(hashes: readonly string[]): Promise<NamesByHash> {
		const found = new Map<string, string>();
		for await (const row of this.stored(hashes)) found.set(row.hash, openName(this.codec, row));
		return found;
	}

	/** Keeps the names of recipients that are not known yet, in a transaction of its own. */
	async keep(names: readonly string[]): Promise<void> {
		const called = names
			.filter((name) => !standsForItself(name))
			.map((name) => ({ hash: this.hashOf(name), name }));
		if (called.length > 0) await this.store.transaction((tx) => keepNames(tx, this.codec, called));
	}

	/** Those of these hashes that are of recipients, with the sealed names. */
	private async *stored(hashes: readonly string[]): AsyncGenerator<SealedName> {
		for (let start = 0; start < hashes.length; start += this.store.chunkRows) {
			const some = hashes.slice(start, start + this.store.chunkRows);
			const names = await this.store.transaction((tx) => tx.names.read(some));
			for (const [at, hash] of some.entries()) {
				const sealed = names[at] ?? null;
				if (sealed !== null) yield { hash, sealed };
			}
		}
	}

	/**
	 * Items with names in place of hashes. `map` puts every text that may hold one through `say`.
	 *
	 * @param known names the caller has already
	 */
	async reveal<Item>(
		items: readonly Item[],
		map: (item: Item, say: Say) => Item,
		known: NamesByHash = new Map(),
	): Promise<readonly Item[]> {
		const unknown = new Set<string>();
		for (const item of items)
			map(item, (text) => {
				if (text.includes('h1-'))
					for (const [hash] of text.matchAll(hashesInText)) if (!known.has(hash)) unknown.add(hash);
				return text;
			});
		const names = unknown.size === 0 ? known : await this.names([...unknown]);
		const nameOf = (hash: string): string => known.get(hash) ?? names.get(hash) ?? hash;
		const say: Say = (text) => (text.includes('h1-') ? text.replace(hashesInText, nameOf) : text);
		return items.map((item) => map(item, say));
	}

	/** One item as {@link reveal} has it. */
	async revealOne<Item>(item: Item, map: (item: Item, say: Say) => Item): Promise<Item> {
		const [revealed = item] = await this.reveal([item], map);
		return revealed;
	}

	/**
	 * Values as they are stored: of who is known as a recipient the hash stands in place of the name, as a whole text and as
	 * a word in one. Reading makes it a name again, so a word that only looks like a name comes out as it went in.
	 */
	async hide<Value extends Json>(values: readonly Value[]): Promise<readonly Value[]> {
		const texts = new Set<string>();
		for (const value of values) textsOf(value, texts);
		const hashes = new Map<string, string>();
		for (const text of texts) {
			if (text === '' || standsForItself(text)) continue;
			const note = (word: string): string => {
				if (!hashes.has(word)) hashes.set(word, this.hashOf(word));
				return word;
			};
			wordsSaid(note(text), note);
		}
		const known = new Set<string>();
		for await (const { hash } of this.stored([...hashes.values()])) known.add(hash);
		if (known.size === 0) return values;
		const hidden = (text: string): string => {
			const hash = hashes.get(text);
			return hash !== undefined && known.has(hash) ? hash : text;
		};
		const say: Say = (text) => {
			const whole = hidden(text);
			return whole === text ? wordsSaid(text, hidden) : whole;
		};
		return values.map((value) => saidIn(value, say) as Value);
	}

	/** Texts that a provider or a person wrote, as they are stored: as {@link hide} has them, and without addresses. */
	async hideAll(texts: readonly (string | undefined)[]): Promise<readonly (string | undefined)[]> {
		const given = texts.flatMap((text) => (text === undefined ? [] : [text]));
		if (given.length === 0) return texts;
		const hidden = (await this.hide(given)).map((text) => text.replace(address, ADDRESS));
		let next = 0;
		return texts.map((text) => (text === undefined ? undefined : hidden[next++]));
	}
}
