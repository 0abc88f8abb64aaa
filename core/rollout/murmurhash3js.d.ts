/** The part of murmurhash3js 3.0.1 that is used; the package ships no types. */
declare module 'murmurhash3js' {
	export const x86: {
		/** Hashes the low byte of each UTF-16 unit: pass bytes as latin1 text. Unsigned. */
		hash32(key: string, seed?: number): number;
	};
}
