import { fingerprintOf, type Fingerprint, type SparseParameters } from '../../core/audit/fingerprint';
import { parseWorkflow } from '../../core/audit/parse';
import { plain } from '../../core/delivery/json';
import {
	differencesText,
	releasedSchema,
	standingOf,
	type Released,
	type ReleasedVersion,
	type Standing,
} from '../../core/release/released';
import { documentOf } from '../ledger/documents';
import type { NewEvent } from '../../core/delivery/events';
import type { WorkflowJson } from '../../core/audit/types';
import type { WorkflowHost } from '../ports/workflows';
import type { ServicePorts } from './store';

/** What a spine runs with the gate's leave, and the revision it was read at; `null` before its first release. */
export async function releasedOf(
	{ ledger }: ServicePorts,
	spine: string,
): Promise<(Released & { readonly revision: number }) | null> {
	const [record] = await ledger.records.get('released', [spine]);
	return record ? { ...documentOf(record, releasedSchema), revision: record.revision } : null;
}

/** Writes it unless somebody was faster; whether it did. */
async function write(
	{ ledger }: ServicePorts,
	spine: string,
	body: Released,
	revision: number,
	events: readonly NewEvent[],
): Promise<boolean> {
	const { now, before, told } = body;
	const outcome = await ledger.records.write(
		[
			{
				kind: 'released',
				id: spine,
				spine,
				parent: null,
				body: plain({ now, before, told }),
				expectedRevision: revision,
			},
		],
		events,
	);
	return outcome.status === 'written';
}

const ATTEMPTS = 5;

/** Reads, changes and writes it; `null` from `change` writes nothing. Gives up quietly after five others were faster. */
async function update(
	ports: ServicePorts,
	spine: string,
	change: (
		before: Released | null,
	) => { readonly body: Released; readonly events: readonly NewEvent[] } | null,
): Promise<boolean> {
	for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
		const before = await releasedOf(ports, spine);
		const next = change(before);
		if (next === null) return false;
		if (await write(ports, spine, next.body, before?.revision ?? 0, next.events)) return true;
	}
	return false;
}

const hashes = ({ workflows }: ReleasedVersion): object =>
	Object.fromEntries(Object.entries(workflows).map(([id, { hash }]) => [id, hash]));

/**
 * Writes down what a spine runs from now on with the gate's leave; just before it is published, so that no run of it is
 * taken for an ungated one. `ranBefore` is what ran before the spine's first release: the release adopts it, so that a
 * rollback goes back to it. The event is `release.admitted`.
 */
export async function recordReleased(
	ports: ServicePorts,
	spine: string,
	now: ReleasedVersion,
	ranBefore: ReleasedVersion | null,
): Promise<void> {
	await update(ports, spine, (known) => {
		const again = known !== null && known.now.release === now.release;
		const before = again ? known.before : (known?.now ?? ranBefore);
		return {
			body: { now, before, told: null },
			events: [
				{
					kind: 'release.admitted',
					spine,
					subject: now.release,
					sentence: `From now on ${spine} runs release ${now.release ?? 'none'}: workflow ${now.workflow}, version ${now.version ?? 'unknown'}.`,
					data: plain({ by: now.by, workflow: now.workflow, version: now.version, hashes: hashes(now) }),
				},
			],
		};
	});
}

/** After a rollback the version before the release is what the spine runs with the gate's leave. */
export async function takeBackReleased(
	ports: ServicePorts,
	spine: string,
	release: string,
	by: string,
): Promise<void> {
	await update(ports, spine, (known) => {
		if (known?.now.release !== release || known.before === null) return null;
		const now = { ...known.before, at: ports.now(), by };
		return {
			// What was taken back may still run for a moment, as what was replaced does.
			body: { now, before: known.now, told: null },
			events: [
				{
					kind: 'release.admitted',
					spine,
					subject: release,
					sentence: `With release ${release} taken back, ${spine} runs what it ran before it.`,
					data: plain({ by, workflow: now.workflow, version: now.version, hashes: hashes(now) }),
				},
			],
		};
	});
}

