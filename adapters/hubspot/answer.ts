import { failure, type Failure, type FailureKind, type RefusedValue } from './failure';

/** Headers with names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** An error body of HubSpot, every field optional (HubSpot, error handling). */
type ErrorBody = Readonly<Record<string, unknown>>;

/** Codes and names only: anything else could be a person's data. */
const harmless = /^[\w.:-]{1,120}$/;

const word = (value: unknown, fallback: string): string =>
	typeof value === 'string' && harmless.test(value) ? value : fallback;

const words = (value: unknown): readonly string[] =>
	(Array.isArray(value) ? (value as unknown[]) : []).filter(
		(entry): entry is string => typeof entry === 'string' && harmless.test(entry),
	);

const record = (value: unknown): ErrorBody | null =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ErrorBody) : null;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const parsed = (text: string): ErrorBody | null => {
	try {
		return record(JSON.parse(text));
	} catch {
		return null;
	}
};

/** Seconds or a date, as RFC 9110 allows both; `null` if absent or unreadable. Never more than a day. */
export function retryAfterHeader(headers: Headers, now: number): number | null {
	const given = headers['retry-after'];
	if (given === undefined) return null;
	const ms = /^\d+$/.test(given.trim()) ? Number(given) * 1000 : Date.parse(given) - now;
	return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), 86_400_000);
}

/** Names and codes out of "Property values were not valid: [{…}]"; the messages hold values and are left out. */
export function refusedValues(message: unknown): readonly RefusedValue[] {
	if (typeof message !== 'string') return [];
	const start = message.indexOf('[{');
	if (start < 0) return [];
	try {
		return list(JSON.parse(message.slice(start))).flatMap((entry) => {
			const row = record(entry);
			const property = word(row?.['name'], '');
			return property === '' ? [] : [{ property, reason: word(row?.['error'], 'INVALID') }];
		});
	} catch {
		return [];
	}
}

const kindOfClientError = (status: number, body: ErrorBody): FailureKind => {
	const category = body['category'];
	if (status === 401) return category === 'EXPIRED_AUTHENTICATION' ? 'token-expired' : 'token-refused';
	if (status === 403 && category === 'MISSING_SCOPES') return 'scope-missing';
	if (status === 404) return 'missing';
	return status === 409 ? 'conflict' : 'refused';
};

const kindOf = (status: number, body: ErrorBody | null): FailureKind => {
	if (status === 429) return body?.['policyName'] === 'DAILY' ? 'daily-limit' : 'throttled';
	if (status === 423) return 'locked';
	if (status === 477) return 'migrating';
	if (status >= 500 || status === 408) return 'outage';
	if (status === 401) return body === null ? 'token-refused' : kindOfClientError(status, body);
	return body === null || status < 400 ? 'unreadable' : kindOfClientError(status, body);
};

/** What an answer that is no success means. */
export function failureOf(status: number, headers: Headers, text: string, now: number): Failure {
	const body = parsed(text);
	const context = record(body?.['context']);
	const scopes = list(body?.['errors']).flatMap((entry) =>
		words(record(record(entry)?.['context'])?.['requiredGranularScopes']),
	);
	const kind = kindOf(status, body);
	return failure(kind, {
		status,
		asksToWaitMs: retryAfterHeader(headers, now) ?? intervalOf(kind, headers),
		category: word(body?.['policyName'], word(body?.['category'], 'none')),
		subCategory: word(body?.['subCategory'], ''),
		correlationId: word(body?.['correlationId'], 'none'),
		scopes,
		values: refusedValues(body?.['message']),
		ids: words(context?.['ids']),
	});
}

/** A throttled answer tells the length of its window in a header, except for searches. */
function intervalOf(kind: FailureKind, headers: Headers): number | null {
	const interval = Number(headers['x-hubspot-ratelimit-interval-milliseconds']);
	return kind === 'throttled' && interval > 0 ? Math.min(interval, 60_000) : null;
}

/** Whether a success can be read: JSON in a body that looks whole, or no body at all. */
export function isReadable(status: number, headers: Headers, text: string): boolean {
	if (status === 204) return true;
	const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
	const body = text.trim();
	return type.endsWith('json') && body.startsWith('{') && body.endsWith('}');
}
