import { DateTime, IANAZone } from 'luxon';
import { rrulestr } from 'rrule';
import type { Instant } from '../delivery/types';
import { durationMs } from './checks';
import type { ReleaseWindow } from './policy/schema';

const DAY = 86_400_000;
/** How far ahead a next opening is looked for: a quarter, as far as the longest release rhythm of our policies. */
export const LOOK_AHEAD_MS = 100 * DAY;

interface Stretch {
	readonly from: Instant;
	readonly to: Instant;
	readonly name: string;
}

export interface WindowState {
	readonly open: boolean;
	/** One sentence. */
	readonly reason: string;
	/** The next instant at which it is open, if one lies within the look-ahead. */
	readonly nextOpensAt: Instant | null;
	/** How long it stays open, when it is. */
	readonly closesAt: Instant | null;
}

/**
 * The stretches of a window that touch [from, to). Rules run on local wall time (RFC 5545 with floating DTSTART) and
 * each start is placed in the zone, so that 14:00 stays 14:00 across DST. Throws on an unreadable rule or zone.
 */
export function stretches(window: ReleaseWindow, from: Instant, to: Instant): readonly Stretch[] {
	if (!IANAZone.isValidZone(window.timeZone)) throw new RangeError(`unknown time zone ${window.timeZone}`);
	const duration = durationMs(window.duration);
	if (!(duration > 0)) throw new RangeError('a window needs a duration');
	const start = DateTime.fromISO(window.start, { zone: 'utc' });
	if (!start.isValid) throw new RangeError('unreadable start');
	const wall = (instant: Instant): Date =>
		new Date(
			DateTime.fromMillis(instant, { zone: window.timeZone })
				.setZone('utc', { keepLocalTime: true })
				.toMillis(),
		);
	const place = (floating: Date): Instant =>
		DateTime.fromMillis(floating.getTime(), { zone: 'utc' })
			.setZone(window.timeZone, { keepLocalTime: true })
			.toMillis();
	const starts = window.rule
		? rrulestr(window.rule, { dtstart: start.toJSDate() }).between(
				wall(from - duration - DAY),
				wall(to + DAY),
				true,
			)
		: [start.toJSDate()];
	return starts
		.map((floating) => ({ from: place(floating), to: place(floating) + duration, name: window.name }))
		.filter((stretch) => stretch.to > from && stretch.from < to);
}

/**
 * Whether releases may ship now. Deny wins over allow; with no allow window every time is allowed that is not denied;
 * whatever cannot be read is closed. The next opening is named.
 */
export function windowState(
	windows: { readonly allow: readonly ReleaseWindow[]; readonly deny: readonly ReleaseWindow[] },
	now: Instant,
): WindowState {
	const until = now + LOOK_AHEAD_MS;
	let allow: readonly Stretch[];
	let deny: readonly Stretch[];
	try {
		allow = windows.allow.flatMap((window) => stretches(window, now, until));
		deny = windows.deny.flatMap((window) => stretches(window, now, until));
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : 'unreadable';
		return {
			open: false,
			reason: `A window cannot be read (${why}), so all are closed.`,
			nextOpensAt: null,
			closesAt: null,
		};
	}
	const always = windows.allow.length === 0;
	const blocking = deny.find((stretch) => stretch.from <= now && now < stretch.to);
	const allowing = allow.find((stretch) => stretch.from <= now && now < stretch.to);
	if (!blocking && (always || allowing)) {
		const closesAt = Math.min(
			allowing ? allowing.to : Infinity,
			...deny.filter((stretch) => stretch.from > now).map((stretch) => stretch.from),
		);
		return {
			open: true,
			reason: allowing ? `Inside the window “${allowing.name}”.` : 'No window or freeze speaks against it.',
			nextOpensAt: now,
			closesAt: Number.isFinite(closesAt) ? closesAt : null,
		};
	}
	const reason = blocking ? `Inside the freeze “${blocking.name}”.` : 'Outside every release window.';
	const candidates = [
		...(always ? [now] : allow.map((stretch) => stretch.from)),
		...deny.map((stretch) => stretch.to),
	]
		.filter((instant) => instant > now && instant < until)
		.sort((a, b) => a - b);
	const nextOpensAt =
		candidates.find(
			(instant) =>
				!deny.some((stretch) => stretch.from <= instant && instant < stretch.to) &&
				(always || allow.some((stretch) => stretch.from <= instant && instant < stretch.to)),
		) ?? null;
	return { open: false, reason, nextOpensAt, closesAt: null };
}
