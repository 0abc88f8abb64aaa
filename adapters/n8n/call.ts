import { gateError } from '../../core/errors';
import { apiAddress } from './address';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Answer {
	readonly status: number;
	/** What the JSON says; the text where it is none. */
	readonly body: unknown;
	/** The header `date`. */
	readonly date: string | null;
}

/** One call to the public API. Resolves for every HTTP status; rejects without an answer. */
export type InstallationCall = (method: Method, address: string, body?: object) => Promise<Answer>;

/** Time for one answer. */
export const TIMEOUT_MS = 60_000;

/** Calls with a key. */
export const fetched =
	(apiKey: string): InstallationCall =>
	async (method, address, body) => {
		const answer = await fetch(address, {
			method,
			headers: { 'X-N8N-API-KEY': apiKey, accept: 'application/json', 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		const text = await answer.text();
		const date = answer.headers.get('date');
		try {
			return { status: answer.status, body: text === '' ? {} : JSON.parse(text), date };
		} catch {
			return { status: answer.status, body: text, date };
		}
	};

/** Whether an n8n's public API answers at an address, without a key. @throws `setup-n8n-unreachable`, `setup-n8n-odd` */
export async function checkAddress(url: string): Promise<void> {
	const base = apiAddress(url);
	const { host } = new URL(base);
	let answer: Answer;
	try {
		answer = await fetched('')('GET', `${base}/workflows?limit=1`);
	} catch (error) {
		throw gateError('setup-n8n-unreachable', { host }, error);
	}
	// It asks for the key; below any other path n8n answers 200 with the page of its editor, and another server anything.
	if (answer.status !== 401) throw gateError('setup-n8n-odd', { host });
}
