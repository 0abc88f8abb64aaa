import { ReleaseGateError } from '../../core/errors';
import { type ReadableChange, readableDiff } from '../../core/release/diff/readable';
import { diffWorkflows, type NodeKnowledge } from '../../core/release/diff/workflow';
import { releasedOf, type ServicePorts, type StoredRelease } from '../release';
import type { WorkflowHost } from '../ports/workflows';
import { namedVersions } from '../snapshot/proven';

/** The change of the workflow with its values. */
export type ValuesChanged =
	| { readonly status: 'known'; readonly differences: readonly ReadableChange[] }
	/** Nobody can say now, and why. */
	| { readonly status: 'unknown'; readonly why: string };

const unknown = (why: string): ValuesChanged => ({ status: 'unknown', why });

/** What ran before the release, by workflow and version; `null` where nobody kept it. */
async function versionBefore(
	ports: ServicePorts,
	host: WorkflowHost,
	{ id, body }: StoredRelease,
	workflow: string,
): Promise<string | null> {
	const released = await releasedOf(ports, body.manifest.subject);
	if (released?.now.release === id) return released.before?.version ?? null;
	if (body.shippedAt !== null) return null;
	return (await host.read(workflow))?.published?.versionId ?? null;
}

/**
 * What a release changes of its workflow, value by value, against what ran before it. n8n keeps the versions; where it does
 * not any more, or none is connected, says so.
 */
export async function valuesChanged(
	ports: ServicePorts,
	host: WorkflowHost | null,
	release: StoredRelease,
	knowledge: NodeKnowledge | undefined,
): Promise<ValuesChanged> {
	const { workflow: named } = release.body.manifest;
	if (named === undefined) return unknown('It names no workflow.');
	if (host === null) return unknown('No n8n is connected to this report, which keeps the versions.');
	try {
		const before = await versionBefore(ports, host, release, named.id);
		if (before === null) return unknown('What ran before it is not known any more.');
		const read = async (entry: typeof named) =>
			(await namedVersions(host, release.id, entry, new Map())).workflow;
		const [from, to] = [await read({ id: named.id, version: before, with: [] }), await read(named)];
		const changes = diffWorkflows(from, to, knowledge);
		return { status: 'known', differences: readableDiff(changes, from, to, knowledge) };
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return unknown(`${error.message.replace(/\.$/, '')}.`);
	}
}
