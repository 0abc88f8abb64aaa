import {
	minimumGapMs,
	nextSlot,
	parseCadence,
	slotById,
	slotByIndex,
	type ParsedCadence,
} from '../../../core/delivery/cadence';
import type { Instant } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { IntervalCounts, SlotCounts } from '../../../core/stability/observation';
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

/** Whether both slots of a pair belong to one phase; if not, the whole pair was shifted and its indices say nothing. */
const samePhase = (parsed: ParsedCadence, row: PairRow): boolean =>
	inPhase(parsed, row.slot, row.opensAt) === inPhase(parsed, row.earlierSlot, row.earlierOpensAt);

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
		stretched: sum((row) => (samePhase(parsed, row) ? row.stretched : 0)),
		shifted: sum((row) => (samePhase(parsed, row) ? row.outside : row.pairs)),
	};
}

/** The figures of the ledger; see {@link FiguresLedger}. */
export function figuresLedger(context: LedgerContext): FiguresLedger {
	return {
		statistics: (query) => statistics(context, query),
		intervals: (query) => intervals(context, query),
		hasClosedSlot: (spine) =>
			context.store.transaction(async (tx) => tx.figures.hasClosedSlot(spine, await tx.now())),
	};
}
