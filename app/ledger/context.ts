import { type Cadence, minimumGapMs, parseCadence } from '../../core/delivery/cadence';
import type { SpineFacts } from '../../core/delivery/transitions';
import type { OutboxPlan } from '../../core/delivery/outbox';
import type { DeliveryRef, Milliseconds } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { HeadSigner } from './history/head';
import type { StateSeal } from './history/state';
import type { RecipientsAs } from './hashes/port';
import type { LedgerStore, SpineRow, StoreTransaction } from './store';

/** Turns frozen inputs into what is stored and back; see `adapters/crypto`. `ref` is bound into the seal. */
export interface InputCodec {
	/** Whether it seals at all. */
	readonly seals: boolean;
	/** Whether something is stored as this codec would store it now: under the current key, or plain where there is none. */
	isCurrent(stored: string): boolean;
	seal(ref: DeliveryRef, text: string): string;
	/** Throws a catalogue error when the key is missing, wrong, or the stored text was changed. */
	open(ref: DeliveryRef, stored: string): string;
}

/** Whether something is stored in the clear: a sealed text never begins so. */
export const isPlain = (stored: string): boolean => stored.startsWith('{');

/** Stores frozen inputs as they are. Refuses what was stored under a key. */
export const plainCodec: InputCodec = {
	seals: false,
	isCurrent: (stored) => stored.startsWith('{'),
	seal: (_ref, text) => text,
	open: (_ref, stored) => {
		if (!stored.startsWith('{')) {
			if (!stored.startsWith('sealed:')) throw gateError('ledger-input-damaged', { keyId: 'none' });
			throw gateError('ledger-input-locked', { keyId: stored.split(':')[2] ?? '', held: 'no key' });
		}
		return stored;
	},
};

/** What every operation works with. */
export interface LedgerContext {
	readonly store: LedgerStore;
	readonly codec: InputCodec;
	/** Signs what events tell of the state; `null` without a signing key. */
	readonly seal: StateSeal | null;
	/** Signs heads of the chain; `null` without a signing key. */
	readonly signer: HeadSigner | null;
	/** How recipients are stored. Under `hashes` operations are given hashes and know no name. */
	readonly recipients: RecipientsAs;
	/** What the digest of a frozen input is stored as. */
	storedDigest(digest: string): string;
}

/** Minimum gaps of cadences that were read, by their text: every chunk asks, and a cadence takes long to read. */
const gaps = new Map<string, Milliseconds>();

const mostGaps = 1_000;

function gapOf(cadence: Cadence): Milliseconds {
	const id = JSON.stringify(cadence);
	let gap = gaps.get(id);
	if (gap === undefined) {
		gap = minimumGapMs(parseCadence(cadence));
		if (gaps.size >= mostGaps) gaps.clear();
		gaps.set(id, gap);
	}
	return gap;
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
		minimumGapMs: gapOf(settings.cadence),
		sweptUntil: row.sweptUntil,
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

/** Target of writes to HubSpot contacts in the outbox. */
export const CONTACTS_TARGET = 'hubspot:contacts';

/** Target of writes that whatever follows Delivery Commit makes: told, and never queued. */
export const TOLD_TARGET = 'output';

/** The stored spines named, in sorted order; unknown ones are absent. */
async function loadRows(
	tx: StoreTransaction,
	refs: readonly DeliveryRef[],
	lock: 'none' | 'share',
): Promise<readonly (readonly [string, SpineRow])[]> {
	const names = [...new Set(refs.map((ref) => ref.spine))].sort();
	const rows: (readonly [string, SpineRow])[] = [];
	for (const name of names) {
		const row = await tx.spine(name, lock);
		if (row !== null) rows.push([name, row]);
	}
	return rows;
}

/** Facts of every spine named; unknown spines are absent. */
export async function loadSpines(
	tx: StoreTransaction,
	refs: readonly DeliveryRef[],
	lock: 'none' | 'share',
): Promise<ReadonlyMap<string, SpineFacts>> {
	const rows = await loadRows(tx, refs, lock);
	return new Map(rows.map(([name, row]) => [name, factsOf(row)]));
}

function planOf({ settings }: SpineRow): OutboxPlan | null {
	try {
		const cadence = parseCadence(settings.cadence);
		const queued = settings.writeBack !== 'output';
		return { target: queued ? CONTACTS_TARGET : TOLD_TARGET, mapping: settings.properties, cadence, queued };
	} catch {
		return null;
	}
}

/**
 * What the spines named write outside when a delivery is committed. `null` where this version cannot read the spine's
 * cadence; unknown spines are absent.
 */
export async function loadPlans(
	tx: StoreTransaction,
	refs: readonly DeliveryRef[],
): Promise<ReadonlyMap<string, OutboxPlan | null>> {
	const rows = await loadRows(tx, refs, 'none');
	return new Map(rows.map(([name, row]) => [name, planOf(row)]));
}
