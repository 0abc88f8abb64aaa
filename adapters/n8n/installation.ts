import type { Installation, RunSeen } from '../../app/ports/installation';
import type { JsonObject } from '../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import type { SetupWorkflow } from '../../core/setup/types';
import { apiAddress } from './address';
import { type Answer, fetched, type InstallationCall, type Method, TIMEOUT_MS } from './call';
import { fittedTo } from './credential-schema';
import { errorOf, firstItems, isCalled, named, runsUnpublished, workflowOf } from './installed';
import { type Fields, isObject, listOf } from './rows';
import { settingsTaken } from './settings';

/** Where an n8n is, and the key for its public API. */
export interface InstallationOptions {
	/** Address of the editor, as it is reached from here. */
	readonly url: string;
	readonly apiKey: string;
	/** Address of webhooks, where it is another one. */
	readonly webhooks?: string;
}

/** n8n publishes and unpublishes for seconds, and answers 409 meanwhile (measured, n8n 2.40.7); 503 while its database is slow. */
const BUSY: readonly number[] = [409, 503];
const MOST_WAITS = 30;

const PACKAGE = 'n8n-nodes-release-gate';
/** `installPackage` and its like (`public-api/v1/openapi.yml`; `community-packages.lifecycle.service.js`, n8n 2.40). */
const packages = '/community-packages';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const reasonOf = (body: unknown): string =>
	isObject(body) && typeof body.message === 'string' ? body.message.slice(0, 300) : 'no reason given';

/** What n8n says of a workflow that nothing of its own starts (`WORKFLOW_ACTIVATE`, n8n 1.123). */
const NO_START = /has no node to start the workflow/;

const contentOf = ({ name, nodes, connections, settings }: SetupWorkflow): object => ({
	name,
	nodes,
	connections,
	settings: settingsTaken(settings),
});

/**
 * An n8n through its public API, by its OpenAPI description (`dist/public-api/v1/openapi.yml`, n8n 2.40): what older ones lack
 * is asked in a way that all from 1.123 on have, or is answered with `null`. `send` makes the calls.
 */
