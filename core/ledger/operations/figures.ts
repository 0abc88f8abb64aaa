import {
	minimumGapMs,
	nextSlot,
	parseCadence,
	slotById,
	slotByIndex,
	type ParsedCadence,
} from '../../delivery/cadence';
import type { Instant } from '../../delivery/types';
import { gateError } from '../../errors';
import type { IntervalCounts, SlotCounts } from '../../stability/observation';
import type { LedgerContext } from '../context';
import { type FiguresLedger, type FiguresQuery, lookBackSlots, type PairRow } from '../figures';
import type { SpineRow, StoreTransaction } from '../store';

async function spineOf(tx: StoreTransaction, spine: string): Promise<SpineRow> {
	const row = await tx.spine(spine, 'none');
	if (row === null) throw gateError('ledger-spine-unknown', { spine });
	return row;
}

/** Whether the cadence has this slot at this instant: a slot of an earlier cadence has another phase. */
function inPhase(parsed: ParsedCadence, slot: string, opensAt: Instant): boolean {
	try {
		return slotById(parsed, slot).opensAt === opensAt;
	} catch {
		return false;
	}
}

function indexOf(parsed: ParsedCadence, slot: string): number {
	try {
		return slotById(parsed, slot).index;
	} catch {
		return -1;
	}
}

async function statistics(context: LedgerContext, query: FiguresQuery): Promise<readonly SlotCounts[]> {
	const { rows, parsed } = await context.store.transaction(async (tx) => {
		const { settings } = await spineOf(tx, query.spine);
		const now = await tx.now();
		return {
			parsed: parseCadence(settings.cadence),
			rows: await tx.figures.countSlots({ ...query, now, grants: 1 + settings.replaysPerSlot }),
		};
	});
	return rows.map(({ failures, ...row }) => ({
		...row,
		index: row.index ?? indexOf(parsed, row.slot),
		failures: Object.fromEntries(Object.entries(failures).filter(([, count]) => count > 0)),
	}));
}

/** Opening of the slot `lookBackSlots` before the first one that opens at or after `from`. */
function lookBack(parsed: ParsedCadence, from: Instant): Instant {
	const { index } = nextSlot(parsed, from - 1);
	return slotByIndex(parsed, Math.max(0, index - lookBackSlots)).opensAt;
}

/** A pair whose slots belong to different phases was shifted as a whole; else the sends outside their window were. */
function shiftedOf(parsed: ParsedCadence, row: PairRow): number {
	const now = inPhase(parsed, row.slot, row.opensAt);
	return now === inPhase(parsed, row.earlierSlot, row.earlierOpensAt) ? row.outside : row.pairs;
}

async function intervals(context: LedgerContext, query: FiguresQuery): Promise<IntervalCounts> {
	const { rows, parsed } = await context.store.transaction(async (tx) => {
		const { settings } = await spineOf(tx, query.spine);
		const cadence = parseCadence(settings.cadence);
		const filter = { ...query, since: lookBack(cadence, query.from), minimumGapMs: minimumGapMs(cadence) };
		return { parsed: cadence, rows: await tx.figures.countPairs(filter) };
	});
	const sum = (of: (row: PairRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
	return {
		compared: sum((row) => row.pairs),
		compressed: sum((row) => row.compressed),
		stretched: sum((row) => row.stretched),
		shifted: sum((row) => shiftedOf(parsed, row)),
	};
}

/** The figures of the ledger; see {@link FiguresLedger}. */
export function figuresLedger(context: LedgerContext): FiguresLedger {
	return {
		statistics: (query) => statistics(context, query),
		intervals: (query) => intervals(context, query),
	};
}
