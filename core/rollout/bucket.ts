import { x86 } from 'murmurhash3js';

/**
 * murmur3_x86_32 of the UTF-8 bytes of `groupId:id`, seed 0, unsigned: the hash of Unleash's client specification for
 * gradual rollout. The library takes one byte per character, so the bytes are handed over as latin1.
 */
export function hashOf(groupId: string, id: string): number {
	return x86.hash32(Buffer.from(`${groupId}:${id}`, 'utf8').toString('latin1'), 0);
}

/** Bucket 1 to 100 of an id in a group: hash mod 100 + 1 (Unleash client specification). In by `bucket <= rollout`. */
export function bucketOf(groupId: string, id: string): number {
	return (hashOf(groupId, id) % 100) + 1;
}

/**
 * An exact share of a small list: the ceil(share·N) ids with the lowest hash, ties by id. In a list of 20 a bucket of
 * 10 % reaches nobody with probability 0.9^20 = 0.12; this reaches two. Deterministic for one list, whatever its order,
 * and monotone: a larger share only adds ids. Duplicates count once.
 *
 * @param share percent, 0 to 100; anything else, NaN included, selects nobody
 */
export function exactShare(ids: readonly string[], share: number, flagKey: string): ReadonlySet<string> {
	if (!(share > 0 && share <= 100)) return new Set();
	const ranked = [...new Set(ids)]
		.map((id) => ({ id, hash: hashOf(flagKey, id) }))
		.sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1));
	// Rounded first: 16.1 * 1000 / 100 is 161.00000000000003, which must not become 162.
	const count = Math.ceil(Number(((share * ranked.length) / 100).toFixed(9)));
	return new Set(ranked.slice(0, count).map(({ id }) => id));
}
