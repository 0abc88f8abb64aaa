import { minimumGapMs, parseCadence } from '../../core/delivery/cadence';
import type { SpineFacts } from '../../core/delivery/transitions';
import type { DeliveryRef } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { LedgerStore, SpineRow, StoreTransaction } from './store';

/** Turns frozen inputs into what is stored and back; see `adapters/crypto`. `ref` is bound into the seal. */
export interface InputCodec {
	seal(ref: DeliveryRef, text: string): string;
	/** Throws a catalogue error when the key is missing, wrong, or the stored text was changed. */
	open(ref: DeliveryRef, stored: string): string;
}

/** Stores frozen inputs as they are. Refuses what was stored under a key. */
export const plainCodec: InputCodec = {
	seal: (_ref, text) => text,
	open: (_ref, stored) => {
		if (!stored.startsWith('{')) {
			throw gateError('ledger-input-locked', { keyId: stored.split(':')[2] ?? '', held: 'no key' });
		}
		return stored;
	},
};

/** What every operation works with. */
export interface LedgerContext {
	readonly store: LedgerStore;
	readonly codec: InputCodec;
}

/** What the machine needs of a stored spine. */
export function factsOf(row: SpineRow): SpineFacts {
	const { settings } = row;
	return {
		spine: settings.spine,
		paused: row.paused,
		leaseMs: settings.leaseMs,
		sendLeaseMs: settings.sendLeaseMs,
		replaysPerSlot: settings.replaysPerSlot,
		minimumGapMs: minimumGapMs(parseCadence(settings.cadence)),
	};
}

/** The spine as the nodes see it. */
export const recordOf = (row: SpineRow): SpineRecord => ({
	settings: row.settings,
	version: row.version,
	paused: row.paused,
	pauseReason: row.pauseReason,
	pausedAt: row.pausedAt,
	updatedAt: row.updatedAt,
});

/** Facts of every spine named, in sorted order; unknown spines are absent. */
export async function loadSpines(
	tx: StoreTransaction,
	refs: readonly DeliveryRef[],
	lock: 'none' | 'share',
): Promise<ReadonlyMap<string, SpineFacts>> {
	const names = [...new Set(refs.map((ref) => ref.spine))].sort();
	const facts = new Map<string, SpineFacts>();
	for (const name of names) {
		const row = await tx.spine(name, lock);
		if (row !== null) facts.set(name, factsOf(row));
	}
	return facts;
}