/** Where an ungated change was seen. */
export interface Seen {
	/** Id of the workflow. */
	readonly workflow: string;
	readonly fingerprint: Fingerprint;
	/** Who saw it, for the event. */
	readonly by: string;
}

/**
 * How a workflow stands to what was released for the spine; `null` before the first release. An ungated change is told
 * once, as the event `spine.ungated-change`, and told again only after something else was seen in between.
 */
export async function lookForUngated(
	ports: ServicePorts,
	spine: string,
	{ workflow, fingerprint, by }: Seen,
): Promise<Standing | null> {
	const released = await releasedOf(ports, spine);
	if (released === null) return null;
	const at = ports.now();
	const standing = standingOf(released, workflow, fingerprint, at);
	if (standing.status === 'changing-over') return standing;
	const { told: known } = released;
	// What this run calls was seen to be another version than the released one, and nobody has seen it mended.
	if (
		standing.status === 'as-released' &&
		workflow === released.now.workflow &&
		known !== null &&
		known.workflow !== workflow &&
		released.now.workflows[known.workflow] !== undefined
	)
		return { status: 'ungated', hash: known.hash, differences: known.differences };
	const told =
		standing.status === 'ungated'
			? { hash: standing.hash, workflow, at, differences: standing.differences.slice(0, 100) }
			: null;
	if (told === null && released.told === null) return standing;
	await update(ports, spine, (known) => {
		if (known === null || known.now.at !== released.now.at) return null;
		if (told === null)
			return known.told?.workflow === workflow ? { body: { ...known, told }, events: [] } : null;
		if (known.told?.hash === told.hash && known.told.workflow === workflow) return null;
		return {
			body: { ...known, told },
			events: [
				{
					kind: 'spine.ungated-change',
					spine,
					subject: workflow,
					sentence: `What runs of ${spine} is not what was released (${known.now.release ?? 'what it ran before its first release'}): ${differencesText(told.differences)}.`,
					data: plain({
						by,
						workflow,
						hash: told.hash,
						differences: told.differences,
						release: known.now.release,
					}),
				},
			],
		};
	});
	return standing;
}

/** Reads what is published of a workflow, for {@link lookAtPublished}; `null` where nothing is. */
export async function publishedAt(
	host: Pick<WorkflowHost, 'read'>,
	id: string,
): Promise<WorkflowJson | null> {
	const state = await host.read(id);
	if (!state?.published) return null;
	const { nodes, connections } = state.published;
	return parseWorkflow({ id, nodes, connections, settings: state.settings }, `workflow ${id}`);
}

const nothing = parseWorkflow({ nodes: [], connections: {} }, 'nothing');

/**
 * Compares what is published of a spine's workflow and of those it calls with what was released, and tells an ungated
 * change as {@link lookForUngated} does. Gives the first one; `null` when all is as released, or nothing was released yet.
 *
 * @throws what `publishedOf` throws
 */
export async function lookAtPublished(
	ports: ServicePorts,
	publishedOf: (id: string) => Promise<WorkflowJson | null>,
	spine: string,
	sparse: SparseParameters | undefined,
	by: string,
): Promise<Extract<Standing, { status: 'ungated' }> | null> {
	const released = await releasedOf(ports, spine);
	if (released === null) return null;
	const { workflow: own, workflows } = released.now;
	let found: Extract<Standing, { status: 'ungated' }> | null = null;
	// The spine's own last: what it calls may have been mended since it was told.
	for (const workflow of [...Object.keys(workflows).filter((id) => id !== own), own]) {
		const json = await publishedOf(workflow);
		// Taken out of service on purpose: nothing runs, so nothing runs that was not released.
		if (json === null && workflow === own) continue;
		const fingerprint = fingerprintOf(json ?? nothing, sparse);
		const seen = { workflow, fingerprint, by };
		const standing = await lookForUngated(ports, spine, seen);
		if (standing?.status === 'ungated') found ??= standing;
	}
	return found;
}
