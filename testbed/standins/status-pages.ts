import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What the gate reads of the moment: HubSpot's limits and new contacts, three status pages. */
export interface StatusPages {
	readonly url: string;
	/** State of each status page; `none` is operational, everything else an incident. */
	readonly indicators: Record<string, string>;
	close(): Promise<void>;
}

/** Each vendor's status page answers at its own address, in its own shape; every other address is none. */
const pages: Readonly<Record<string, (indicator: string) => object>> = {
	'/status/hubspot/api/v2/status.json': (indicator) => ({ page: {}, status: { indicator } }),
	'/status/openai/api/v2/status.json': (indicator) => ({ page: {}, status: { indicator } }),
	'/status/postmark/api/v1/status': (indicator) => ({
		page: { name: 'Postmark', state: indicator === 'none' ? 'operational' : 'degraded', state_text: '' },
	}),
};

/** Answers as HubSpot and the status pages do, on 127.0.0.1; port 0 for a free one. */
export async function openStatusPages(port: number): Promise<StatusPages> {
	const indicators: Record<string, string> = { hubspot: 'none', postmark: 'none', openai: 'none' };
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		const vendor = /^\/status\/(\w+)\//.exec(path)?.[1];
		request.resume();
		response.setHeader('content-type', 'application/json');
		if (vendor !== undefined) {
			const page = pages[path];
			response.statusCode = page ? 200 : 404;
			response.end(JSON.stringify(page?.(indicators[vendor] ?? 'critical') ?? { error: 'Not Found' }));
			return;
		}
		if (request.method === 'GET') {
			response.setHeader('X-HubSpot-RateLimit-Max', '190');
			response.setHeader('X-HubSpot-RateLimit-Remaining', '188');
			response.setHeader('X-HubSpot-RateLimit-Daily', '650000');
			response.setHeader('X-HubSpot-RateLimit-Daily-Remaining', '612345');
			response.end(JSON.stringify({ results: [] }));
			return;
		}
		response.end(JSON.stringify({ total: 3, results: [] }));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		indicators,
		close: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
}
