import { compareText } from '../../../core/delivery/refs';
import type { DeliveryRef } from '../../../core/delivery/types';
import { ReleaseGateError } from '../../../core/errors';
import type { InputCodec } from '../context';
import type { StoreTransaction } from '../store';
import type { SealedName } from './port';

/** What the seal of a name is bound to: the hash it belongs to. No spine has such a name. */
const sealedFor = (hash: string): DeliveryRef => ({
	spine: 'recipient name',
	space: 'live',
	slot: '',
	recipient: hash,
});

const sealed = (codec: InputCodec, hash: string, name: string): SealedName => ({
	hash,
	sealed: codec.seal(sealedFor(hash), JSON.stringify({ name })),
});

/** The name of a hash. @throws `ledger-input-locked`, `ledger-input-damaged` */
export const openName = (codec: InputCodec, { hash, sealed: stored }: SealedName): string =>
	(JSON.parse(codec.open(sealedFor(hash), stored)) as { readonly name: string }).name;

/** A recipient by what it is stored as, and by the name it is called by. */
export interface Called {
	readonly hash: string;
	readonly name: string;
}

/** Keeps the names of these recipients that are not known yet; in order of their hashes, so that two processes lock in one. */
export async function keepNames(
	tx: StoreTransaction,
	codec: InputCodec,
	called: readonly Called[],
): Promise<void> {
	if (called.length === 0) return;
	const byHash = new Map(called.map(({ hash, name }) => [hash, name]));
	const hashes = [...byHash.keys()].sort(compareText);
	const known = await tx.names.read(hashes);
	const fresh = hashes.filter((_hash, at) => known[at] === null);
	if (fresh.length > 0) await tx.names.keep(fresh.map((hash) => sealed(codec, hash, byHash.get(hash) ?? '')));
}

/** Seals a page of names anew. Returns how many were, how many could not be opened, and where the next page begins. */
export async function resealNames(
	tx: StoreTransaction,
	codec: InputCodec,
	after: string,
	limit: number,
): Promise<{ readonly sealed: number; readonly unreadable: number; readonly next: string | null }> {
	const page = await tx.names.list(after, limit);
	const stale = page.filter((row) => !codec.isCurrent(row.sealed));
	const rows = stale.flatMap((row): readonly SealedName[] => {
		try {
			return [sealed(codec, row.hash, openName(codec, row))];
		} catch (error) {
			if (error instanceof ReleaseGateError) return [];
			throw error;
		}
	});
	if (rows.length > 0) await tx.names.replace(rows);
	const next = page.length < limit ? null : (page.at(-1)?.hash ?? null);
	return { sealed: rows.length, unreadable: stale.length - rows.length, next };
}
