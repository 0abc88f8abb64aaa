import { generateCACertificate, getLocal } from 'mockttp';

/** What the parent asks for. */
export interface ProxyOrder {
	readonly routes: Readonly<Record<string, string>>;
	readonly port: number;
}

/** What the proxy tells its parent: once that it listens, then each request to a host nobody stands in for. */
export type ProxyNews =
	| { readonly kind: 'ready'; readonly port: number; readonly pem: string }
	| { readonly kind: 'unrouted'; readonly address: string };

const tell = (news: ProxyNews): void => void process.send?.(news);

async function serve({ routes, port }: ProxyOrder): Promise<void> {
	const authority = await generateCACertificate({ subject: { commonName: 'Release Gate sandbox' } });
	const server = getLocal({ https: authority, recordTraffic: false });
	await (port === 0 ? server.start() : server.start(port));
	for (const [host, target] of Object.entries(routes)) {
		await server.forAnyRequest().forHostname(host).thenForwardTo(target);
	}
	await server.forUnmatchedRequest().thenCallback((request) => {
		const { host, pathname } = new URL(request.url);
		tell({ kind: 'unrouted', address: `${host}${pathname}` });
		return {
			statusCode: 502,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ message: `Nobody stands in for ${host}; the sandbox lets nothing out.` }),
		};
	});
	tell({ kind: 'ready', port: server.port, pem: authority.cert });
}

process.once('message', (order: ProxyOrder) => {
	serve(order).catch((problem: unknown) => {
		console.error(problem);
		process.exit(1);
	});
});
process.once('disconnect', () => process.exit(0));
