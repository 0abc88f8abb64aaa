import type { Json, JsonObject } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { WorkflowGraph, WorkflowSave, WorkflowState } from '../../core/audit/workflow-state';
import type { WorkflowHost } from '../../app/ports/workflows';
import { type Fields, isObject } from './rows';
import { settingsTaken } from './settings';

/** One call to the public API: `path` below its base address. Resolves for every HTTP status; rejects without an answer. */
export type N8nCall = (
	method: 'GET' | 'POST' | 'PUT' | 'DELETE',
	path: string,
	query?: Readonly<Record<string, string>>,
	body?: JsonObject,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/**
 * n8n answers 409 while it still publishes or unpublishes the workflow, which takes seconds (measured, n8n 2.40.7), and
 * while a review of the workflow is open, which takes as long as people take (Enterprise, since n8n 2.37): then its body
 * names the review (`workflow-publish-blocked.error.js`, n8n 2.40).
 */
const CONFLICT = 409;
const MOST_WAITS = 30;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const graphOf = (row: Fields): WorkflowGraph => ({
	nodes: Array.isArray(row.nodes) ? (row.nodes as Json[]) : [],
	connections: (isObject(row.connections) ? row.connections : {}) as JsonObject,
});

const contentOf = ({ name, nodes, connections, settings }: WorkflowSave): JsonObject => ({
	name,
	nodes: [...nodes],
	connections,
	settings: settingsTaken(settings),
});

/** Only the words of n8n's own message; it quotes no data of the workflow. */
const reasonOf = (body: unknown): string =>
	isObject(body) && typeof body.message === 'string' ? body.message.slice(0, 200) : 'no reason given';

const underReview = ({ status, body }: { readonly status: number; readonly body: unknown }): boolean =>
	status === CONFLICT &&
	isObject(body) &&
	(body.reason === 'review_pending' || body.reason === 'changes_requested');

/**
 * Workflows of an instance behind its public API (n8n 2.40). A save never publishes; a publish names the version.
 * `host` names the instance in errors and holds no key. Throws `n8n-unreachable`, `n8n-refused`, `n8n-review-open`,
 * `n8n-odd-answer`.
 */
export function n8nHost(
	call: N8nCall,
	host: string,
	wait: (ms: number) => Promise<void> = pause,
): WorkflowHost {
	const ask = async (what: string, ...args: Parameters<N8nCall>): Promise<Fields | null> => {
		const once = async (): ReturnType<N8nCall> => {
			try {
				return await call(...args);
			} catch (error) {
				throw gateError('n8n-unreachable', { host }, error);
			}
		};
		let answer = await once();
		for (let waits = 0; answer.status === CONFLICT && !underReview(answer) && waits < MOST_WAITS; waits++) {
			await wait(1_000);
			answer = await once();
		}
		const { status, body } = answer;
		if (status === 404) return null;
		if (underReview(answer)) throw gateError('n8n-review-open', { what });
		if (status >= 400) throw gateError('n8n-refused', { what, status, reason: reasonOf(body) });
		if (!isObject(body)) throw gateError('n8n-odd-answer', { what });
		return body;
	};
	const path = (id: string): string => `/workflows/${encodeURIComponent(id)}`;
	const versionPath = (id: string, version: string): string =>
		`${path(id)}/versions/${encodeURIComponent(version)}`;
	const must = (found: Fields | null, id: string): Fields => {
		if (!found) throw gateError('snapshot-workflow-unknown', { workflow: id });
		return found;
	};
	const version = async (id: string, versionId: string): Promise<WorkflowGraph | null> => {
		const found = await ask('read a version', 'GET', versionPath(id, versionId));
		return found && graphOf(found);
	};
	const stateOf = async (row: Fields): Promise<WorkflowState> => {
		const id = String(row.id);
		const draft = { ...graphOf(row), versionId: String(row.versionId) };
		const active = typeof row.activeVersionId === 'string' ? row.activeVersionId : null;
		let published: WorkflowState['published'] = null;
		if (active !== null) {
			const known = isObject(row.activeVersion) ? graphOf(row.activeVersion) : null;
			const graph = known ?? (active === draft.versionId ? graphOf(row) : await version(id, active));
			published = { ...(graph ?? graphOf(row)), versionId: active };
		}
		const settings = (isObject(row.settings) ? row.settings : {}) as JsonObject;
		const pinned = isObject(row.pinData) ? { pinData: row.pinData as JsonObject } : {};
		const archived = row.isArchived === true ? { archived: true as const } : {};
		return { id, name: String(row.name), settings, ...pinned, ...archived, draft, published };
	};
	return {
		version,
		read: async (id) => {
			const row = await ask(`read workflow ${id}`, 'GET', path(id));
			return row && (await stateOf(row));
		},
		publish: async (id, versionId) => {
			const body = { versionId };
			try {
				const done = await ask(`publish workflow ${id}`, 'POST', `${path(id)}/publish`, {}, body);
				return done ? 'published' : 'version-gone';
			} catch (error) {
				if ((error as { code?: string }).code === 'n8n-review-open') return 'review-open';
				// Some versions of n8n answer 400 for a version they have pruned; ask whether it is there.
				if ((error as { code?: string }).code !== 'n8n-refused' || (await version(id, versionId)))
					throw error;
				return 'version-gone';
			}
		},
		unpublish: async (id) => {
			must(await ask(`unpublish workflow ${id}`, 'POST', `${path(id)}/unpublish`, {}, {}), id);
		},
		save: async (id, content) => {
			const query = { publishIfActive: 'false' };
			const saved = await ask(`save workflow ${id}`, 'PUT', path(id), query, contentOf(content));
			return String(must(saved, id).versionId);
		},
		create: async (content) => {
			const made = await ask('create a workflow', 'POST', '/workflows', {}, contentOf(content));
			return String(must(made, 'new').id);
		},
		remove: async (id) => {
			await ask(`delete workflow ${id}`, 'DELETE', path(id));
		},
	};
}
