import { absent, keyText, type RowDigest, type StateKey } from './state';

/** Rows of one block: what a table grows by. */
const BLOCK = 4_096;

/** Length of a digest as the ledger makes it; others are kept apart. */
const DIGEST = 22;
const usual = /^[\w-]{22}$/;

/** Largest number that stands for itself in place of a name. */
const MOST = 0xffff_fffe;
const decimal = /^(?:0|[1-9]\d{0,9})$/;

const kinds = { absent: 0, usual: 1, odd: 2 } as const;

interface Block {
	readonly groups: Uint32Array;
	readonly lasts: Uint32Array;
	readonly named: Uint8Array;
	readonly digests: Buffer;
	readonly kinds: Uint8Array;
	readonly places: Float64Array;
}

const newBlock = (): Block => ({
	groups: new Uint32Array(BLOCK),
	lasts: new Uint32Array(BLOCK),
	named: new Uint8Array(BLOCK),
	digests: Buffer.alloc(BLOCK * DIGEST),
	kinds: new Uint8Array(BLOCK),
	places: new Float64Array(BLOCK),
});

/** Names and the numbers that stand for them. */
class Names {
	private readonly numbers = new Map<string, number>();
	readonly names: string[] = [];

	find(name: string): number | undefined {
		return this.numbers.get(name);
	}

	add(name: string): number {
		const number = this.names.push(name) - 1;
		this.numbers.set(name, number);
		return number;
	}
}

/** The last part of a key as a number: itself where it is one, else that of its name. */
interface Last {
	readonly number: number;
	readonly named: 0 | 1;
}

/**
 * Digests and places of rows by their keys, in about fifty bytes a row outside V8's heap: maps take some 130 within it, and
 * none holds more than 2^24 keys (V8's OrderedHashMap::MaxCapacity). A row has its number from when it is first told of.
 */
export class RowTable {
	private readonly blocks: Block[] = [];
	/** Numbers of rows plus one, by the hash of their keys; 0 is free. */
	private index = new Uint32Array(1_024);
	private readonly groups = new Names();
	private readonly lasts = new Names();
	private readonly odd = new Map<number, RowDigest>();
	private count = 0;
	/** Of the key before: neighbours mostly share their group. */
	private recent: { readonly key: StateKey; readonly group: number } | null = null;

	/** How many rows there are; their numbers are below. */
	get size(): number {
		return this.count;
	}

	/** The number of a row, or -1. */
	find(key: StateKey): number {
		const group = this.groupOf(key, false);
		const last = this.lastOf(key, false);
		return group === undefined || last === undefined ? -1 : (this.index[this.slotOf(group, last)] ?? 0) - 1;
	}

	/** Puts a row, and returns its number. */
	set(key: StateKey, digest: RowDigest, place: number): number {
		const group = this.groupOf(key, true) ?? 0;
		const last = this.lastOf(key, true) ?? { number: 0, named: 0 };
		let slot = this.slotOf(group, last);
		let row = (this.index[slot] ?? 0) - 1;
		if (row < 0) {
			if (this.count * 3 >= this.index.length * 2) {
				this.grow();
				slot = this.slotOf(group, last);
			}
			row = this.count;
			this.count += 1;
			if (row % BLOCK === 0) this.blocks.push(newBlock());
			this.index[slot] = row + 1;
			const { groups, lasts, named } = this.blockOf(row);
			groups[row % BLOCK] = group;
			lasts[row % BLOCK] = last.number;
			named[row % BLOCK] = last.named;
		}
		this.write(row, digest, place);
		return row;
	}

	private write(row: number, digest: RowDigest, place: number): void {
		const block = this.blockOf(row);
		const at = row % BLOCK;
		const kind = digest === absent ? kinds.absent : usual.test(digest) ? kinds.usual : kinds.odd;
		if (block.kinds[at] === kinds.odd) this.odd.delete(row);
		if (kind === kinds.usual) block.digests.write(digest, at * DIGEST, DIGEST, 'latin1');
		if (kind === kinds.odd) this.odd.set(row, digest);
		block.kinds[at] = kind;
		block.places[at] = place;
	}

