import { EMPTY_POLICY, type WorkflowJson } from '../../core/audit';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { gateError } from '../../core/errors';
import { diffWorkflows, type NodeKnowledge, type WorkflowChange } from '../../core/release/diff/workflow';
import type { Manifest } from '../../core/release/manifest';
import type { WorkflowGraph } from '../../core/audit/workflow-state';
import type { WorkflowDirectory, WorkflowHost } from '../ports/workflows';
import { hostIn, type SnapshotPorts } from '../snapshot/ports';
import { hashOf, namedVersions, publishedNow } from '../snapshot/proven';
import { findServing, type Serving } from './find';
import { wantedBy, type Wanted } from './wanted';

/** What a preparation works with: the ledger, n8n, and HubSpot where an account is connected. */
export interface PreparePorts extends SnapshotPorts {
	readonly directory: WorkflowDirectory;
	/** Defaults of the types of nodes that the n8n knows. */
	readonly knowledge?: NodeKnowledge;
}

/** The draft of a spine's workflow beside what runs, as found. */
export interface Candidate {
	readonly spine: SpineRecord;
	readonly serving: Serving;
	/** What runs, as the audit reads it. */
	readonly before: WorkflowJson;
	/** The draft, as the audit reads it. */
	readonly after: WorkflowJson;
	/** What the draft calls, as published. */
	readonly called: readonly WorkflowJson[];
	/** What changes, place by place. */
	readonly changes: readonly WorkflowChange[];
	/** Surfaces that change. */
	readonly surfaces: readonly string[];
	/** What the draft wants of the spine's settings, of the account's properties and of flags. */
	readonly wanted: Wanted;
	readonly artifacts: Manifest['artifacts'];
}

/** The graph of a version as n8n stores it. @throws `ship-version-gone` */
async function graphOf(
	host: WorkflowHost,
	spine: string,
	{ id, draft, published }: Serving['workflow'],
	version: string,
): Promise<WorkflowGraph & { readonly versionId: string }> {
	const here = [draft, published].find(({ versionId }) => versionId === version);
	const graph = here ?? (await host.version(id, version));
	if (!graph) throw gateError('ship-version-gone', { release: `of ${spine}`, workflow: id, version });
	return { ...graph, versionId: version };
}

/**
 * Reads the draft of the workflow that serves a spine and compares it with what runs.
 *
 * @param version another version than the draft, which is read in its place
 * @throws `ledger-spine-unknown`, `snapshot-no-n8n`, `prepare-spine-unserved`, `prepare-spine-served-twice`,
 * `prepare-nothing-changed`, and what the ports throw
 */
export async function candidateOf(ports: PreparePorts, name: string, version?: string): Promise<Candidate> {
	const spine = name === '' ? null : await ports.ledger.spines.get(name);
	if (spine === null) throw gateError('ledger-spine-unknown', { spine: name });
	const host = hostIn(ports);
	const service = { ledger: ports.ledger, now: ports.clock };
	const found = await findServing(service, { directory: ports.directory, host }, name);
	const { id } = found.workflow;
	const draft =
		version === undefined ? found.workflow.draft : await graphOf(host, name, found.workflow, version);
	const serving: Serving = { ...found, workflow: { ...found.workflow, draft } };
	const proving = { policy: EMPTY_POLICY };
	const drafted = await namedVersions(
		host,
		`of ${name}`,
		{ id, version: draft.versionId, with: [] },
		new Map(),
	);
	const running = await publishedNow(host, id);
	if (running === null) throw gateError('prepare-spine-unserved', { spine: name });
	const hash = hashOf(drafted, proving);
	if (hash === hashOf(running, proving))
		throw gateError('prepare-nothing-changed', { spine: name, workflow: serving.workflow.name });
	const changes = diffWorkflows(running.workflow, drafted.workflow, ports.knowledge);
	const wanted = await wantedBy(ports, spine, running.workflow, drafted.workflow);
	return {
		spine,
		serving,
		before: running.workflow,
		after: drafted.workflow,
		called: [...drafted.called.values()],
		changes,
		surfaces: [...new Set([...changes.map(({ surface }) => surface), ...wanted.surfaces])].sort(),
		wanted,
		artifacts: { workflow: hash, ...wanted.artifacts },
	};
}
