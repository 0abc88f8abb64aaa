import { fingerprintOf, type SparseParameters } from '../../core/audit/fingerprint';
import { calledWorkflows, hashLike, IDENTITY } from '../../core/audit/identity';
import { parseWorkflow } from '../../core/audit/parse';
import type { AuditPolicy } from '../../core/audit/policy';
import type { WorkflowJson } from '../../core/audit/types';
import type { WorkflowGraph, WorkflowState } from '../../core/audit/workflow-state';
import type { JsonObject } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Manifest } from '../../core/release/manifest';
import type { ReleasedVersion } from '../../core/release/released';
import type { WorkflowHost } from '../ports/workflows';

/** What belongs to a hash beside the workflows, and how an n8n writes parameters. */
export interface Proving {
	readonly policy: AuditPolicy;
	readonly sparse?: SparseParameters;
}

/** A workflow with all it calls, as an instance has it. */
export interface Assembled {
	readonly workflow: WorkflowJson;
	readonly called: ReadonlyMap<string, WorkflowJson>;
}

const jsonOf = (
	{ id, name, settings, pinData }: WorkflowState,
	graph: WorkflowGraph,
	further: JsonObject = {},
): WorkflowJson =>
	parseWorkflow(
		{
			id,
			name,
			nodes: graph.nodes,
			connections: graph.connections,
			settings: { ...settings, ...further },
			...(pinData ? { pinData } : {}),
		},
		`workflow ${id}`,
	);

/** What is published of a workflow; its draft where nothing is, as the evidence has it. */
const running = (state: WorkflowState, further?: JsonObject): WorkflowJson =>
	jsonOf(state, state.published ?? state.draft, further);

/** Follows the calls of a workflow and reads what is published of each one that is not known already. */
async function withCalled(
	host: WorkflowHost,
	workflow: WorkflowJson,
	known: ReadonlyMap<string, WorkflowJson>,
): Promise<Assembled> {
	const called = new Map(known);
	const missing = new Set<string>();
	for (;;) {
		const found = calledWorkflows(workflow, (id) => called.get(id));
		const next = [...found].filter(([id, one]) => one === null && !missing.has(id)).map(([id]) => id);
		if (next.length === 0) return { workflow, called: new Map([...called].filter(([id]) => found.has(id))) };
		for (const id of next) {
			const state = await host.read(id);
			if (state) called.set(id, running(state));
			else missing.add(id);
		}
	}
}

type Named = NonNullable<Manifest['workflow']>;

/** What a release brings itself for a workflow: settings, or all of it. */
export type Brought = ReadonlyMap<
	string,
	{ readonly graph: WorkflowGraph | undefined; readonly settings: JsonObject | undefined }
>;

/**
 * The versions that a release names, with all they call and with what it brings itself.
 *
 * @throws `ship-version-gone`, `snapshot-workflow-unknown`, `n8n-refused`, `n8n-unreachable`
 */
export async function namedVersions(
	host: WorkflowHost,
	release: string,
	named: Named,
	brought: Brought,
): Promise<Assembled> {
	const one = async (id: string, version: string | undefined): Promise<WorkflowJson> => {
		const state = await host.read(id);
		if (!state) throw gateError('snapshot-workflow-unknown', { workflow: id });
		const own = brought.get(id);
		if (version === undefined) {
			if (!own?.graph) throw gateError('ship-nothing-named', { release });
			return jsonOf(state, own.graph, own.settings);
		}
		const here = [state.draft, state.published].find((graph) => graph?.versionId === version);
		const graph = here ?? (await host.version(id, version));
		if (!graph) throw gateError('ship-version-gone', { release, workflow: id, version });
		return jsonOf(state, graph, own?.settings);
	};
	const beside = new Map<string, WorkflowJson>();
	for (const entry of named.with) beside.set(entry.id, await one(entry.id, entry.version));
	return await withCalled(host, await one(named.id, named.version), beside);
}

/** What is published of a workflow and of all it calls; `null` where nothing is published. */
export async function publishedNow(
	host: WorkflowHost,
	id: string,
): Promise<(Assembled & { version: string }) | null> {
	const state = await host.read(id);
	if (!state?.published) return null;
	return { ...(await withCalled(host, running(state), new Map())), version: state.published.versionId };
}

/** The hash of a workflow with all it calls, in the form of the one that the manifest names. */
export const hashOf = ({ workflow, called }: Assembled, { policy }: Proving, named = IDENTITY): string =>
	hashLike(named, workflow, { policy, resolve: (id) => called.get(id) });

/** What a spine is released with: the fingerprint of the workflow and of each one it calls. */
export const releasedAs = (
	{ workflow, called }: Assembled,
	{ sparse }: Proving,
	rest: Omit<ReleasedVersion, 'workflow' | 'workflows'>,
): ReleasedVersion => {
	const id = workflow.id ?? '';
	return {
		...rest,
		workflow: id,
		workflows: Object.fromEntries(
			[[id, workflow] as const, ...called].map(([name, one]) => [name, fingerprintOf(one, sparse)]),
		),
	};
};
