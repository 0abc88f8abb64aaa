import type { LedgerStore, StoreTransaction } from '../../app/ledger/store';

/** The parts of an object that a bug replaces. */
const changed = <Part extends object>(part: Part, changes: object): Part =>
	new Proxy(part, {
		get: (target, name) => {
			const value = (changes as Record<string | symbol, unknown>)[name] ?? Reflect.get(target, name);
			return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
		},
	});

/** The store with a bug planted into its transactions. */
export function planted(
	store: LedgerStore,
	bug: (tx: StoreTransaction) => Partial<StoreTransaction>,
): LedgerStore {
	return {
		kind: store.kind,
		chunkRows: store.chunkRows,
		transaction: (work) => store.transaction((tx) => work(changed(tx, bug(tx)))),
		breathe: () => store.breathe(),
		scrub: () => store.scrub(),
		close: () => store.close(),
	};
}

/** The same, with the bug in what the transaction does to keys. */
export const plantedInKeys = (
	store: LedgerStore,
	bug: (keys: StoreTransaction['keys']) => Partial<StoreTransaction['keys']>,
): LedgerStore => planted(store, (tx) => ({ keys: changed(tx.keys, bug(tx.keys)) }));
