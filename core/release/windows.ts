import type { Instant } from '../delivery/types';
import { readCalendar } from './recurrence/calendar';
import { contentLine, readEvent, stretchesOf, type RecurringEvent, type Stretch } from './recurrence/event';
import { DAY, lengthOf, localTime, placerFor } from './recurrence/zone';

/** How far ahead a next opening is looked for: a quarter, as far as the longest release rhythm of our policies. */
export const LOOK_AHEAD_MS = 100 * DAY;

/**
 * Stretches of time in which releases may ship, or may not. Either a start, a length and a rule, or the text of a
 * calendar.
 */
export interface Window {
	readonly name: string;
	/** Local, `2026-01-02T14:00`. */
	readonly start?: string | undefined;
	/** Empty for once; an RFC 5545 rule, or lines of RRULE, RDATE and EXDATE. */
	readonly rule?: string | undefined;
	/** ISO 8601; days are by the calendar. */
	readonly duration?: string | undefined;
	readonly timeZone: string;
	/** iCalendar text with VEVENTs, instead of start, rule and duration. */
	readonly calendar?: string | undefined;
	/** Whether a release that began before the window closed, or before the freeze began, may go on. */
	readonly overrun?: boolean | undefined;
}

/** A person's word that a window permits releases for a while, or does not, whatever it says itself. */
export interface WindowOverride {
	readonly window: string;
	readonly permits: boolean;
	/** ISO 8601 with zone. */
	readonly from: string;
	readonly until: string;
	readonly reason: string;
	readonly by?: string | undefined;
}

/** All windows of a policy. */
export interface Windows {
	readonly allow: readonly Window[];
	readonly deny: readonly Window[];
	readonly overrides?: readonly WindowOverride[] | undefined;
}

export interface WindowState {
	readonly open: boolean;
	/** Whether a window could not be read; then all are closed. */
	readonly unreadable: boolean;
	/** One sentence. */
	readonly reason: string;
	/** The next instant at which it is open, if one lies within the look-ahead. */
	readonly nextOpensAt: Instant | null;
	/** How long it stays open, when it is and when it closes within the look-ahead. */
	readonly closesAt: Instant | null;
}

const NAMED_LINE = /^[A-Z-]+[:;]/i;

/**
 * Reads a window whole. @throws RangeError naming the part that cannot be evaluated exactly: the time zone, the
 * start, the duration, a part of the rule, an event of the calendar
 */
export function readWindow(window: Window): readonly RecurringEvent[] {
	const placer = placerFor(window.timeZone);
	const { start, duration, rule = '', calendar } = window;
	if (calendar !== undefined) {
		if (start !== undefined || duration !== undefined || rule !== '')
			throw new RangeError('a window with a calendar has no start, rule or duration of its own');
		return readCalendar(calendar, placer);
	}
	if (start === undefined || duration === undefined)
		throw new RangeError('a window needs a start and a duration, or a calendar');
	const local = localTime(start);
	if (local === null || !start.includes('T')) throw new RangeError('unreadable start');
	const lines = rule
		.replace(/\r?\n[ \t]/g, '')
		.split(/\r?\n/)
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.map((line) => contentLine(NAMED_LINE.test(line) ? line : `RRULE:${line}`));
	return [readEvent({ local, placer, isDate: false }, lengthOf(duration), lines)];
}

/** The stretches of a window that touch [from, to), in order of their start; they may overlap. */
export function stretches(window: Window, from: Instant, to: Instant): readonly Stretch[] {
	return readWindow(window)
		.flatMap((event) => stretchesOf(event, from, to))
		.sort((a, b) => a.from - b.from);
}

/** Overlapping and touching stretches as one. */
function union(list: readonly Stretch[]): readonly Stretch[] {
	const merged: { from: Instant; to: Instant }[] = [];
	for (const { from, to } of [...list].sort((a, b) => a.from - b.from)) {
		const last = merged.at(-1);
		if (last && from <= last.to) last.to = Math.max(last.to, to);
		else if (to > from) merged.push({ from, to });
	}
	return merged;
}

/** What of the first list lies in none of the second; both are unions. */
function minus(list: readonly Stretch[], less: readonly Stretch[]): readonly Stretch[] {
	const rest: Stretch[] = [];
	let at = 0;
	for (const { from, to } of list) {
		while (at < less.length && (less[at]?.to ?? 0) <= from) at += 1;
		let begins = from;
		for (let next = at; next < less.length; next += 1) {
			const hole = less[next];
			if (!hole || hole.from >= to) break;
			if (hole.from > begins) rest.push({ from: begins, to: hole.from });
			begins = Math.max(begins, hole.to);
		}
		if (begins < to) rest.push({ from: begins, to });
	}
	return rest;
}

