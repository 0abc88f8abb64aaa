/**
 * The rhythm of a spine. Slots are computed from the anchor, never from the last send, so the rhythm survives delays.
 */
export interface Cadence {
	/** ISO 8601 duration: either calendar units (`P2D`, `P1W`, `P1M`) or clock units (`PT6H`, `PT1M`), not both. */
	readonly every: string;
	/** Local date and time of slot 0 in `timeZone`, ISO 8601 without offset, e.g. `2026-11-02T09:00`. */
	readonly anchor: string;
	/** IANA time zone, e.g. `America/New_York`. */
	readonly timeZone: string;
	/** How long a slot stays open, ISO 8601; until the next slot if absent. */
	readonly window?: string;
	/** Least time between two sends to one recipient, ISO 8601; half of `every` if absent. */
	readonly minimumGap?: string;
}

export { parseCadence, type ParsedCadence } from './cadence/parse';
export {
	minimumGapMs,
	nextSlot,
	slotAt,
	slotById,
	slotByIndex,
	slotsBetween,
	type Slot,
} from './cadence/slots';
