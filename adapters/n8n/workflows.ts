import { workflowsIn } from '../../core/audit/parse';
import type { WorkflowJson } from '../../core/audit/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import { type Fields, isObject } from './rows';

/** One GET to the public API: `path` below its base address. Resolves for every HTTP status; rejects without an answer. */
export type N8nRequest = (
	path: string,
	query: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** Which version of a workflow: the one that runs in production, or the one in the editor. */
export type WorkflowVersion = 'published' | 'draft';

/** What an instance holds: the workflows, and those that cannot be read as one, with the reason. */
export interface WorkflowList {
	readonly workflows: readonly WorkflowJson[];
	readonly unreadable: readonly { readonly id: string; readonly error: ReleaseGateError }[];
}

/** Reads workflows of an n8n instance. Published means the draft where nothing is published. */
export interface N8nWorkflows {
	/** Every workflow that is not archived, page by page, in the instance's order. */
	list(version: WorkflowVersion): Promise<WorkflowList>;
	/** Throws `audit-n8n-unknown-workflow` if there is none. */
	get(id: string, version: WorkflowVersion): Promise<WorkflowJson>;
}

/** The public API's largest page (n8n 2.40: 250). */
const PAGE = '250';

const ABOUT_ONE = [
	'audit-not-a-workflow',
	'audit-duplicate-node',
	'audit-broken-connection',
	'audit-n8n-unknown-workflow',
];
const isAboutOne = (code: string): boolean => ABOUT_ONE.includes(code);

/**
 * The instance's public API behind `request`; `host` names it in errors and holds no key. Throws
 * `audit-n8n-unreachable`, `audit-n8n-refused`, `audit-n8n-odd-answer`, and what cannot be read as a workflow.
 */
export function n8nWorkflows(request: N8nRequest, host: string): N8nWorkflows {
	const ask = async (path: string, query: Readonly<Record<string, string>> = {}): Promise<Fields | null> => {
		let answer;
		try {
			answer = await request(path, query);
		} catch (error) {
			throw gateError('audit-n8n-unreachable', { host }, error);
		}
		if (answer.status === 404) return null;
		if (answer.status >= 400) throw gateError('audit-n8n-refused', { status: answer.status });
		if (!isObject(answer.body)) throw gateError('audit-n8n-odd-answer');
		return answer.body;
	};
	const getRaw = async (id: string): Promise<Fields> => {
		const found = await ask(`/workflows/${encodeURIComponent(id)}`);
		if (!found) throw gateError('audit-n8n-unknown-workflow', { id });
		return found;
	};
	const read = async (raw: Fields, version: WorkflowVersion): Promise<WorkflowJson> => {
		const id = String(raw.id);
		const differs = isObject(raw.activeVersion) || (raw.activeVersionId ?? raw.versionId) !== raw.versionId;
		// Lists need not carry the published nodes; the single workflow does.
		const full = version === 'published' && differs && !isObject(raw.activeVersion) ? await getRaw(id) : raw;
		const published = isObject(full.activeVersion) ? full.activeVersion : {};
		const { nodes = full.nodes, connections = full.connections } = version === 'published' ? published : {};
		const [workflow] = workflowsIn({ ...full, nodes, connections }, `workflow ${id}`);
		if (!workflow) throw gateError('audit-n8n-odd-answer');
		return workflow;
	};
	return {
		get: async (id, version) => await read(await getRaw(id), version),
		list: async (version) => {
			const workflows: WorkflowJson[] = [];
			const unreadable: { id: string; error: ReleaseGateError }[] = [];
			for (let cursor: string | null = ''; cursor !== null;) {
				const page: Fields | null = await ask('/workflows', {
					limit: PAGE,
					...(cursor === '' ? {} : { cursor }),
				});
				if (!page || !Array.isArray(page.data)) throw gateError('audit-n8n-odd-answer');
				for (const raw of page.data as unknown[]) {
					if (!isObject(raw) || raw.isArchived === true) continue;
					try {
						workflows.push(await read(raw, version));
					} catch (error) {
						// One workflow that is broken or vanished meanwhile must not hide the others.
						if (!(error instanceof ReleaseGateError) || !isAboutOne(error.code)) throw error;
						unreadable.push({ id: String(raw.id), error });
					}
				}
				cursor = typeof page.nextCursor === 'string' && page.nextCursor !== '' ? page.nextCursor : null;
			}
			return { workflows, unreadable };
		},
	};
}