const at = (list: readonly Stretch[], instant: Instant): Stretch | undefined =>
	list.find(({ from, to }) => from <= instant && instant < to);

interface Placed {
	readonly window: Window;
	readonly stretches: readonly Stretch[];
	/** The override in force now, where there is one. */
	readonly override: WindowOverride | undefined;
}

const span = ({ from, until }: WindowOverride): Stretch => ({
	from: Date.parse(from),
	to: Date.parse(until),
});

/** The stretches of a window after what people said of it; `permits` is what the window itself does. */
function placed(
	window: Window,
	overrides: readonly WindowOverride[],
	permits: boolean,
	from: Instant,
	to: Instant,
	now: Instant,
): Placed {
	const own = overrides.filter((override) => override.window === window.name);
	// The later entry has the last word.
	const found = own.reduce(
		(list, override) => {
			const stretch = [span(override)];
			return override.permits === permits ? union([...list, ...stretch]) : minus(list, stretch);
		},
		union(stretches(window, from, to)),
	);
	return { window, stretches: found, override: own.findLast((override) => at([span(override)], now)) };
}

/** Whether a window lets a release go on that began at `since`, though it is over now or a freeze began. */
const mayGoOn = ({ window }: Placed, since: Instant | undefined): since is Instant =>
	since !== undefined && window.overrun === true;

const said = ({ override }: Placed): string =>
	override ? ` ${override.by ?? 'Somebody'} said so until ${override.until}: ${override.reason}` : '';

/**
 * Whether releases may ship now. Deny wins over allow; with no allow window every time is allowed that is not denied;
 * whatever cannot be read is closed. The next opening is named.
 *
 * @param underWaySince when the release in question began to be deployed; windows that may be overrun let it go on
 */
export function windowState(windows: Windows, now: Instant, underWaySince?: Instant): WindowState {
	const until = now + LOOK_AHEAD_MS;
	// A release under way is judged by the windows it began in.
	const from = Math.min(now, underWaySince ?? now);
	const { overrides = [] } = windows;
	let allow: readonly Placed[];
	let deny: readonly Placed[];
	try {
		allow = windows.allow.map((window) => placed(window, overrides, true, from, until, now));
		deny = windows.deny.map((window) => placed(window, overrides, false, from, until, now));
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : 'unreadable';
		return {
			open: false,
			unreadable: true,
			reason: `A window cannot be read (${why}), so all are closed.`,
			nextOpensAt: null,
			closesAt: null,
		};
	}
	const state = { unreadable: false, closesAt: null };
	const always = windows.allow.length === 0;
	const allowing = allow.find((one) => at(one.stretches, now));
	const blocking = deny.find((one) => {
		const stretch = at(one.stretches, now);
		return stretch && !(mayGoOn(one, underWaySince) && underWaySince < stretch.from);
	});
	const overran =
		always || allowing
			? undefined
			: allow.find((one) => mayGoOn(one, underWaySince) && at(one.stretches, underWaySince));
	const denied = union(deny.flatMap((one) => one.stretches));
	const allowed = always ? [{ from, to: Infinity }] : union(allow.flatMap((one) => one.stretches));
	const open = minus(allowed, denied);
	if (!blocking && (always || allowing || overran)) {
		const closesAt = at(open, now)?.to ?? Infinity;
		const inside = allowing ?? overran;
		const frozen = deny.find((one) => at(one.stretches, now));
		const how = overran
			? `The release began inside the window “${overran.window.name}”, which may be overrun.`
			: frozen
				? `The release began before the freeze “${frozen.window.name}”, which lets it go on.`
				: inside
					? `Inside the window “${inside.window.name}”.${said(inside)}`
					: 'No window or freeze speaks against it.';
		const lifted = deny.find(({ override }) => override?.permits === true);
		return {
			...state,
			open: true,
			reason: `${how}${lifted ? ` The freeze “${lifted.window.name}” is lifted.${said(lifted)}` : ''}`,
			nextOpensAt: now,
			closesAt: closesAt <= until ? closesAt : null,
		};
	}
	const shut = allow.find(({ override }) => override?.permits === false);
	const reason = blocking
		? `Inside the freeze “${blocking.window.name}”.${said(blocking)}`
		: `Outside every release window.${shut ? said(shut) : ''}`;
	const next = open.find((stretch) => stretch.from > now && stretch.from < until);
	return { ...state, open: false, reason, nextOpensAt: next?.from ?? null };
}
