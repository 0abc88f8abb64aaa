/** What a recipient is stored as, and the sealed name that belongs to it. */
export interface SealedName {
	readonly hash: string;
	readonly sealed: string;
}

/** What a store must do for the names of recipients that are stored as keyed hashes, within a transaction. */
export interface NameTransaction {
	/** Keeps the names that are not known yet. */
	keep(rows: readonly SealedName[]): Promise<void>;
	/** Sealed names; `null` where there is none. */
	read(hashes: readonly string[]): Promise<readonly (string | null)[]>;
	/** In order of the hashes, after one. */
	list(after: string, limit: number): Promise<readonly SealedName[]>;
	/** Seals known names anew. */
	replace(rows: readonly SealedName[]): Promise<void>;
	/** Removes names; what stands under their hashes names nobody from then on. Says how many there were. */
	forget(hashes: readonly string[]): Promise<number>;
}

/** Keyed hashes under the secret of one ledger, the same for the same each time. */
export interface KeyedHashes {
	/** What a name is stored as: {@link hashForm}. */
	name(name: string): string;
	/**
	 * What a digest of an input or of the content of a key is stored as, 64 hex digits: without the secret nobody can try
	 * contacts until one fits.
	 */
	digest(digest: string): string;
}

/** Makes keyed hashes; see `adapters/crypto/recipients`. */
export interface Hashing {
	/** A secret for a new ledger. */
	fresh(): string;
	under(secret: string): KeyedHashes;
}

/** How recipients are stored: as names, or as keyed hashes; `as-stored`, whatever it is, by who brings none in. */
export type RecipientsAs = 'names' | 'hashes' | 'as-stored';

/** What a recipient is stored as: `h1-` and 27 characters of base64url, 162 bits of HMAC-SHA-256. */
export const hashForm = /^h1-[A-Za-z0-9_-]{27}$/;

/** The same inside longer texts. */
export const hashesInText = /h1-[A-Za-z0-9_-]{27}/g;

/** How somebody who was erased is called in the rows that go on without them. */
const erasedForm = /^erased-[A-Za-z0-9]{12}$/;

/** Whether a recipient is stored under what it is called: it is a hash already, or the name of nobody. */
export const standsForItself = (recipient: string): boolean =>
	hashForm.test(recipient) || erasedForm.test(recipient);

/** An entry of the outbox by whom it is about. */
export interface OutboxNames {
	readonly id: number;
	readonly recipient: string;
	readonly objectId: string;
	readonly reason: string | null;
}

/** A key as it is stored from now on. */
export interface RenamedKey {
	readonly name: string;
	readonly digest: string | null;
	/** `null` where it keeps none. */
	readonly result: string | null;
}

/** What a store must do, beside all that erasing takes, so that a ledger of names becomes one of hashes. */
export interface RenamingTransaction {
	/** Entries in order of their ids, after one. */
	outbox(after: number, limit: number): Promise<readonly OutboxNames[]>;
	renameOutbox(rows: readonly OutboxNames[]): Promise<void>;
	/** Takes everybody out of marks and hand-outs: reading begins again. */
	forgetReaders(): Promise<void>;
	/** Gives a key another name, and the digest of its content, if it has one; its result, if it has one, is replaced. */
	renameKey(scope: string, key: string, to: RenamedKey): Promise<void>;
	/** Digest of the content of a key; `null` where it has none. */
	keyDigest(scope: string, key: string): Promise<string | null>;
}
