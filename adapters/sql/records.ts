import type { JsonObject } from '../../core/delivery/types';
import { canonicalJson } from '../../core/delivery/canonical';
import type { CountFilter, FiguresQuery, PairFilter, PairRow, SlotCountRow } from '../../app/ledger/figures';
import type { RecordKind, StoredRecord } from '../../app/ledger/records';
import type { Cell } from './columns';

const textOrNull = (cell: Cell | undefined): string | null =>
	cell === null || cell === undefined ? null : String(cell);

/** A record's columns, in the order of the statements. */
export const recordCells = (record: StoredRecord): Cell[] => [
	record.kind,
	record.id,
	record.spine,
	record.parent,
	canonicalJson(record.body),
	record.revision,
	record.createdAt,
	record.updatedAt,
];

/** The key, then what changes: the order of `record-update`. */
export const recordChangeCells = (record: StoredRecord): Cell[] => [
	record.kind,
	record.id,
	record.spine,
	record.parent,
	canonicalJson(record.body),
	record.revision,
	record.updatedAt,
];

export const toRecord = (c: readonly Cell[]): StoredRecord => ({
	kind: String(c[0]) as RecordKind,
	id: String(c[1]),
	spine: textOrNull(c[2]),
	parent: textOrNull(c[3]),
	body: JSON.parse(String(c[4])) as JsonObject,
	revision: Number(c[5]),
	createdAt: Number(c[6]),
	updatedAt: Number(c[7]),
});

/** Records in the order of the ids asked for; `null` where there is none. */
export function inOrder(ids: readonly string[], rows: readonly (readonly Cell[])[]): (StoredRecord | null)[] {
	const found = new Map(rows.map(toRecord).map((record) => [record.id, record]));
	return ids.map((id) => found.get(id) ?? null);
}

const stretchCells = (query: FiguresQuery): Cell[] => [
	query.spine,
	query.space,
	query.from,
	query.to,
	query.release ?? null,
	query.variant ?? null,
];

/** The parameters of `figure-slots`. */
export const countCells = (filter: CountFilter): Cell[] => [
	...stretchCells(filter),
	filter.now,
	filter.grants,
];

/** The parameters of `figure-pairs`. */
export const pairCells = (filter: PairFilter): Cell[] => [
	...stretchCells(filter),
	filter.since,
	filter.minimumGapMs,
];

export const toSlotCount = (c: readonly Cell[]): SlotCountRow => ({
	slot: String(c[0]),
	index: c[1] === null || c[1] === undefined ? null : Number(c[1]),
	opensAt: Number(c[2]),
	closesAt: Number(c[3]),
	registered: Number(c[4]),
	committed: Number(c[5]),
	onTime: Number(c[6]),
	missed: Number(c[7]),
	held: Number(c[8]),
	inDoubt: Number(c[9]),
	open: Number(c[10]),
	failedForGood: Number(c[11]),
	failures: {
		'before-generation': Number(c[12]),
		generation: Number(c[13]),
		send: Number(c[14]),
		commit: Number(c[15]),
	},
	recovered: Number(c[16]),
	bounced: Number(c[17]),
	complained: Number(c[18]),
});

export const toPair = (c: readonly Cell[]): PairRow => ({
	slot: String(c[0]),
	opensAt: Number(c[1]),
	index: Number(c[2]),
	earlierSlot: String(c[3]),
	earlierOpensAt: Number(c[4]),
	earlierIndex: Number(c[5]),
	pairs: Number(c[6]),
	compressed: Number(c[7]),
	stretched: Number(c[8]),
	outside: Number(c[9]),
});
