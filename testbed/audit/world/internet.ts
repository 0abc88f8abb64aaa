import http, { createServer, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

/** A request to a host of the real world, as it reached the stand-in for all of them. */
export interface Call {
	readonly host: string;
	readonly method: string;
	/** Path with its query, escapes read. */
	readonly path: string;
	readonly body: string;
	/** The header `Idempotency-Key`, or nothing. */
	readonly key: string;
}

export interface Answer {
	readonly status: number;
	readonly body: unknown;
}

const LOOPBACK = /^127\.\d+\.\d+\.\d+$/;

const readable = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/**
 * Stands in for every host but the loopback addresses of the stand-ins: whatever this process asks over HTTP or HTTPS,
 * by `http`, `https`, axios or `fetch`, reaches one server on this machine and nothing leaves it. TLS is left out: what
 * asks for a secured connection gets a plain one.
 */
export class Internet {
	private readonly server: Server;
	private readonly undo: (() => void)[] = [];
	private port = 0;

	constructor(answer: (call: Call) => Promise<Answer>) {
		this.server = createServer((request, response) => {
			let text = '';
			request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
			request.on('end', () => {
				const call = {
					host: (request.headers.host ?? '').replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase(),
					method: request.method ?? 'GET',
					path: readable(request.url ?? '/'),
					body: text,
					key: String(request.headers['idempotency-key'] ?? ''),
				};
				answer(call)
					.catch((error: unknown) => ({ status: 599, body: { fault: String(error) } }))
					.then(
						({ status, body }) => {
							const plain = typeof body === 'string';
							response.writeHead(status, { 'content-type': plain ? 'text/xml' : 'application/json' });
							response.end(plain ? body : JSON.stringify(body));
						},
						() => response.destroy(),
					);
			});
		});
	}

	async start(): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(0, '127.0.0.1', resolve);
		});
		this.port = (this.server.address() as AddressInfo).port;
		this.leadHere();
	}

	async stop(): Promise<void> {
		for (const undo of this.undo.splice(0)) undo();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** `undici` and the agents of Node look these functions up at each connection. */
	private leadHere(): void {
		const { connect } = net;
		const here = (): Socket => connect({ host: '127.0.0.1', port: this.port });
		const outside = (given: readonly unknown[]): boolean => {
			const [options] = given as [{ host?: string; hostname?: string; path?: string } | undefined];
			const host = options?.hostname ?? options?.host;
			return typeof host === 'string' && !LOOPBACK.test(host);
		};
		const plain = (...given: unknown[]): Socket =>
			outside(given) ? here() : (connect as (...all: unknown[]) => Socket)(...given);
		const secured = (): Socket => {
			const socket = Object.assign(here(), { encrypted: true, authorized: true, alpnProtocol: false });
			socket.once('connect', () => socket.emit('secureConnect'));
			return socket;
		};
		this.replace(net, 'connect', plain);
		this.replace(tls, 'connect', secured);
		this.replace<'createConnection'>(http.Agent.prototype, 'createConnection', plain);
	}

	private replace<K extends string>(owner: Record<K, unknown>, name: K, by: unknown): void {
		const before = owner[name];
		owner[name] = by;
		this.undo.push(() => (owner[name] = before));
	}
}
