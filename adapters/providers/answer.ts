import { isFields } from '../../core/delivery/fields';

/** What a vendor answered to a call that failed, as far as an item of a node's error output still shows it. */
export interface RefusedAnswer {
	/** Status of the answer; absent where the node gives text only. */
	readonly status?: number;
	/** The body, if it was JSON. */
	readonly body?: Readonly<Record<string, unknown>>;
	/** Everything the node says, for vendors whose node gives text only. */
	readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

const statusOf = (value: unknown): number | undefined => {
	const number = Number(value);
	return Number.isInteger(number) && number >= 100 && number <= 599 ? number : undefined;
};

const jsonIn = (text: string): Fields | undefined => {
	try {
		let value = JSON.parse(text) as unknown;
		if (typeof value === 'string') value = JSON.parse(value);
		return isFields(value) ? value : undefined;
	} catch {
		return undefined;
	}
};

/**
 * Digs the answer out of an item of a node's error output, in the shapes of n8n 1.123 and 2.40: the HTTP Request node keeps
 * it as the text `422 - {…}` in the message of the error or of its cause, or in the list of its messages, later versions
 * in `details.body` or `response.data`; the node Send Email gives plain text. Never throws.
 */
export function refusedAnswer(json: unknown): RefusedAnswer {
	const texts: string[] = [];
	let status: number | undefined;
	let body: Fields | undefined;
	const take = (value: unknown, depth: number): void => {
		if (typeof value === 'string') {
			texts.push(value);
			const [, code, rest] =
				/^(?:Request failed with status code )?([1-5]\d\d)(?: - ([\s\S]*))?$/.exec(value) ?? [];
			status ??= code === undefined ? undefined : statusOf(code);
			body ??= rest === undefined ? undefined : jsonIn(rest);
			return;
		}
		if (!isFields(value) || depth > 5) return;
		const response = isFields(value.response) ? value.response : {};
		status ??= statusOf(value.httpCode) ?? statusOf(value.statusCode) ?? statusOf(response.status);
		for (const held of [value.body, response.data, response.body]) {
			body ??= isFields(held) ? held : typeof held === 'string' ? jsonIn(held) : undefined;
		}
		take(value.message, depth + 1);
		// All that n8n 1 keeps of the answer: it has no cause.
		if (Array.isArray(value.messages))
			for (const said of value.messages) if (typeof said === 'string') take(said, depth + 1);
		if (typeof value.description === 'string') texts.push(value.description);
		for (const inner of [value.cause, value.errorResponse]) take(inner, depth + 1);
	};
	if (isFields(json)) {
		take(json.details, 0);
		take(json.error, 0);
		if (typeof json.message === 'string') take(json.message, 1);
	}
	return { status, body, text: texts.join('\n').slice(0, 5000) };
}

/** A field of an answer as text; `''` where there is none. */
export const textIn = (body: Fields | undefined, ...path: readonly string[]): string => {
	const value = path.reduce<unknown>((held, name) => (isFields(held) ? held[name] : undefined), body);
	return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
};
