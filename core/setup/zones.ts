import { IANAZone } from 'luxon';

/** What people call zones that no city of the tz database is named after. Each has one meaning where mail is written. */
const called: Readonly<Record<string, string>> = {
	utc: 'UTC',
	gmt: 'UTC',
	et: 'America/New_York',
	eastern: 'America/New_York',
	ct: 'America/Chicago',
	central: 'America/Chicago',
	mt: 'America/Denver',
	mountain: 'America/Denver',
	pt: 'America/Los_Angeles',
	pacific: 'America/Los_Angeles',
	'san francisco': 'America/Los_Angeles',
	boston: 'America/New_York',
	washington: 'America/New_York',
	cet: 'Europe/Paris',
	munich: 'Europe/Berlin',
	hamburg: 'Europe/Berlin',
	barcelona: 'Europe/Madrid',
	geneva: 'Europe/Zurich',
	beijing: 'Asia/Shanghai',
	mumbai: 'Asia/Kolkata',
	delhi: 'Asia/Kolkata',
};

const cityOf = (zone: string): string => (zone.split('/').at(-1) ?? '').replaceAll('_', ' ').toLowerCase();

/**
 * The IANA zone that a person means: its own name, the city it is named after, or a common word (`ET`, `Pacific`, `UTC`).
 * `null` where none or more than one is called so.
 */
export function zoneCalled(text: string): string | null {
	const plain = text
		.trim()
		.replace(/\s+time$/i, '')
		.replace(/[._]/g, ' ')
		.replace(/\s+/g, ' ')
		.toLowerCase();
	if (plain === '') return null;
	const known = called[plain];
	if (known !== undefined) return known;
	const all = Intl.supportedValuesOf('timeZone');
	const named = all.find((zone) => zone.replaceAll('_', ' ').toLowerCase() === plain);
	if (named !== undefined) return named;
	const cities = all.filter((zone) => cityOf(zone) === plain);
	if (cities.length === 1) return cities[0] ?? null;
	// Links of the tz database (US/Eastern) are not listed, and are zones all the same.
	const given = text.trim();
	return cities.length === 0 && given.includes('/') && IANAZone.isValidZone(given) ? given : null;
}

/** A zone as a sentence names it: the city. */
export const zoneInWords = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
