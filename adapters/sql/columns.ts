import type { DeliveryRow, RecipientFacts } from '../../core/delivery/transitions';
import type {
	DeliveryState,
	FailureClass,
	Json,
	JsonObject,
	Outcome,
	Space,
} from '../../core/delivery/types';
import type { OutboxEntry } from '../../core/delivery/outbox';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { EventRow, LoadedDelivery, SlotRow, SpineRow } from '../../app/ledger/store';

/** What a database gives back or takes for one column. */
export type Cell = string | number | null;

/** Longest message id that is indexed; Postgres refuses index entries beyond 2,704 bytes. */
export const longestMessageId = 512;

/** Free text both stores keep alike: Postgres takes neither NUL nor half of a surrogate pair. */
const safe = (value: string | null): string | null =>
	value === null ? null : value.toWellFormed().replaceAll('\u0000', '\ufffd');

const text = (cell: Cell | undefined): string => String(cell);
const textOrNull = (cell: Cell | undefined): string | null =>
	cell === null || cell === undefined ? null : String(cell);
const number = (cell: Cell | undefined): number => Number(cell);
const numberOrNull = (cell: Cell | undefined): number | null =>
	cell === null || cell === undefined ? null : Number(cell);

/** The columns of `deliveries`, in the order of the statements. */
export const deliveryCells = (row: DeliveryRow): Cell[] => [
	row.ref.spine,
	row.ref.space,
	row.ref.slot,
	row.ref.recipient,
	row.state,
	row.opensAt,
	row.closesAt,
	row.cadenceIndex,
	row.inputDigest,
	row.token,
	safe(row.owner),
	row.leaseUntil,
	row.attempts,
	row.sendingSince,
	row.sentAt,
	row.committedAt,
	safe(row.provider),
	safe(row.providerMessageId),
	row.failureClass,
	row.retryable ? 1 : 0,
	safe(row.reason),
	row.outcome,
	row.outcomeAt,
	safe(row.release),
	safe(row.variant),
	row.registeredAt,
	row.updatedAt,
];

/** The columns that change: the order of `delivery-write`, where the key follows. */
export const changeCells = (row: DeliveryRow): Cell[] => [
	row.state,
	row.token,
	safe(row.owner),
	row.leaseUntil,
	row.attempts,
	row.sendingSince,
	row.sentAt,
	row.committedAt,
	safe(row.provider),
	safe(row.providerMessageId),
	row.failureClass,
	row.retryable ? 1 : 0,
	safe(row.reason),
	row.outcome,
	row.outcomeAt,
	safe(row.release),
	safe(row.variant),
	row.updatedAt,
];

/** Deliveries of one slot that change alike: the cells they share, and whose they are. */
export interface AlikeRows {
	readonly cells: readonly Cell[];
	readonly slot: readonly [spine: string, space: string, slot: string];
	readonly recipients: readonly string[];
}

const fewestAlike = 4;

/**
 * Splits rows into groups that one statement can write, and the rest. A claim or a confirmation changes all of its
 * rows alike, a commit none.
 */
export function splitAlike(rows: readonly DeliveryRow[]): {
	readonly alike: readonly AlikeRows[];
	readonly single: readonly DeliveryRow[];
} {
	const groups = new Map<string, { row: DeliveryRow; recipients: string[]; rows: DeliveryRow[] }>();
	let last: { row: DeliveryRow; recipients: string[]; rows: DeliveryRow[] } | undefined;
	for (const row of rows) {
		if (last === undefined || !changesAlike(last.row, row)) {
			const { spine, space, slot } = row.ref;
			const id = JSON.stringify([spine, space, slot, ...changeCells(row)]);
			last = groups.get(id);
			if (last === undefined) groups.set(id, (last = { row, recipients: [], rows: [] }));
		}
		last.recipients.push(row.ref.recipient);
		last.rows.push(row);
	}
	const alike: AlikeRows[] = [];
	const single: DeliveryRow[] = [];
	for (const group of groups.values()) {
		const { row, recipients } = group;
		const { spine, space, slot } = row.ref;
		if (recipients.length < fewestAlike) single.push(...group.rows);
		else alike.push({ cells: changeCells(row), slot: [spine, space, slot], recipients });
	}
	return { alike, single };
}

