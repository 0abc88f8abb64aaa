import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunSeen } from '../../app/ports/installation';
import type { JsonObject } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import type { SetupWorkflow } from '../../core/setup/types';
import type { PlayedN8n } from './played-n8n';

/** A {@link PlayedN8n} behind the paths of n8n's public API (`dist/public-api/v1/openapi.yml`, n8n 2.40) and its webhooks. */
export interface PlayedApi {
	readonly url: string;
	/** The key that it takes. */
	readonly apiKey: string;
	close(): Promise<void>;
}

interface Answer {
	readonly status: number;
	readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const page = (data: readonly unknown[]): Answer => ok({ data, nextCursor: null });
const gone: Answer = { status: 404, body: { message: 'Not Found' } };

const dataOf = ({ first, error }: RunSeen): object => ({
	resultData: {
		runData: Object.fromEntries(
			Object.entries(first).map(([node, json]) => [node, [{ data: { main: [[{ json }]] } }]]),
		),
		...(error === null ? {} : { error: { message: error } }),
	},
});

function workflowRow(n8n: PlayedN8n, id: string): object | null {
	const stored = n8n.held.workflows.get(id);
	if (stored === undefined) return null;
	const { tags, published, updatedAt, ...rest } = stored;
	return {
		...rest,
		isArchived: false,
		tags: tags.map((tag) => ({ id: tag, name: n8n.held.tags.get(tag) })),
		updatedAt: new Date(updatedAt).toISOString(),
		activeVersionId: published?.versionId ?? null,
		activeVersion: published,
	};
}

async function workflows(
	n8n: PlayedN8n,
	method: string,
	rest: readonly string[],
	body: unknown,
): Promise<Answer> {
	const [id, verb] = rest;
	const row = (of: string): Answer => {
		const found = workflowRow(n8n, of);
		return found === null ? gone : ok(found);
	};
	if (id === undefined) {
		if (method === 'POST') return row(await n8n.create(body as SetupWorkflow));
		return page((await n8n.workflows()).map((one) => workflowRow(n8n, one.id)));
	}
	if (!n8n.held.workflows.has(id)) return gone;
	if (verb === 'activate') await n8n.publish(id);
	else if (verb === 'deactivate') await n8n.unpublish(id);
	else if (verb === 'tags')
		await n8n.tag(
			id,
			(body as { id: string }[]).map((tag) => tag.id),
		);
	else if (method === 'PUT') await n8n.save(id, body as SetupWorkflow);
	else if (method === 'DELETE') {
		await n8n.remove(id);
		return ok({});
	}
	return row(id);
}

async function credentials(
	n8n: PlayedN8n,
	method: string,
	rest: readonly string[],
	body: unknown,
): Promise<Answer> {
	const [id, verb] = rest;
	if (id === 'schema') return (await n8n.hasPackage()) ? ok({}) : gone;
	if (id === undefined && method === 'POST') {
		const { name, type, data } = body as { name: string; type: string; data: JsonObject };
		return ok({ id: await n8n.createCredential(name, type, data) });
	}
	if (id === undefined) return page(await n8n.credentials());
	if (verb === 'test') {
		const said = await n8n.testCredential(id);
		return ok({ status: said.ok ? 'OK' : 'Error', message: said.message });
	}
	await n8n.removeCredential(id);
	return ok({});
}

async function tags(n8n: PlayedN8n, method: string, rest: readonly string[], body: unknown): Promise<Answer> {
	if (method === 'POST') return ok({ id: await n8n.createTag((body as { name: string }).name) });
	if (method === 'GET') return page(await n8n.tags());
	await n8n.removeTag(rest[0] ?? '');
	return ok({});
}

async function executions(n8n: PlayedN8n, rest: readonly string[], query: URLSearchParams): Promise<Answer> {
	const [id] = rest;
	if (id === undefined) {
		const runs = await n8n.runs(query.get('workflowId') ?? '');
		return page(runs.map((run) => ({ ...run, startedAt: new Date(run.startedAt).toISOString() })));
	}
	const seen = await n8n.run(id);
	return seen === null ? gone : ok({ id, status: seen.status, data: dataOf(seen) });
}

async function answer(n8n: PlayedN8n, method: string, url: URL, body: unknown): Promise<Answer> {
	const [, , , room, ...rest] = url.pathname.split('/').map(decodeURIComponent);
	switch (room) {
		case 'workflows':
			return await workflows(n8n, method, rest, body);
		case 'credentials':
			return await credentials(n8n, method, rest, body);
		case 'tags':
			return await tags(n8n, method, rest, body);
		case 'community-packages':
			if (n8n.installs === null) return gone;
			if (method === 'POST') await n8n.installPackage((body as { version: string }).version);
			else if (method === 'DELETE') await n8n.uninstallPackage();
			return ok([]);
		case 'executions':
			return await executions(n8n, rest, url.searchParams);
		default:
			return gone;
	}
}

/** n8n 1.123: publishes nothing that nothing of its own starts. */
async function older(n8n: PlayedN8n, method: string, url: URL, body: unknown): Promise<Answer> {
	const [, id = '', verb] = /workflows\/([^/]+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
	const starts = n8n.held.workflows
		.get(id)
		?.nodes.some(({ type }) => !/\.(?:errorTrigger|executeWorkflowTrigger)$/.test(type));
	if (verb === 'activate' && starts === false)
		return {
			status: 400,
			body: {
				message: `Workflow "${id}" has no node to start the workflow - at least one trigger is required`,
			},
		};
	return await answer(n8n, method, url, body);
}

async function textOf(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text;
}

/** Of the description of the public API what says how a workflow is published: 2.40.7, and 1.123.81 without drafts. */
const described = (drafts: boolean): string =>
	[
		'openapi: 3.0.0',
		'paths:',
		'  /workflows/{workflowId}/activate:',
		'    post:',
		'      parameters:',
		'        - name: workflowId',
		...(drafts
			? [
					'      requestBody:',
					'        content:',
					'          application/json:',
					'            versionId: string',
				]
			: []),
		'      responses:',
		'  /workflows/{workflowId}/versions/{workflowVersionId}:',
		'    get:',
	].join('\n');

/** Serves it on a free port of this machine. Without `drafts` it is an n8n 1.123, which knows no save that publishes nothing. */
export async function startPlayedApi(n8n: PlayedN8n, drafts = true): Promise<PlayedApi> {
	const apiKey = 'the-key-of-n8n';
	const answered = async (request: IncomingMessage): Promise<Answer> => {
		const url = new URL(request.url ?? '/', 'http://n8n');
		const text = await textOf(request);
		if (url.pathname.startsWith('/webhook/'))
			return { status: await n8n.call(url.pathname.slice('/webhook/'.length)), body: {} };
		// Below any other path n8n answers with the page of its editor.
		if (!url.pathname.startsWith('/api/v1/')) return ok('<!DOCTYPE html>');
		if (url.pathname === '/api/v1/openapi.yml') return ok(described(drafts));
		const key = request.headers['x-n8n-api-key'];
		if (key !== apiKey)
			return {
				status: 401,
				body: { message: key ? 'unauthorized' : "'X-N8N-API-KEY' header required" },
			};
		if (!drafts && url.searchParams.has('publishIfActive'))
			return { status: 400, body: { message: "Unknown query parameter 'publishIfActive'" } };
		try {
			const body: unknown = text === '' ? {} : JSON.parse(text);
			return drafts
				? await answer(n8n, request.method ?? 'GET', url, body)
				: await older(n8n, request.method ?? 'GET', url, body);
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			const { status, reason } = error.context;
			return { status: Number(status) || 500, body: { message: reason ?? error.message } };
		}
	};
	const server = createServer((request, response) => {
		void answered(request).then(
			({ status, body }) => {
				const isText = typeof body === 'string';
				response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' });
				response.end(isText ? body : JSON.stringify(body));
			},
			(error: unknown) => response.writeHead(500).end(String(error)),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		apiKey,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