export function n8nInstallation(
	{ url, apiKey, webhooks }: InstallationOptions,
	send: InstallationCall = fetched(apiKey),
): Installation {
	const base = apiAddress(url);
	const host = URL.canParse(base) ? new URL(base).host : base;
	const once = async (method: Method, path: string, body?: object): Promise<Answer> => {
		try {
			return await send(method, `${base}${path}`, body);
		} catch (error) {
			throw gateError('setup-n8n-unreachable', { host }, error);
		}
	};
	const tried = async (...args: Parameters<typeof once>): Promise<Answer> => {
		for (let waits = 0; ; waits += 1) {
			const answer = await once(...args);
			if (!BUSY.includes(answer.status) || waits >= MOST_WAITS) return answer;
			await pause(1_000);
		}
	};
	/** The answer's body; `null` for 404. */
	const ask = async (what: string, ...args: Parameters<typeof once>): Promise<Fields | null> => {
		const { status, body } = await tried(...args);
		if (status === 404) return null;
		if (status >= 400) throw gateError('setup-n8n-refused', { what, status, reason: reasonOf(body) });
		// Below any other path n8n answers 200 with the page of its editor.
		if (typeof body === 'string') throw gateError('setup-n8n-odd', { host });
		return isObject(body) ? body : { data: body };
	};
	const must = async (what: string, ...args: Parameters<typeof once>): Promise<Fields> => {
		const found = await ask(what, ...args);
		if (!found) throw gateError('setup-n8n-refused', { what, status: 404, reason: 'it is not there' });
		return found;
	};
	const pages = async (what: string, path: string): Promise<readonly Fields[]> => {
		const rows: Fields[] = [];
		for (let cursor = ''; ;) {
			const page = await must(what, 'GET', `${path}?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
			if (!Array.isArray(page.data)) throw gateError('setup-n8n-odd', { host });
			rows.push(...listOf(page.data));
			if (typeof page.nextCursor !== 'string' || page.nextCursor === '') return rows;
			cursor = encodeURIComponent(page.nextCursor);
		}
	};
	const at = (id: string): string => `/workflows/${encodeURIComponent(id)}`;
	let described: Promise<Answer> | null = null;
	/** Asked once: an n8n that is upgraded meanwhile is another one. Where it does not describe itself it is taken for a newer one. */
	const runsDrafts = async (): Promise<boolean> => {
		described ??= once('GET', '/openapi.yml');
		const { status, body } = await described;
		return status === 200 && runsUnpublished(body);
	};
	return {
		host,
		hasPackage: async () =>
			(await ask('tell which nodes there are', 'GET', '/credentials/schema/releaseGateHubSpotApi')) !== null,
		mayInstall: async () => {
			const { status, body } = await tried('GET', packages);
			if (status < 400 && typeof body !== 'string') return true;
			return status === 403
				? 'the key may not list and install community packages'
				: 'its API installs no packages';
		},
		installPackage: async (version) => {
			// Not vetted by n8n, which refuses it therefore unless it is told that nobody asked for that.
			await must('install the package', 'POST', packages, { name: PACKAGE, version, verify: false });
		},
		uninstallPackage: async () => {
			await ask('uninstall the package', 'DELETE', `${packages}/${PACKAGE}`);
		},
		credentials: async () => {
			const { status, body } = await tried('GET', '/credentials?limit=1');
			// Lists came with n8n 2.x, for owners and admins.
			if (status === 403 || status === 404 || status === 405 || (status < 400 && !isObject(body)))
				return null;
			if (status === 401)
				throw gateError('setup-n8n-refused', { what: 'let us in', status, reason: reasonOf(body) });
			const rows = await pages('list the credentials', '/credentials');
			return rows.map((row) => ({ ...named(row), type: String(row.type) }));
		},
		createCredential: async (name, type, data) => {
			const what = `make the credential ${name}`;
			try {
				return String((await must(what, 'POST', '/credentials', { name, type, data })).id);
			} catch (error) {
				if (!(error instanceof ReleaseGateError) || !/ allOf schema /.test(String(error.context.reason)))
					throw error;
				const schema = await must(what, 'GET', `/credentials/schema/${type}`);
				const fitted = { name, type, data: fittedTo(schema, type, data) };
				return String((await must(what, 'POST', '/credentials', fitted)).id);
			}
		},
		testCredential: async (id) => {
			const { status, body } = await tried('POST', `/credentials/${encodeURIComponent(id)}/test`);
			if (status >= 400 || !isObject(body)) return null;
			const message = String(body.message).replace(/[.\s]+$/, '');
			// Not every type can be tried, e.g. the login of a webhook.
			return /No testing function/i.test(message) ? null : { ok: body.status === 'OK', message };
		},
		removeCredential: async (id) => {
			await ask('delete a credential', 'DELETE', `/credentials/${encodeURIComponent(id)}`);
		},
		tags: async () => (await pages('list the tags', '/tags')).map(named),
		createTag: async (name) => String((await must(`make the tag ${name}`, 'POST', '/tags', { name })).id),
		removeTag: async (id) => {
			await ask('delete a tag', 'DELETE', `/tags/${encodeURIComponent(id)}`);
		},
		tag: async (workflow, tags) => {
			await must(
				'tag a workflow',
				'PUT',
				`${at(workflow)}/tags`,
				tags.map((id) => ({ id })),
			);
		},
		workflows: async () => {
			const rows = await pages('list the workflows', '/workflows');
			const unpublishedRuns = await runsDrafts();
			return rows.map((row) => workflowOf(row, unpublishedRuns)).filter(({ archived }) => !archived);
		},
		workflow: async (id) => {
			const row = await ask('read a workflow', 'GET', at(id));
			return row && workflowOf(row, await runsDrafts());
		},
		draft: async (id) => {
			const row = await ask('read a workflow', 'GET', at(id));
			if (!row) return null;
			const { name, nodes, settings, versionId } = workflowOf(row);
			return { name, nodes, settings, versionId, connections: (row.connections ?? {}) as JsonObject };
		},
		create: async (workflow) =>
			String(
				(await must(`make the workflow ${workflow.name}`, 'POST', '/workflows', contentOf(workflow))).id,
			),
		save: async (id, workflow) => {
			const what = `save the workflow ${workflow.name}`;
			const saved = async (query: string): Promise<string> =>
				String((await must(what, 'PUT', `${at(id)}${query}`, contentOf(workflow))).versionId);
			try {
				return await saved('?publishIfActive=false');
			} catch (error) {
				if (!(error instanceof ReleaseGateError) || !/publishIfActive/.test(String(error.context.reason)))
					throw error;
				// n8n 1 has no drafts: what it saves of a workflow in service runs at once, past every gate.
				if ((await ask('read a workflow', 'GET', at(id)))?.active !== true) return await saved('');
				const reason = 'it is in service, and this n8n has no drafts: take it out of service first';
				throw gateError('setup-n8n-refused', { what, status: 400, reason }, error);
			}
		},
		publish: async (id) => {
			try {
				// The older name of `publish`; n8n 2.40 has both.
				await must('publish a workflow', 'POST', `${at(id)}/activate`, {});
			} catch (error) {
				if (!(error instanceof ReleaseGateError) || !NO_START.test(String(error.context.reason))) throw error;
				const row = await ask('read a workflow', 'GET', at(id));
				if (row === null || !isCalled(row)) throw error;
			}
		},
		unpublish: async (id) => {
			await ask('take a workflow out of service', 'POST', `${at(id)}/deactivate`, {});
		},
		remove: async (id) => {
			await ask('delete a workflow', 'DELETE', at(id));
		},
		call: async (path) => {
			try {
				const address = `${(webhooks ?? url).replace(/\/+$/, '')}/webhook/${path}`;
				const answer = await fetch(address, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) });
				return answer.status;
			} catch {
				return 0;
			}
		},
		runs: async (workflow) => {
			const path = `/executions?limit=20&workflowId=${encodeURIComponent(workflow)}`;
			const rows = listOf((await must('list the runs of a workflow', 'GET', path)).data);
			return rows.map(({ id, status, startedAt }) => ({
				id: String(id),
				status: String(status),
				startedAt: Date.parse(String(startedAt)) || 0,
			}));
		},
		clockSkewMs: async () => {
			const sent = Date.now();
			const told = Date.parse((await once('GET', '/workflows?limit=1')).date ?? '');
			// The header has whole seconds; half the way there and back is the middle of when it was read.
			return Number.isNaN(told) ? null : told - (sent + Date.now()) / 2;
		},
		run: async (id): Promise<RunSeen | null> => {
			const path = `/executions/${encodeURIComponent(id)}?includeData=true`;
			const row = await ask('read a run', 'GET', path);
			if (!row) return null;
			return { id, status: String(row.status), error: errorOf(row.data), first: firstItems(row.data) };
		},
	};
}
