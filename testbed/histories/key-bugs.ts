import type { KeyTransaction } from '../../app/ledger/keys';
import type { LedgerStore } from '../../app/ledger/store';
import type { KeyRecord } from '../../core/once/record';
import { clock } from './check';
import { planted, plantedInKeys } from './planted';

type Bug = (keys: KeyTransaction) => Partial<KeyTransaction>;

/** What the store reads, seen wrongly. */
const read =
	(change: (row: KeyRecord) => KeyRecord | null): Bug =>
	(keys) => ({
		lockKeys: async (scope, names) =>
			(await keys.lockKeys(scope, names)).map((row) => (row === null ? null : change(row))),
	});
/** What is decided, stored wrongly. */
const write =
	(change: (row: KeyRecord) => KeyRecord | null): Bug =>
	(keys) => ({
		writeKeys: (scope, rows) =>
			keys.writeKeys(
				scope,
				rows.flatMap((row) => change(row) ?? []),
			),
	});

const bugs: Record<string, Bug> = {
	'an end is acknowledged and not stored': write((row) => (row.state === 'done' ? null : row)),
	'a claim whose lease ran out is free again': read((row) =>
		row.state === 'claimed' && clock.at >= row.leaseUntil ? { ...row, state: 'free' } : row,
	),
	'check, then act: a claim does not see the claim before it': (keys) => ({
		insertKeys: async (scope, alike, requests) => {
			await keys.insertKeys(scope, alike, requests);
			return null;
		},
	}),
	'what is in doubt becomes free by itself': write((row) =>
		row.state === 'in-doubt' ? { ...row, state: 'free' } : row,
	),
	'the token stays the same from grant to grant': (keys) => {
		const tokens = new Map<string, number>();
		return {
			lockKeys: async (scope, names) => {
				const rows = await keys.lockKeys(scope, names);
				for (const row of rows) if (row !== null) tokens.set(row.key, row.token);
				return rows;
			},
			writeKeys: (scope, rows) =>
				keys.writeKeys(
					scope,
					rows.map((row) => ({ ...row, token: tokens.get(row.key) ?? row.token })),
				),
		};
	},
	'the lease is not read': read((row) => ({ ...row, leaseUntil: 0 })),
	'the digest is not kept': (keys) => ({
		insertKeys: (scope, alike, requests) =>
			keys.insertKeys(
				scope,
				alike,
				requests.map((request) => ({ ...request, digest: null })),
			),
	}),
	'a result is replaced by a later one': (keys) => ({
		readResults: async (scope, names) =>
			(await keys.readResults(scope, names)).map((text) => (text === null ? null : '{"result":"other"}')),
	}),
	'a key is forgotten too early': (keys) => ({
		pruneKeys: (before, after, limit) => keys.pruneKeys(before + 40 * 3_600_000, after, limit),
	}),
	'what is done can be given back': read((row) =>
		row.state === 'done' ? { ...row, state: 'claimed', leaseUntil: clock.at + 1 } : row,
	),
	'what is taken for done is not stored': write((row) => (row.state === 'assumed' ? null : row)),
};

const otherBugs: Record<string, (store: LedgerStore) => LedgerStore> = {
	'events of ends are dropped': (store) =>
		planted(store, (tx) => ({
			addEvents: (events) => tx.addEvents(events.filter((event) => event.kind !== 'keys.done')),
		})),
	'the sealer forgets where it was': (store) =>
		planted(store, (tx) => ({ writeChain: (ends) => tx.writeChain({ ...ends, headHash: '0'.repeat(64) }) })),
};

/** Stores with a bug in what they do to keys, by what the bug is. */
export const keyBugs: Readonly<Record<string, (store: LedgerStore) => LedgerStore>> = {
	...Object.fromEntries(
		Object.entries(bugs).map(([name, bug]) => [name, (store: LedgerStore) => plantedInKeys(store, bug)]),
	),
	...otherBugs,
};
