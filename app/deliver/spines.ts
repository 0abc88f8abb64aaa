import type { Ledger } from '../ledger/api';
import type { SpineRecord } from '../../core/delivery/spine-settings';

/** The record of each named spine, asked once per name; `null` for a spine the ledger does not know. */
export async function spinesOf(
	ledger: Ledger,
	names: Iterable<string>,
): Promise<ReadonlyMap<string, SpineRecord | null>> {
	const records = new Map<string, SpineRecord | null>();
	for (const name of new Set(names)) records.set(name, await ledger.spines.get(name));
	return records;
}
