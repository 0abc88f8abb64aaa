import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the system behind a template does with the next calls. */
export type Mood =
	| 'takes'
	/** Answers 422: nothing happened. */
	| 'refuses'
	/** Does it, and breaks the connection before it answers. */
	| 'hangs up';

/** A system that does something for each call and knows no idempotency key: what it did twice, it did twice. */
export interface Effects {
	readonly url: string;
	/** Bodies of the calls it did something for, in order. */
	readonly done: () => readonly Readonly<Record<string, unknown>>[];
	/** Texts of what was told the team in Slack. */
	readonly alerts: () => readonly string[];
	/** Slack refuses each message, as it does: with 200 and `ok: false`. */
	slackRefuses: boolean;
	mood: Mood;
	/** Told of each call that changes something, before or after it is done; what it returns is waited for. */
	gate: ((when: 'asked' | 'done') => Promise<void>) | null;
	close(): Promise<void>;
}

const bodyOf = async (request: AsyncIterable<Buffer>): Promise<Record<string, unknown>> => {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part);
	return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as Record<string, unknown>;
};

const listen = (server: Server, port: number): Promise<void> =>
	new Promise((resolve) => void server.listen(port, '127.0.0.1', resolve));

/**
 * Starts it. A GET with `externalNumber` gives the orders of that number, as an ERP would. A call
 * is answered with its running number.
 */
export async function startEffects(port = 0): Promise<Effects> {
	const done: Record<string, unknown>[] = [];
	const alerts: string[] = [];
	const server = createServer((request, response) => {
		const answer = (status: number, body: object): void => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		const work = async (): Promise<void> => {
			const url = new URL(request.url ?? '/', 'http://localhost');
			if (request.method === 'GET') {
				const wanted = url.searchParams.get('externalNumber');
				answer(200, { orders: done.filter(({ externalNumber }) => externalNumber === wanted) });
				return;
			}
			const body = await bodyOf(request);
			if (url.pathname === '/api/chat.postMessage') {
				if (effects.slackRefuses) {
					answer(200, { ok: false, error: 'not_in_channel' });
					return;
				}
				alerts.push(String(body.text));
				answer(200, { ok: true });
				return;
			}
			await effects.gate?.('asked');
			if (effects.mood === 'refuses') {
				answer(422, { error: 'refused' });
				return;
			}
			done.push(body);
			await effects.gate?.('done');
			if (effects.mood === 'hangs up') request.socket.destroy();
			else answer(200, { number: done.length });
		};
		work().catch(() => request.socket.destroy());
	});
	const effects: Effects = {
		url: '',
		done: () => done,
		alerts: () => alerts,
		slackRefuses: false,
		mood: 'takes',
		gate: null,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => {
					resolve();
				});
			}),
	};
	await listen(server, port);
	return Object.assign(effects, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Addresses in the templates of the set `once`, which an effects server answers in a sandbox. */
const addresses = /https:\/\/(?:fulfilment|reports|erp|payments)\.example\.com|https:\/\/slack\.com/g;

/** A template of the set with its addresses set to the effects server. */
export const pointedAt = <Workflow>(workflow: Workflow, url: string): Workflow =>
	JSON.parse(JSON.stringify(workflow).replace(addresses, url)) as Workflow;
