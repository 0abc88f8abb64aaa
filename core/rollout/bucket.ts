import { x86 } from 'murmurhash3js';

/**
 * murmur3_x86_32 of the UTF-8 bytes of `groupId:id`, seed 0 unless given, unsigned: the hash of Unleash's client specification for
 * gradual rollout. The library takes one byte per character, so the bytes are handed over as latin1.
 */
export function hashOf(groupId: string, id: string, seed = 0): number {
	return x86.hash32(Buffer.from(`${groupId}:${id}`, 'utf8').toString('latin1'), seed);
}

/** Bucket 1 to 100 of an id in a group: hash mod 100 + 1 (Unleash client specification). In by `bucket <= rollout`. */
export function bucketOf(groupId: string, id: string): number {
	return (hashOf(groupId, id) % 100) + 1;
}

/** Parts that a bucket is cut into for shares that are no whole percent: a thousandth of a percent. */
const PARTS = 1000;

/**
 * Whether an id is within a share, 0 to 100 percent. Whole percents decide by bucket, as Unleash does; of the next
 * bucket the part after the point takes its share, by figures of the hash that the bucket does not use. So 0.9 %
 * reaches 0.9 %, and a larger share only adds ids.
 */
export function isWithin(groupId: string, id: string, share: number): boolean {
	const bucket = bucketOf(groupId, id);
	const whole = Math.floor(share);
	if (bucket <= whole) return true;
	const part = Math.floor(hashOf(groupId, id) / 100) % PARTS;
	return bucket === whole + 1 && part < Math.round((share - whole) * PARTS);
}

/** Seed of the hash for variants (Unleash client specification), so that variants do not follow buckets. */
const VARIANT_SEED = 86_028_157;

/** Place 1 to `weights` of an id among the weights of variants (Unleash client specification). */
export function variantPlaceOf(groupId: string, id: string, weights: number): number {
	return (hashOf(groupId, id, VARIANT_SEED) % weights) + 1;
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
