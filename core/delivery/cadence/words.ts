/** Numbers in words, each at its place. */
export const numbers = [
	'',
	'one',
	'two',
	'three',
	'four',
	'five',
	'six',
	'seven',
	'eight',
	'nine',
	'ten',
	'eleven',
	'twelve',
];

const units = { minute: 'TM', hour: 'TH', day: 'D', week: 'W', month: 'M' } as const;

/** `every 2 days`, `two days`, `an hour`, `90 min`, `day`. */
const LENGTH = /^(?:(?:every|each)\s+)?(?:(\d{1,7}|[a-z]+)\s+)?(min(?:ute)?|hour|day|week|month)s?$/;

const ADVERBS: Readonly<Record<string, string>> = {
	hourly: 'PT1H',
	daily: 'P1D',
	weekly: 'P1W',
	fortnightly: 'P2W',
	monthly: 'P1M',
};

function countOf(word: string | undefined): number {
	if (word === undefined || word === 'a' || word === 'an') return 1;
	if (word === 'other' || word === 'second') return 2;
	return /^\d+$/.test(word) ? Number(word) : numbers.indexOf(word);
}

/**
 * A length of time as ISO 8601, from words: `2 days`, `every other week`, `an hour`, `90 minutes`, `daily`. ISO 8601 itself,
 * and what is no such words, is handed back as it came, for whoever reads ISO 8601 to judge.
 */
export function durationInWords(text: string): string {
	const plain = text.trim().toLowerCase().replace(/\s+/g, ' ');
	const adverb = ADVERBS[plain];
	if (adverb !== undefined) return adverb;
	const [, word, unit = ''] = LENGTH.exec(plain) ?? [];
	const count = unit === '' ? 0 : countOf(word);
	if (count < 1) return text;
	const letters = units[(unit === 'min' ? 'minute' : unit) as keyof typeof units];
	return letters.length === 2 ? `PT${count}${letters.slice(1)}` : `P${count}${letters}`;
}

const said = [
	['Y', 'year'],
	['M', 'month'],
	['W', 'week'],
	['D', 'day'],
] as const;
const clock = [
	['H', 'hour'],
	['M', 'minute'],
	['S', 'second'],
] as const;

/** An ISO 8601 duration as a sentence has it: `2 days`, `1 hour 30 minutes`; as it came where it is none. */
export function wordsOfDuration(iso: string): string {
	const [, date, time] = /^P([\dYMWD]*)(?:T([\dHMS]+))?$/.exec(iso) ?? [];
	const parts = [
		...said.map((unit) => [...unit, date ?? ''] as const),
		...clock.map((unit) => [...unit, time ?? ''] as const),
	].flatMap(([letter, word, from]) => {
		const count = Number(new RegExp(`(\\d+)${letter}`).exec(from)?.[1] ?? 0);
		return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
	});
	return parts.length === 0 ? iso : parts.join(' ');
}
