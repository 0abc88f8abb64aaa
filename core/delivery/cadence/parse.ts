import { DateTime, Duration, IANAZone } from 'luxon';
import { gateError } from '../../errors';
import { prefixOf } from '../canonical';
import type { Instant, Milliseconds } from '../types';

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

/** A cadence that was read and found sound. */
export interface ParsedCadence {
	readonly cadence: Cadence;
	/** `calendar`: slots keep their local time of day. `clock`: slots are an exact time apart. */
	readonly kind: 'calendar' | 'clock';
	/** Slot 0's local date and time, kept in UTC so that adding to it meets no daylight saving. */
	readonly anchorLocal: DateTime;
	/** Opening of slot 0. */
	readonly anchorAt: Instant;
	readonly zone: IANAZone;
	readonly every: { readonly months: number; readonly days: number; readonly ms: Milliseconds };
	/** Mean length of the interval; a month counts as 30.436875 days (the Gregorian calendar's 400-year mean). */
	readonly everyMs: Milliseconds;
	/** Absent: a slot stays open until the next one. */
	readonly window?: Duration;
	readonly minimumGapMs: Milliseconds;
}

export const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTH = 30.436875 * DAY;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const ISO_DURATION =
	/^P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?$/;

interface Length {
	readonly months: number;
	readonly days: number;
	readonly ms: Milliseconds;
	readonly duration: Duration;
	/** Shortest it can be on any calendar: 28-day months, days of 23 hours. */
	readonly shortestMs: Milliseconds;
	readonly meanMs: Milliseconds;
}

function readDuration(field: string, text: unknown): Length {
	const match = typeof text === 'string' ? ISO_DURATION.exec(text) : null;
	if (match === null || typeof text !== 'string') {
		throw gateError('cadence-duration', { field, value: prefixOf(String(text)) });
	}
	const [y, mo, w, d, h, mi, s] = match.slice(1).map((digits: string | undefined) => Number(digits ?? 0)) as [
		number,
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const months = y * 12 + mo;
	const days = w * 7 + d;
	const ms = (h * 3600 + mi * 60 + s) * 1000;
	if (months + days + ms === 0) throw gateError('cadence-zero', { field, value: text });
	return {
		months,
		days,
		ms,
		duration: Duration.fromISO(text),
		shortestMs: months * 28 * DAY + days * DAY - (months + days > 0 ? 2 * 3_600_000 : 0) + ms,
		meanMs: months * MONTH + days * DAY + ms,
	};
}

/**
 * When a local time (kept in UTC) is in a zone. In a DST gap it moves forward by the gap; of two, it is the first.
 */
export function instantOf(local: DateTime, zone: IANAZone): Instant {
	const zoned = local.setZone(zone, { keepLocalTime: true });
	return Math.min(...zoned.getPossibleOffsets().map((possible) => possible.toMillis()));
}

const isLonger = (a: Length, b: Length): boolean => a.meanMs > b.meanMs;

/**
 * Reads and checks a cadence.
 *
 * @throws `cadence-duration`, `cadence-zero`, `cadence-mixed`, `cadence-too-short` (under a minute),
 * `cadence-anchor`, `cadence-anchor-offset`, `cadence-zone`, `cadence-window`, `cadence-gap`
 */
export function parseCadence(cadence: Cadence): ParsedCadence {
	const every = readDuration('every', cadence.every);
	const calendar = every.months + every.days > 0;
	if (calendar && every.ms > 0) throw gateError('cadence-mixed', { value: cadence.every });
	if (every.meanMs < MINUTE) throw gateError('cadence-too-short', { value: cadence.every });

	const zone = IANAZone.create(String(cadence.timeZone));
	if (!zone.isValid) throw gateError('cadence-zone', { value: prefixOf(String(cadence.timeZone)) });

	const anchorText = String(cadence.anchor);
	if (/(?:Z|[+-]\d\d:?\d\d)$/i.test(anchorText) && /T/.test(anchorText)) {
		throw gateError('cadence-anchor-offset', { value: anchorText.slice(0, 40) });
	}
	const anchorLocal = DateTime.fromISO(anchorText, { zone: 'utc' });
	if (!LOCAL.test(anchorText) || !anchorLocal.isValid) {
		throw gateError('cadence-anchor', { value: prefixOf(anchorText) });
	}

	const window = cadence.window === undefined ? undefined : readDuration('window', cadence.window);
	if (window && isLonger(window, every)) {
		throw gateError('cadence-window', { window: cadence.window, every: cadence.every });
	}
	const gap = cadence.minimumGap === undefined ? undefined : readDuration('minimumGap', cadence.minimumGap);
	if (gap && isLonger(gap, every)) {
		throw gateError('cadence-gap', { gap: cadence.minimumGap, every: cadence.every });
	}

	return {
		cadence,
		kind: calendar ? 'calendar' : 'clock',
		anchorLocal,
		anchorAt: instantOf(anchorLocal, zone),
		zone,
		every: { months: every.months, days: every.days, ms: every.ms },
		everyMs: Math.floor(every.meanMs),
		...(window ? { window: window.duration } : {}),
		// Never longer than the shortest distance between two slots, or a spine on time would hold itself up.
		minimumGapMs: Math.floor(Math.min(gap ? gap.meanMs : every.meanMs / 2, every.shortestMs)),
	};
}
