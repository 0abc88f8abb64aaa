import { fieldOf, type ItemJson } from '../delivery/fields';
import type { Instant } from '../delivery/types';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { factsSchema } from './release-file';
import type { MomentFacts, Reading } from './timing';

/** Readings from outside, in the form of the release file. Throws `reading-unreadable` with every problem at once. */
export function parseReadings(value: unknown): MomentFacts {
	const result = factsSchema.safeParse(value);
	if (result.success) return result.data;
	throw gateError('reading-unreadable', problemsIn(result.error.issues, 'readings'));
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether a vendor says it is operational, from its status page's `api/v2/status.json` (Atlassian Statuspage):
 * indicator `none` is operational; minor, major, critical and maintenance are not. `null` for anything else.
 */
export function vendorReading(statusPage: unknown, at: Instant): Reading<boolean> | null {
	const status = isPlain(statusPage) ? statusPage.status : undefined;
	const indicator = isPlain(status) ? status.indicator : undefined;
	if (typeof indicator !== 'string') return null;
	if (!['none', 'minor', 'major', 'critical', 'maintenance'].includes(indicator)) return null;
	return { value: indicator === 'none', at };
}

/**
 * Share of HubSpot's calls that are left, from the headers of an answer: the smaller of the burst's and the day's
 * (`X-HubSpot-RateLimit-Max|Remaining|Daily|Daily-Remaining`). `null` when the headers name no limit, as on search.
 */
export function apiCallsReading(
	headers: Readonly<Record<string, unknown>>,
	at: Instant,
): Reading<number> | null {
	const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Number(value)]));
	const share = (left: string, most: string): number[] => {
		const [a, b] = [lower.get(`x-hubspot-ratelimit-${left}`), lower.get(`x-hubspot-ratelimit-${most}`)];
		return a !== undefined && b !== undefined && b > 0 && a >= 0 && a <= b ? [a / b] : [];
	};
	const shares = [...share('remaining', 'max'), ...share('daily-remaining', 'daily')];
	return shares.length > 0 ? { value: Math.min(...shares), at } : null;
}

/** Names of the fields of an item that hold answers as they came. */
export interface ReadingFields {
	readonly headersField?: string;
	readonly newContactsField?: string;
	readonly vendorsField?: string;
}

const recordAt = (json: ItemJson, field: string): Readonly<Record<string, unknown>> => {
	const value = fieldOf(json, field);
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
};

function takenNow(json: ItemJson, fields: ReadingFields, at: Instant): MomentFacts {
	const { headersField, newContactsField, vendorsField } = fields;
	const calls = headersField ? apiCallsReading(recordAt(json, headersField), at) : null;
	const contacts = newContactsField ? Number(fieldOf(json, newContactsField) ?? NaN) : NaN;
	const vendors = vendorsField
		? Object.entries(recordAt(json, vendorsField)).flatMap(([name, page]) => {
				const reading = vendorReading(page, at);
				return reading ? [[name, reading] as const] : [];
			})
		: [];
	return {
		...(calls ? { apiCallsLeft: calls } : {}),
		...(Number.isInteger(contacts) && contacts >= 0 ? { newContactsLastHour: { value: contacts, at } } : {}),
		...(vendors.length > 0 ? { vendors: Object.fromEntries(vendors) } : {}),
	};
}

/**
 * The readings of one item: those it was given, under those taken from its fields at this moment. What cannot be read
 * is left out, so that the gate holds. Throws `reading-unreadable`.
 */
export function readingsOf(json: ItemJson, given: unknown, fields: ReadingFields, at: Instant): MomentFacts {
	const before = given === undefined || given === null || given === '' ? {} : parseReadings(given);
	const now = takenNow(json, fields, at);
	const vendors = { ...before.vendors, ...now.vendors };
	return { ...before, ...now, ...(Object.keys(vendors).length > 0 ? { vendors } : {}) };
}
