import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { deskHtml, type DeskLinks, type DeskPorts, gatherDesk } from '../../app/desk';
import type { Ledger } from '../../app/ledger/api';
import type { Desk } from '../../core/desk/model';
import { metricsText } from '../../core/desk/metrics';
import { gateError, ReleaseGateError } from '../../core/errors';
import { readJson, told, writeText } from '../files';
import { type LedgerOptions, namingLedger, overLedger, readLedger } from '../ledger';
import type { AddCommand, Terminal } from '../command';

interface Options extends LedgerOptions {
	readonly port: number;
	readonly n8n?: string;
	readonly output?: string;
	readonly findings?: string;
}

const portOf = (text: string): number => {
	const port = Number(text);
	if (!Number.isInteger(port) || port < 0 || port > 65_535)
		throw new InvalidArgumentError('a port is a whole number from 0 to 65535');
	return port;
};

/** `desk`: serves until it is stopped; with `--output` writes one page. Exit code 0 done, 2 unusable input. */
export const deskCommand: AddCommand = (program, terminal, exit) => {
	namingLedger(program.command('desk'))
		.description('Show how it stands on one page at 127.0.0.1; reads the ledger and changes nothing')
		.option('--port <number>', 'port of 127.0.0.1; a free one if 0', portOf, 5680)
		.option('--n8n <url>', 'where n8n is, so that the page leads to its forms, e.g. http://localhost:5678')
		.option(
			'--findings <file>',
			'what `doctor --json` printed, to be shown under Health; read anew each time',
		)
		.option('-o, --output <file>', 'write the page into a file and end')
		.action(async (options: Options) => exit(await desk(options, terminal)));
};

/** Forms of the templates at an n8n; none without one. */
function linksTo(n8n: string | undefined): DeskLinks {
	const form = (name: string): string | null =>
		n8n === undefined ? null : new URL(`form/${name}`, n8n.endsWith('/') ? n8n : `${n8n}/`).href;
	return {
		forms: {
			act: form('act-on-a-spine'),
			approve: form('approve-a-change'),
			release: form('release-a-change'),
			rollBack: form('roll-back-a-release'),
		},
		report: null,
		self: '/',
	};
}

/** What the server reads, and by which clock. */
type Read = Pick<DeskPorts, 'ledger' | 'now'> & { readonly findings?: string };

const pageOf = async (read: Read, links: DeskLinks, search: string): Promise<string> =>
	deskHtml(
		await gatherDesk({ ...read, workflows: null }, { search, health: await healthIn(read.findings) }),
		links,
	);

const findingsSchema = z.object({
	findings: z.array(
		z.object({ level: z.enum(['trouble', 'advice', 'unseen']), sentence: z.string(), mend: z.string() }),
	),
});

/** What doctor wrote into a file, and when. @throws `file-unreadable`, `text-not-json` */
async function healthIn(file: string | undefined): Promise<Desk['health']> {
	if (file === undefined) return null;
	const read = findingsSchema.safeParse(await readJson(file));
	if (!read.success) throw gateError('text-not-json', { source: `${file} (as doctor --json prints it)` });
	return { at: (await stat(file)).mtimeMs, findings: read.data.findings };
}

/** Only this machine asks, by this machine's name: another site's page cannot read it under a name of its own. */
const isOwnName = ({ headers: { host = '' } }: IncomingMessage): boolean =>
	/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	read: Read,
	links: DeskLinks,
): Promise<void> {
	const send = (status: number, type: string, body: string): void => {
		response.writeHead(status, {
			'content-type': `${type}; charset=utf-8`,
			'cache-control': 'no-store',
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'DENY',
		});
		response.end(request.method === 'HEAD' ? undefined : body);
	};
	if (!isOwnName(request)) return send(421, 'text/plain', 'Ask 127.0.0.1 or localhost.\n');
	if (request.method !== 'GET' && request.method !== 'HEAD')
		return send(405, 'text/plain', 'The desk only shows.\n');
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
	try {
		if (pathname === '/') send(200, 'text/html', await pageOf(read, links, searchParams.get('q') ?? ''));
		else if (pathname === '/metrics') {
			const desk = await gatherDesk({ ...read, workflows: null });
			send(200, 'text/plain; version=0.0.4', metricsText(desk));
		} else send(404, 'text/plain', 'There is / and /metrics.\n');
	} catch (error) {
		const known = error instanceof ReleaseGateError;
		send(503, 'text/plain', known ? told(error) : `The ledger could not be read: ${String(error)}\n`);
	}
}

/** Serves the desk at 127.0.0.1 until the server is closed. Throws `desk-port-taken`. */
export async function serveDesk(
	ledger: Ledger,
	port: number,
	links: DeskLinks,
	now: () => number = Date.now,
	findings?: string,
): Promise<Server> {
	const read = { ledger, now, ...(findings === undefined ? {} : { findings }) };
	const server = createServer((request, response) => void answer(request, response, read, links));
	await new Promise<void>((resolve, reject) => {
		server.once('error', (cause) => reject(gateError('desk-port-taken', { port }, cause)));
		server.listen(port, '127.0.0.1', resolve);
	});
	return server;
}

async function desk(options: Options, terminal: Terminal): Promise<number> {
	const { output, findings, port: wanted } = options;
	return await overLedger(
		terminal,
		async () => await readLedger(options),
		async (ledger) => {
			const links = linksTo(options.n8n);
			if (output !== undefined) {
				const read = { ledger, now: Date.now, ...(findings === undefined ? {} : { findings }) };
				await writeText(output, await pageOf(read, links, ''));
				return 0;
			}
			const server = await serveDesk(ledger, wanted, links, Date.now, findings);
			const { port } = server.address() as { port: number };
			terminal.out(
				`The desk is at http://127.0.0.1:${port}/, its metrics at /metrics. It reads, and changes nothing. End it with Ctrl+C.\n`,
			);
			await new Promise<void>((resolve) => {
				for (const signal of ['SIGINT', 'SIGTERM'] as const)
					process.once(signal, () => server.close(() => resolve()));
			});
			return 0;
		},
	);
}
