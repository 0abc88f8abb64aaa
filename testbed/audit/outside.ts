import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to a stand-in: whom it is for, by address; `null` if it names nobody. */
export type Visit = (to: string | null) => Promise<{ readonly status: number; readonly body: object }>;

/** What answers at each host of `STAND_INS`. */
export interface Visits {
	readonly send: Visit;
	readonly write: Visit;
	readonly crm: Visit;
}

/** The mail provider, the generator and a CRM on loopback addresses of one port. */
export class Outside {
	private readonly servers: Server[] = [];

	/** Resolves to the port they share. */
	async start(visits: Visits): Promise<number> {
		const port = await this.open('127.0.0.1', 0, visits.send);
		await this.open('127.0.0.2', port, visits.write);
		await this.open('127.0.0.3', port, visits.crm);
		return port;
	}

	async stop(): Promise<void> {
		await Promise.all(
			this.servers.map(async (server) => {
				server.closeAllConnections();
				await new Promise((resolve) => server.close(resolve));
			}),
		);
	}

	private async open(host: string, port: number, visit: Visit): Promise<number> {
		const server = createServer((request, response) => {
			let text = '';
			request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
			request.on('end', () => {
				const { to } = JSON.parse(text || '{}') as { to?: unknown };
				visit(typeof to === 'string' ? to : null)
					.catch((error: unknown) => ({ status: 599, body: { fault: String(error) } }))
					.then(
						({ status, body }) => {
							response.writeHead(status, { 'content-type': 'application/json' });
							response.end(JSON.stringify(body));
						},
						() => response.destroy(),
					);
			});
		});
		this.servers.push(server);
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, host, resolve);
		});
		return (server.address() as AddressInfo).port;
	}
}
