import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxProblem } from '../problem';
import type { ProxyNews } from './main';

/** A running intercepting proxy. */
export interface InterceptingProxy {
	readonly url: string;
	/** Certificate of its authority in PEM, and the file that holds it. */
	readonly authority: { readonly pem: string; readonly file: string };
	/** Requests to hosts nobody stands in for: host and path. Each was answered 502 and left nothing behind. */
	unrouted(): readonly string[];
	/** Variables that lead a Node process through it. */
	environment(): Readonly<Record<string, string>>;
	close(): Promise<void>;
}

const patienceMs = 30_000;

/**
 * Starts a proxy in front of the stand-ins: a request to a host of `routes` reaches the stand-in behind it, TLS ended
 * with the proxy's own authority; any other host is answered 502. Nothing is ever passed on to the real world. It is a
 * process of its own, since mockttp requires ES modules, which the loader of a test runner refuses.
 *
 * @param routes stand-in's address by real host name, e.g. `{'api.github.com': 'http://127.0.0.1:18901'}`
 * @param port 0, or none, takes a free one
 */
export async function startProxy(
	routes: Readonly<Record<string, string>>,
	port = 0,
): Promise<InterceptingProxy> {
	const child = fork(join(__dirname, 'main.ts'), [], {
		execArgv: ['--import', `file://${require.resolve('tsx')}`],
		stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
	});
	const unrouted: string[] = [];
	const ready = new Promise<Extract<ProxyNews, { kind: 'ready' }>>((resolve, reject) => {
		const refuse = (): void =>
			reject(new SandboxProblem('The proxy did not start.', 'Install it: node scripts/ensure.mjs'));
		const timer = setTimeout(refuse, patienceMs);
		child.once('exit', refuse);
		child.on('message', (news: ProxyNews) => {
			if (news.kind === 'unrouted') unrouted.push(news.address);
			else {
				clearTimeout(timer);
				resolve(news);
			}
		});
	});
	child.send({ routes, port });
	const { port: listening, pem } = await ready;
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-proxy-'));
	const file = join(folder, 'authority.pem');
	writeFileSync(file, pem);
	const url = `http://127.0.0.1:${listening}`;
	return {
		url,
		authority: { pem, file },
		unrouted: () => unrouted,
		environment: () => ({
			HTTP_PROXY: url,
			HTTPS_PROXY: url,
			http_proxy: url,
			https_proxy: url,
			NO_PROXY: '127.0.0.1,localhost',
			no_proxy: '127.0.0.1,localhost',
			NODE_USE_ENV_PROXY: '1',
			NODE_EXTRA_CA_CERTS: file,
		}),
		close: async () => {
			const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
			child.disconnect();
			await ended;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
