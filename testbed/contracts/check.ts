import type { ZodError, ZodTypeAny } from 'zod';
import type { Call } from '../standins/shared/calls';
import type { FaultAnswer } from '../standins/shared/faults';
import { checked, violated } from './findings';
import { exchangeOf, type Contract, type Exchange } from './contract';

/** What was found wrong with a request when it came in. It counts only if the stand-in takes the request. */
export interface Arrival {
	readonly exchange: Exchange | undefined;
	readonly problems: readonly string[];
	readonly shape: string;
}

const sentence = (where: string, error: ZodError): string =>
	error.issues
		.slice(0, 5)
		.map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`)
		.join('; ');

const problemsOf = (where: string, schema: ZodTypeAny | undefined, value: unknown): readonly string[] => {
	if (schema === undefined) return [];
	const result = schema.safeParse(value);
	return result.success ? [] : [sentence(where, result.error)];
};

/** Names of the fields of a value, lists as one. */
const fieldsOf = (value: unknown, at = ''): readonly string[] => {
	if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => fieldsOf(entry, `${at}[]`)))];
	if (typeof value !== 'object' || value === null) return [at];
	const names = Object.entries(value);
	// A map by id or name is one shape, however many names it has.
	return names.length > 40 ? [`${at}{}`] : names.flatMap(([name, inner]) => fieldsOf(inner, `${at}.${name}`));
};

/** Looks at a request as it came in, before a fault or the stand-in touched it. */
export function arrive(contract: Contract, call: Call): Arrival {
	const exchange = exchangeOf(contract, call.method, call.path);
	if (exchange === undefined) return { exchange, problems: [], shape: '' };
	const { query, headers, request } = exchange;
	return {
		exchange,
		problems: [
			...problemsOf('query', query, call.query),
			...problemsOf('headers', headers, call.headers),
			...problemsOf('body', request, call.body),
		],
		shape: [...Object.keys(call.query).map((name) => `?${name}`), ...fieldsOf(call.body)].sort().join(' '),
	};
}

const parsed = (text: string): { readonly json: unknown } | null => {
	try {
		return { json: text === '' ? undefined : (JSON.parse(text) as unknown) };
	} catch {
		return null;
	}
};

/** Text of an answer's body. */
export const bodyText = (answer: FaultAnswer): string =>
	answer.raw ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));

/**
 * Looks at what a stand-in answered. A request with problems must have been refused; a call of no exchange must be
 * refused too, or the contract lacks it. An answer must have every field the vendor promises.
 */
export function leave(contract: Contract, call: Call, arrival: Arrival, answer: FaultAnswer): void {
	const { vendor } = contract;
	const { exchange, problems, shape } = arrival;
	const name = `${call.method} ${call.path}`;
	const taken = answer.status < 400;
	const say = (side: 'request' | 'answer', problem: string): void =>
		violated({ vendor, call: `${name} (${answer.status})`, side, problem });
	if (exchange === undefined && taken) say('request', 'the contract knows no such call');
	if (taken) for (const problem of problems) say('request', problem);
	const text = bodyText(answer);
	const body = parsed(text);
	const known = exchange !== undefined && Object.hasOwn(exchange.answers, answer.status);
	if (exchange !== undefined && taken && !known) say('answer', `the vendor never answers ${answer.status}`);
	const schema = known ? exchange.answers[answer.status] : taken ? null : contract.refusal;
	if (schema && !(answer.status >= 500 && !isJson(body))) {
		if (body === null) say('answer', 'the body is no JSON');
		else for (const problem of problemsOf('body', schema, body.json)) say('answer', problem);
	}
	checked(vendor, `${exchange?.name ?? name} ${answer.status} ${shape}`);
}

const isJson = (body: { readonly json: unknown } | null): boolean =>
	body !== null && typeof body.json === 'object' && body.json !== null;
