import { stretches, type Window } from '../../core/release/windows';
import { wallMinute } from './clocks';
import type { Asked, Dateutil } from './outside';

/**
 * A rule that the library is not asked word for word, because it is known to leave RFC 5545 there. `mixed`: of numbered and
 * plain weekdays in one BYDAY it keeps only days that are both; so each kind is asked apart. `first-week`: of the week a
 * weekly rule starts in it counts BYSETPOS over the rest only; so it is asked from the beginning of that week.
 */
export type Adaptation = 'mixed' | 'first-week';

/** A window adapted to what the library can be asked; `null` where a rule cannot be adapted. */
export interface Question {
	readonly asked: Asked;
	readonly adaptations: readonly Adaptation[];
}

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const DAY_S = 86_400;
/** Years in which a rule that never happens is looked for: dates and weekdays come round in 28; hours are dear, and leap days in 8. */
const AHEAD = { hourly: 9, other: 30 } as const;

const valuesOf = (lines: readonly string[], name: string): readonly string[] =>
	lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1));

/** The beginning of the week a local time lies in, at the same time of day. */
function weekBegin(start: string, wkst: string): string {
	let at = Date.parse(`${start}:00Z`);
	while (DAYS[new Date(at).getUTCDay()] !== wkst) at -= 1000 * DAY_S;
	return new Date(at).toISOString().slice(0, 16);
}

/** A rule as it is asked; `null` where the library cannot be asked for it without its own reading. */
function adapted(
	text: string,
	start: string,
): {
	readonly rules: readonly (readonly [string, string])[];
	readonly adaptations: readonly Adaptation[];
} | null {
	const parts = new Map(text.split(';').map((part) => part.split('=') as [string, string]));
	const days = (parts.get('BYDAY') ?? '').split(',').filter((day) => day !== '');
	const [plain, numbered] = [days.filter((day) => day.length === 2), days.filter((day) => day.length > 2)];
	const weekly = parts.get('FREQ') === 'WEEKLY' && parts.has('BYSETPOS');
	const mixed = plain.length > 0 && numbered.length > 0;
	if (!weekly && !mixed) return { rules: [[text, start]], adaptations: [] };
	if (parts.has('COUNT') || (mixed && parts.has('BYSETPOS'))) return null;
	const written = (more: Readonly<Record<string, string>>): string =>
		[...new Map([...parts, ...Object.entries(more)])].map((pair) => pair.join('=')).join(';');
	if (mixed)
		return {
			rules: [plain, numbered].map((list) => [written({ BYDAY: list.join(',') }), start]),
			adaptations: ['mixed'],
		};
	const own = DAYS[new Date(`${start}:00Z`).getUTCDay()] ?? '';
	return {
		rules: [[written({ BYDAY: days.join(',') || own }), weekBegin(start, parts.get('WKST') ?? 'MO')]],
		adaptations: ['first-week'],
	};
}

/** A window of lines of RRULE, RDATE and EXDATE as the library is asked for it; `null` where it cannot be. */
export function questionOf(
	{ start = '', rule = '', timeZone }: Window,
	from: number,
	to: number,
): Question | null {
	const lines = rule.split('\n').filter((line) => line !== '');
	const found = valuesOf(lines, 'RRULE').map((text) => adapted(text, start));
	if (found.includes(null)) return null;
	const stamp = (local: string): string => local.replace(/[-:]/g, '');
	return {
		adaptations: found.flatMap((one) => one?.adaptations ?? []),
		asked: {
			zone: timeZone,
			start: stamp(start),
			rules: found.flatMap((one) => one?.rules ?? []).map(([text, begin]) => [text, stamp(begin)]),
			added: valuesOf(lines, 'RDATE'),
			excluded: valuesOf(lines, 'EXDATE'),
			from,
			to,
		},
	};
}

/** Our starts of the same; `null` where a rule of it is refused because it never happens. @throws RangeError */
function ourStarts(window: Window, from: number, to: number): readonly number[] | null {
	try {
		const found = stretches({ ...window, duration: 'PT1M' }, from * 1000, to * 1000);
		return [...new Set(found.map((stretch) => stretch.from / 1000))].filter((at) => at >= from);
	} catch (cause) {
		if (cause instanceof RangeError && cause.message.endsWith('never happens')) return null;
		throw cause;
	}
}

export type PeerJudgement = { readonly adaptations: readonly Adaptation[]; readonly starts: number } & (
	| { readonly kind: 'agrees' }
	/** Refused as never happening, and the library finds no start of one of the rules within {@link AHEAD} either. */
	| { readonly kind: 'refused' }
	/** Not asked: a rule with COUNT or BYSETPOS where the library leaves RFC 5545. */
	| { readonly kind: 'not-asked' }
	/**
	 * Its time zone database shows another time at one of the starts, or it takes a local time at which one of ours lies for one that
	 * no clock shows (of Europe/Dublin, whose summer time is its standard time, 2016-10-30 02:59).
	 */
	| { readonly kind: 'clocks' }
	| { readonly kind: 'differs'; readonly ours: readonly number[]; readonly theirs: readonly number[] }
);

/** Holds the starts of a window against the library's, from its own start on. */
export async function judgeByPeer(library: Dateutil, window: Window, to: number): Promise<PeerJudgement> {
	const from = Date.parse(`${window.start ?? ''}:00Z`) / 1000 - 2 * DAY_S;
	const question = questionOf(window, from, to);
	if (!question) return { kind: 'not-asked', adaptations: [], starts: 0 };
	const { asked, adaptations } = question;
	const ours = ourStarts(window, from, to);
	if (ours === null) {
		for (const text of valuesOf((window.rule ?? '').split('\n'), 'RRULE')) {
			const years = text.includes('FREQ=HOURLY') ? AHEAD.hourly : AHEAD.other;
			const one = questionOf({ ...window, rule: `RRULE:${text}` }, from, from + years * 366 * DAY_S);
			const found = one ? await library.starts({ ...one.asked, first: true }) : [from];
			if (found.length === 0) return { kind: 'refused', adaptations, starts: 0 };
		}
		return { kind: 'differs', adaptations, starts: 0, ours: [], theirs: [from] };
	}
	const theirs = await library.starts(asked);
	const only = (a: readonly number[], b: ReadonlySet<number>): readonly number[] =>
		a.filter((at) => !b.has(at));
	const [more, less] = [only(ours, new Set(theirs)), only(theirs, new Set(ours))];
	if (more.length + less.length === 0) return { kind: 'agrees', adaptations, starts: ours.length };
	const looked = [...more, ...less];
	const walls = await library.walls(window.timeZone, looked);
	const otherClock = looked.some((at, index) => walls[index] !== 60 * wallMinute(window.timeZone, 1000 * at));
	const local = more.map((at) => 60 * wallMinute(window.timeZone, 1000 * at));
	const unknownTime = (await library.exist(window.timeZone, local)).includes(0);
	return otherClock || unknownTime
		? { kind: 'clocks', adaptations, starts: ours.length }
		: { kind: 'differs', adaptations, starts: ours.length, ours: more, theirs: less };
}
