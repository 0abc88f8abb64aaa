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

/** How answers that came from outside are read; each vendor has its own way. `null`: nobody knows. */
export interface AnswerReaders {
	/** Share of the calls that are left, from the headers of an answer. */
	readonly callsLeft: (headers: Readonly<Record<string, unknown>>, at: Instant) => Reading<number> | null;
	/** Whether a vendor says it is operational, from the answer of its status page. */
	readonly vendor: (name: string, answer: unknown, at: Instant) => Reading<boolean> | null;
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

function takenNow(json: ItemJson, fields: ReadingFields, readers: AnswerReaders, at: Instant): MomentFacts {
	const { headersField, newContactsField, vendorsField } = fields;
	const calls = headersField ? readers.callsLeft(recordAt(json, headersField), at) : null;
	const contacts = newContactsField ? Number(fieldOf(json, newContactsField) ?? NaN) : NaN;
	const vendors = vendorsField
		? Object.entries(recordAt(json, vendorsField)).flatMap(([name, page]) => {
				const reading = readers.vendor(name, page, at);
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
export function readingsOf(
	json: ItemJson,
	given: unknown,
	fields: ReadingFields,
	readers: AnswerReaders,
	at: Instant,
): MomentFacts {
	const before = given === undefined || given === null || given === '' ? {} : parseReadings(given);
	const now = takenNow(json, fields, readers, at);
	const vendors = { ...before.vendors, ...now.vendors };
	return { ...before, ...now, ...(Object.keys(vendors).length > 0 ? { vendors } : {}) };
}