	/** The digest that a row, by its number, was told of last. */
	digestAt(row: number): RowDigest {
		const block = this.blockOf(row);
		const at = row % BLOCK;
		if (block.kinds[at] === kinds.absent) return absent;
		if (block.kinds[at] === kinds.odd) return this.odd.get(row) ?? absent;
		return block.digests.toString('latin1', at * DIGEST, (at + 1) * DIGEST);
	}

	/** Puts another place to a row. */
	move(row: number, place: number): void {
		this.blockOf(row).places[row % BLOCK] = place;
	}

	/** The place at which a row was told of last. */
	placeAt(row: number): number {
		return this.blockOf(row).places[row % BLOCK] ?? 0;
	}

	/** The key of a row, as `keyText` writes it. */
	keyAt(row: number): string {
		const { groups, lasts, named } = this.blockOf(row);
		const at = row % BLOCK;
		const number = lasts[at] ?? 0;
		const last = named[at] === 1 ? this.lasts.names[number] : String(number);
		return `${this.groups.names[groups[at] ?? 0]}\u0000${last}`;
	}

	private blockOf(row: number): Block {
		const block = this.blocks[Math.floor(row / BLOCK)];
		if (block === undefined) throw new RangeError(`There is no row ${row}.`);
		return block;
	}

	private groupOf(key: StateKey, add: boolean): number | undefined {
		const { recent } = this;
		if (recent !== null && sameGroup(recent.key, key)) return recent.group;
		const name = keyText({ table: key.table, path: key.path.slice(0, -1) });
		const group = this.groups.find(name) ?? (add ? this.groups.add(name) : undefined);
		if (group !== undefined) this.recent = { key, group };
		return group;
	}

	private lastOf({ path }: StateKey, add: boolean): Last | undefined {
		const name = path.at(-1) ?? '';
		if (decimal.test(name) && Number(name) <= MOST) return { number: Number(name), named: 0 };
		const number = this.lasts.find(name) ?? (add ? this.lasts.add(name) : undefined);
		return number === undefined ? undefined : { number, named: 1 };
	}

	/** Where a key stands in the index, or would stand. */
	private slotOf(group: number, { number, named }: Last): number {
		const mask = this.index.length - 1;
		let slot = hashOf(group, number, named) & mask;
		for (;;) {
			const row = (this.index[slot] ?? 0) - 1;
			if (row < 0) return slot;
			const block = this.blockOf(row);
			const at = row % BLOCK;
			if (block.lasts[at] === number && block.groups[at] === group && block.named[at] === named) return slot;
			slot = (slot + 1) & mask;
		}
	}

	private grow(): void {
		this.index = new Uint32Array(this.index.length * 2);
		const mask = this.index.length - 1;
		for (let row = 0; row < this.count; row += 1) {
			const { groups, lasts, named } = this.blockOf(row);
			const at = row % BLOCK;
			let slot = hashOf(groups[at] ?? 0, lasts[at] ?? 0, named[at] ?? 0) & mask;
			while (this.index[slot] !== 0) slot = (slot + 1) & mask;
			this.index[slot] = row + 1;
		}
	}
}

function sameGroup(a: StateKey, b: StateKey): boolean {
	if (a.table !== b.table || a.path.length !== b.path.length) return false;
	for (let at = a.path.length - 2; at >= 0; at -= 1) if (a.path[at] !== b.path[at]) return false;
	return true;
}

/** Mixes the bits as MurmurHash3 ends (https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp, fmix32). */
function hashOf(group: number, number: number, named: number): number {
	let hash = Math.imul(group + 1, 0x9e37_79b1) ^ Math.imul(number, 2) ^ named;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}
