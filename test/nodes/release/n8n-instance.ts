import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ReleaseGateError } from '../../../core/errors';
import type { WorkflowSave } from '../../../core/audit/workflow-state';
import { MemoryHost } from '../../app/snapshot/fixture';

/** The public API of an n8n in front of a {@link MemoryHost}: lists, versions, saves, publishes. */
export interface Instance {
	readonly host: MemoryHost;
	/** What a credential for it holds. */
	readonly credential: { readonly baseUrl: string; readonly apiKey: string };
	/** Answers every further call with this status; `null` answers again. */
	refuse(status: number | null): void;
	close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startInstance(): Promise<Instance> {
	const host = new MemoryHost();
	let refusal: number | null = null;
	const rowOf = (id: string): object => {
		const { name, settings, draft, published } = host.now(id);
		return {
			id,
			name,
			settings,
			nodes: draft.nodes,
			connections: draft.connections,
			versionId: draft.versionId,
			activeVersionId: published?.versionId ?? null,
			activeVersion: published,
			active: published !== null,
		};
	};
	const answer = async (method: string, path: string, body: unknown): Promise<object | null> => {
		const [, id = '', what = '', version = ''] =
			/^\/api\/v1\/workflows(?:\/([^/]+))?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
		if (id === '' && method === 'GET') return { data: host.ids().map(rowOf), nextCursor: null };
		if (id === '') return rowOf(await host.create(body as WorkflowSave));
		if (!host.ids().includes(id)) return null;
		if (what === 'versions') return await host.version(id, version);
		if (what === 'publish') {
			const done = await host.publish(id, (body as { versionId: string }).versionId);
			return done === 'published' ? rowOf(id) : null;
		}
		if (what === 'unpublish') await host.unpublish(id);
		else if (method === 'PUT') await host.save(id, body as WorkflowSave);
		else if (method === 'DELETE') {
			await host.remove(id);
			return {};
		}
		return rowOf(id);
	};
	const server = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
		request.on('end', () => {
			const send = (status: number, body: object): void => {
				response.writeHead(status, { 'content-type': 'application/json' });
				response.end(JSON.stringify(body));
			};
			if (refusal !== null) return send(refusal, { message: 'not now' });
			const { pathname } = new URL(request.url ?? '', 'http://instance');
			void answer(
				request.method ?? 'GET',
				decodeURIComponent(pathname),
				text === '' ? {} : JSON.parse(text),
			).then(
				(found) => send(found === null ? 404 : 200, found ?? { message: 'Not Found' }),
				(error: unknown) => send(error instanceof ReleaseGateError ? 400 : 500, { message: String(error) }),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		host,
		credential: { baseUrl: `http://127.0.0.1:${port}/api/v1`, apiKey: 'key' },
		refuse: (status) => (refusal = status),
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
