import type { CatalogueEntry } from './error';

/** Errors of the room `delivery`. */
export const deliveryErrors = {
	'key-part-type': {
		message: 'The {what} is of type {type}; it must be text or a whole number.',
		remedy: 'Name the field that holds the {what}, or convert it before this node.',
	},
	'key-part-empty': {
		message: 'The {what} is empty.',
		remedy: 'Give every item a {what}; items without one cannot be told apart.',
	},
	'key-part-malformed': {
		message: 'The {what} beginning "{prefix}" holds half of a character pair (a lone surrogate).',
		remedy: 'Correct the {what} where it is stored; it was probably cut in the middle of a character.',
	},
	'key-part-invisible': {
		message: 'The {what} beginning "{prefix}" holds control or invisible characters.',
		remedy: 'Remove control, zero-width and text-direction characters from the {what} where it is stored.',
	},
	'key-part-too-long': {
		message: 'The {what} beginning "{prefix}" is {bytes} bytes long; at most {limit} are allowed.',
		remedy: 'Use a short, stable id such as the HubSpot record id.',
	},
	'spine-id': {
		message: '"{spine}" cannot name a spine.',
		remedy:
			'Use 1 to 64 lower-case letters, digits, dots, dashes or underscores, beginning with a letter or digit.',
	},
	'key-unreadable': {
		message: '"{key}" is not a delivery key.',
		remedy: 'Pass the key of the delivery envelope unchanged, e.g. newsletter:4711:2026-11-20.',
	},
	'not-json': {
		message: 'A value cannot be written as JSON.',
		remedy:
			'Keep to text, finite numbers, booleans, null, lists and objects; dates as ISO text; no lone surrogates, no cycles.',
	},
	'cadence-duration': {
		message: 'The cadence field "{field}" ("{value}") is no length of time.',
		remedy: 'Write words such as 2 days, every other week or 6 hours; or ISO 8601: P2D, P2W, PT6H.',
	},
	'cadence-zero': {
		message: 'The cadence field "{field}" ("{value}") is zero.',
		remedy: 'Give a length of at least one second; one minute for "every".',
	},
	'cadence-mixed': {
		message: 'The cadence "every" ("{value}") mixes days and hours.',
		remedy: 'Use days, weeks or months, or hours, minutes and seconds, never both.',
	},
	'cadence-too-short': {
		message: 'The cadence "every" ("{value}") is shorter than a minute.',
		remedy: 'Use PT1M or more.',
	},
	'cadence-anchor': {
		message: 'The cadence anchor "{value}" is not a local date and time.',
		remedy: 'Write it as 2026-11-02T09:00.',
	},
	'cadence-anchor-offset': {
		message: 'The cadence anchor "{value}" carries an offset.',
		remedy: 'Write the local time without Z or +01:00; the time zone has its own field.',
	},
	'cadence-zone': {
		message: '"{value}" is not a known IANA time zone.',
		remedy: 'Use a name such as America/New_York, Europe/Berlin or UTC.',
	},
	'cadence-window': {
		message: 'The window ({window}) is longer than the interval ({every}).',
		remedy: 'Shorten the window, or leave it out: a slot then stays open until the next one.',
	},
	'cadence-gap': {
		message: 'The minimum gap ({gap}) is longer than the interval ({every}).',
		remedy: 'Shorten the gap, or leave it out: half the interval is used.',
	},
	'slot-index': {
		message: '{index} is not the number of a slot.',
		remedy: 'Slots are counted 0, 1, 2… from the anchor, up to the year 9999.',
	},
	'slot-instant': {
		message: '{instant} is not a time a slot can be computed for.',
		remedy: 'Pass milliseconds since 1970, before the year 9999.',
	},
	'slot-unknown': {
		message: 'The cadence (every {every}) has no slot "{slot}".',
		remedy: 'Use a slot id as Due Deliveries writes it, or look whether the cadence was changed since.',
	},
	'spine-settings': {
		message: 'The settings of the spine are not usable: {problems}.',
		remedy: 'Correct each of the named fields and configure the spine again; nothing was stored.',
	},
	'flag-invalid': {
		message: 'The flag is not usable: {problems}.',
		remedy: 'Correct the named fields; until then the flag is off for everyone.',
	},
} as const satisfies Record<string, CatalogueEntry>;
