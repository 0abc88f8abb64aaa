import { parseCadence } from '../../../core/delivery/cadence';
import { canonicalJson } from '../../../core/delivery/canonical';
import { canonicalSpine } from '../../../core/delivery/key';
import type { DeliveryState, Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { SpineLedger } from '../api';
import type { SpineRecord, SpineSettings } from '../../../core/delivery/spine-settings';
import { type LedgerContext, recordOf } from '../context';
import { aloneWithNew, refuseNames } from '../hashes/mark';
import type { SpineRow, StoreTransaction } from '../store';
import { mendClock } from './clock';
import { markSealed } from './unsealed';

const spineEvent = (
	tx: StoreTransaction,
	at: Instant,
	kind: string,
	row: SpineRow,
	sentence: string,
	by: string,
	reason: string | null,
): Promise<void> =>
	tx.addEvents([
		{
			at,
			kind,
			spine: row.settings.spine,
			subject: `version ${row.version}`,
			sentence,
			data: canonicalJson({ by, reason, version: row.version }),
		},
	]);

/** A ledger that has a key before anything was kept in it never keeps anything in the clear. */
async function markNew(tx: StoreTransaction, { codec }: LedgerContext): Promise<void> {
	if (!codec.seals || (await tx.spines()).length > 0) return;
	if ((await tx.erasure.texts('results', null, 1)).length === 0) await markSealed(tx);
}

/** Stores settings as a new version; equal settings change nothing. Throws for a cadence that cannot be read. */
function configure(context: LedgerContext, settings: SpineSettings, by: string): Promise<SpineRecord> {
	canonicalSpine(settings.spine);
	parseCadence(settings.cadence);
	const text = canonicalJson(settings);
	return context.store.transaction(async (tx) => {
		const now = await tx.now();
		const before = await tx.spine(settings.spine, 'update');
		if (before !== null && canonicalJson(before.settings) === text) return recordOf(before);
		const row: SpineRow = {
			paused: false,
			pauseReason: null,
			pausedAt: null,
			createdAt: now,
			sweptUntil: now,
			...before,
			settings,
			version: (before?.version ?? 0) + 1,
			updatedAt: now,
		};
		if (before === null) {
			if ((await tx.spines()).length === 0) await aloneWithNew(tx);
			await refuseNames(tx, context);
			await markNew(tx, context);
		}
		await tx.writeSpine(row);
		await tx.addSpineVersion(row, by);
		const sentence = `Spine ${settings.spine} configured as version ${row.version} by ${by}.`;
		await spineEvent(tx, now, 'spine.configured', row, sentence, by, null);
		return recordOf(row);
	});
}

/** Moves the pause switch. Waits for claims and confirms under way, and every later one sees it. */
function setPaused(
	context: LedgerContext,
	spine: string,
	paused: boolean,
	reason: string,
	by: string,
): Promise<SpineRecord> {
	return context.store.transaction(async (tx) => {
		const before = await tx.spine(spine, 'update');
		if (before === null) throw gateError('ledger-spine-unknown', { spine });
		if (before.paused === paused) return recordOf(before);
		const now = await tx.now();
		const row: SpineRow = {
			...before,
			paused,
			pauseReason: paused ? reason : null,
			pausedAt: paused ? now : null,
			updatedAt: now,
		};
		await tx.writeSpine(row);
		const sentence = `Spine ${spine} ${paused ? 'paused' : 'resumed'} by ${by}: ${reason}`;
		await spineEvent(tx, now, paused ? 'spine.paused' : 'spine.resumed', row, sentence, by, reason);
		return recordOf(row);
	});
}

/** The spine and how many live deliveries of its open slots are in each state. */
async function withOpenCounts(tx: StoreTransaction, row: SpineRow): Promise<SpineRecord> {
	const now = await tx.now();
	const open: Partial<Record<DeliveryState, number>> = {};
	for (const slot of await tx.unsettledSlots(row.settings.spine)) {
		if (slot.space !== 'live' || slot.opensAt > now || slot.closesAt <= now) continue;
		for (const [state, count] of await tx.countStates(slot)) open[state] = (open[state] ?? 0) + count;
	}
	return { ...recordOf(row), open };
}

/** The ledger of spines. */
export function spineLedger(context: LedgerContext): SpineLedger {
	const { store } = context;
	return {
		configure: (settings, by) => configure(context, settings, by),
		get: (spine) =>
			store.transaction(async (tx) => {
				const row = await tx.spine(spine, 'none');
				return row === null ? null : withOpenCounts(tx, row);
			}),
		list: () =>
			store.transaction(async (tx) => {
				const records: SpineRecord[] = [];
				for (const row of await tx.spines()) records.push(await withOpenCounts(tx, row));
				return records;
			}),
		pause: (spine, reason, by) => setPaused(context, spine, true, reason, by),
		resume: (spine, reason, by) => setPaused(context, spine, false, reason, by),
		mendClock: (spine, by) => mendClock(context, spine, by),
	};
}
