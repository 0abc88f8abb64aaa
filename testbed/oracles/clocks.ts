/**
 * Local time as `Intl` shows it, minute by minute. Written apart from the rules it judges: no library of theirs, no
 * arithmetic on offsets.
 */

/** Zones with every kind of clock: whole, half and quarter hours, changes of one hour, half an hour and a whole day. */
export const ZONES: readonly string[] = [
	...[
		'UTC',
		'Europe/London',
		'Europe/Dublin',
		'Europe/Lisbon',
		'Europe/Berlin',
		'Europe/Paris',
		'Europe/Madrid',
	],
	...[
		'Europe/Athens',
		'Europe/Kyiv',
		'Europe/Istanbul',
		'Europe/Moscow',
		'Europe/Chisinau',
		'Atlantic/Azores',
	],
	...[
		'Africa/Casablanca',
		'Africa/Cairo',
		'Africa/Lagos',
		'Africa/Johannesburg',
		'Africa/Nairobi',
		'Asia/Beirut',
	],
	...[
		'Asia/Jerusalem',
		'Asia/Gaza',
		'Asia/Tehran',
		'Asia/Dubai',
		'Asia/Kabul',
		'Asia/Karachi',
		'Asia/Kolkata',
	],
	...['Asia/Kathmandu', 'Asia/Dhaka', 'Asia/Bangkok', 'Asia/Shanghai', 'Asia/Tokyo', 'Asia/Pyongyang'],
	...['Australia/Adelaide', 'Australia/Sydney', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham'],
	...['Pacific/Apia', 'Pacific/Honolulu', 'America/Anchorage', 'America/Los_Angeles', 'America/New_York'],
	...['America/St_Johns', 'America/Havana', 'America/Sao_Paulo', 'America/Caracas'],
];

const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows at an instant: minutes since 1970-01-01T00:00 of the same figures. */
export function wallMinute(zone: string, at: number): number {
	let format = formats.get(zone);
	if (!format) {
		format = new Intl.DateTimeFormat('sv-SE', {
			timeZone: zone,
			...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
		});
		formats.set(zone, format);
	}
	return Date.parse(`${format.format(at).replace(' ', 'T')}Z`) / MINUTE;
}

/** Instants (whole minutes) at which the clocks of a zone change between two instants. */
export function changes(zone: string, from: number, to: number): readonly number[] {
	const shift = (at: number): number => wallMinute(zone, at) - at / MINUTE;
	const found: number[] = [];
	for (let at = from; at < to; at += 86_400_000) {
		if (shift(at) === shift(at + 86_400_000)) continue;
		let [low, high] = [at / MINUTE, at / MINUTE + 1440];
		while (high - low > 1) {
			const middle = Math.floor((low + high) / 2);
			if (shift(middle * MINUTE) === shift(at)) low = middle;
			else high = middle;
		}
		found.push(high * MINUTE);
	}
	return found;
}

/** A stretch of a zone's time, one entry a minute. */
export interface Clock {
	readonly zone: string;
	/** First minute since 1970. */
	readonly from: number;
	/** What the wall shows in each minute. */
	readonly wall: readonly number[];
	/** The minute (since 1970) at which a local minute is: of two the first, of a skipped one that after the gap. */
	readonly when: (local: number) => number | null;
}

/** Reads the clock of a zone minute by minute. */
export function clockOf(zone: string, from: number, minutes: number): Clock {
	const first = Math.floor(from / MINUTE);
	const wall = Array.from({ length: minutes }, (_, at) => wallMinute(zone, (first + at) * MINUTE));
	const places = new Map<number, number>();
	wall.forEach((shown, at) => {
		if (!places.has(shown)) places.set(shown, first + at);
		const before = wall[at - 1];
		// The minutes that the clock leaves out go on counting from the minute before it.
		if (before !== undefined)
			for (let left = before + 1; left < shown; left += 1) places.set(left, first + at + (left - before - 1));
	});
	return { zone, from: first, wall, when: (local) => places.get(local) ?? null };
}