/** Whether two rows of one slot get the same cells; neighbours mostly do, so this spares making a key of each. */
const changesAlike = (a: DeliveryRow, b: DeliveryRow): boolean =>
	a.ref.slot === b.ref.slot &&
	a.ref.spine === b.ref.spine &&
	a.ref.space === b.ref.space &&
	a.state === b.state &&
	a.token === b.token &&
	a.owner === b.owner &&
	a.leaseUntil === b.leaseUntil &&
	a.attempts === b.attempts &&
	a.sendingSince === b.sendingSince &&
	a.sentAt === b.sentAt &&
	a.committedAt === b.committedAt &&
	a.provider === b.provider &&
	a.providerMessageId === b.providerMessageId &&
	a.failureClass === b.failureClass &&
	a.retryable === b.retryable &&
	a.reason === b.reason &&
	a.outcome === b.outcome &&
	a.outcomeAt === b.outcomeAt &&
	a.release === b.release &&
	a.variant === b.variant &&
	a.updatedAt === b.updatedAt;

export function toDelivery(c: readonly Cell[]): DeliveryRow {
	return {
		ref: { spine: text(c[0]), space: text(c[1]) as Space, slot: text(c[2]), recipient: text(c[3]) },
		state: c[4] as DeliveryState,
		opensAt: number(c[5]),
		closesAt: number(c[6]),
		cadenceIndex: number(c[7]),
		inputDigest: text(c[8]),
		token: number(c[9]),
		owner: textOrNull(c[10]),
		leaseUntil: numberOrNull(c[11]),
		attempts: number(c[12]),
		sendingSince: numberOrNull(c[13]),
		sentAt: numberOrNull(c[14]),
		committedAt: numberOrNull(c[15]),
		provider: textOrNull(c[16]),
		providerMessageId: textOrNull(c[17]),
		failureClass: c[18] as FailureClass | null,
		retryable: number(c[19]) === 1,
		reason: textOrNull(c[20]),
		outcome: c[21] as Outcome | null,
		outcomeAt: numberOrNull(c[22]),
		release: textOrNull(c[23]),
		variant: textOrNull(c[24]),
		registeredAt: number(c[25]),
		updatedAt: number(c[26]),
	};
}

/** The recipient's columns, in the order of the statements. */
export const factCells = (facts: RecipientFacts): Cell[] => [
	facts.lastSentAt,
	facts.lastSlot,
	facts.lastOpensAt,
	facts.sendingSlot,
	facts.sendingSince,
	facts.sendingUntil,
	facts.doubtfulAt,
	facts.committedCount,
];

export function toFacts(c: readonly Cell[], from: number): RecipientFacts {
	return {
		lastSentAt: numberOrNull(c[from]),
		lastSlot: textOrNull(c[from + 1]),
		lastOpensAt: numberOrNull(c[from + 2]),
		sendingSlot: textOrNull(c[from + 3]),
		sendingSince: numberOrNull(c[from + 4]),
		sendingUntil: numberOrNull(c[from + 5]),
		doubtfulAt: numberOrNull(c[from + 6]),
		committedCount: number(c[from + 7] ?? 0),
	};
}

/** A row of `delivery-load` and `delivery-list`: the delivery, the recipient's books, the input. */
export const toLoaded = (c: readonly Cell[]): LoadedDelivery => ({
	row: toDelivery(c),
	facts: toFacts(c, 27),
	input: textOrNull(c[35]),
});

export const spineCells = (row: SpineRow): Cell[] => [
	row.settings.spine,
	JSON.stringify(row.settings),
	row.version,
	row.paused ? 1 : 0,
	row.pauseReason,
	row.pausedAt,
	row.createdAt,
	row.updatedAt,
	row.sweptUntil,
];

export const toSpine = (c: readonly Cell[]): SpineRow => ({
	settings: JSON.parse(text(c[1])) as SpineSettings,
	version: number(c[2]),
	paused: number(c[3]) === 1,
	pauseReason: textOrNull(c[4]),
	pausedAt: numberOrNull(c[5]),
	createdAt: number(c[6]),
	updatedAt: number(c[7]),
	sweptUntil: number(c[8]),
});

export const toSlot = (c: readonly Cell[]): SlotRow => ({
	spine: text(c[0]),
	space: text(c[1]) as Space,
	slot: text(c[2]),
	opensAt: number(c[3]),
	closesAt: number(c[4]),
});

export const toOutboxEntry = (c: readonly Cell[]): OutboxEntry => ({
	id: text(c[0]),
	target: text(c[1]),
	objectId: text(c[2]),
	payload: JSON.parse(text(c[3])) as Json as JsonObject,
	ref: { spine: text(c[4]), space: text(c[5]) as Space, slot: text(c[6]), recipient: text(c[7]) },
	createdAt: number(c[8]),
	attempts: number(c[9]),
});

export const toEventRow = (c: readonly Cell[]): EventRow => ({
	id: number(c[0]),
	at: number(c[1]),
	kind: text(c[2]),
	spine: textOrNull(c[3]),
	subject: textOrNull(c[4]),
	sentence: text(c[5]),
	data: text(c[6]),
	position: numberOrNull(c[7]),
	hash: textOrNull(c[8]),
});
