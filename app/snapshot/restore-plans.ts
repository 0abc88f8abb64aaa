import { parseCadence } from '../../core/delivery/cadence';
import { canonicalJson } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import { completeSnapshot, partsOf } from './book';
import { planDefinitions, type DefinitionPlan } from '../../core/snapshot/definitions';
import { byName, journalledWorkflow, loadJournal, type ApplyJournal } from './journal';
import type { CapturedDocument, Snapshot } from '../../core/snapshot/model';
import type { Rooms } from './ports';
import type { ValueContext } from './restore-values';
import {
	planFlags,
	planSpine,
	planWorkflows,
	type FlagPlan,
	type SpinePlan,
	type WorkflowPlan,
} from '../../core/snapshot/settings';
import { checkTarget } from './target';

/** Everything a restore needs to know, loaded once. */
export interface RestoreContext {
	readonly release: string;
	readonly snapshot: Snapshot;
	readonly journal: ApplyJournal;
}

/** @throws `release-not-applied`, `snapshot-unknown`, `snapshot-incomplete`, `rollback-target-unproven` */
export async function restoreContext(
	rooms: Rooms,
	release: string,
	target: string | null,
): Promise<RestoreContext> {
	const journal = await loadJournal(rooms, release);
	if (!journal) throw gateError('release-not-applied', { release });
	const snapshot = await completeSnapshot(rooms, journal.snapshot);
	await checkTarget(rooms, snapshot, target);
	return { release, snapshot, journal };
}

export async function flagPlan(rooms: Rooms, { journal }: RestoreContext): Promise<FlagPlan> {
	const records = await rooms.ledger.records.get(
		'flag',
		journal.flags.map(({ key }) => key),
	);
	const current = records.flatMap((record): [string, CapturedDocument][] =>
		record ? [[record.id, { kind: 'flag', id: record.id, spine: record.spine, body: record.body }]] : [],
	);
	return planFlags(journal.flags, new Map(current));
}

export async function workflowPlan(rooms: Rooms, { journal }: RestoreContext): Promise<WorkflowPlan> {
	if (journal.workflows.length === 0) return { steps: [], left: [] };
	if (!rooms.workflows) throw gateError('snapshot-no-n8n');
	const current = new Map<string, Awaited<ReturnType<typeof rooms.workflows.read>>>();
	for (const { id } of journal.workflows) current.set(id, await rooms.workflows.read(id));
	const entries = [];
	for (const intent of journal.workflows)
		entries.push(await journalledWorkflow(rooms, journal, intent, current.get(intent.id) ?? null));
	return planWorkflows(entries, current);
}

export async function spinePlan(rooms: Rooms, { journal }: RestoreContext): Promise<SpinePlan> {
	if (!journal.spine) return { settings: null, left: [] };
	const { before, written } = journal.spine;
	const now = await rooms.ledger.spines.get(before.spine);
	return now ? planSpine(before, written, now.settings) : { settings: null, left: [] };
}

export async function definitionPlan(rooms: Rooms, { journal }: RestoreContext): Promise<DefinitionPlan> {
	if (journal.definitions.length === 0) return { steps: [], left: [] };
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	return planDefinitions(journal.definitions, byName(await rooms.contacts.definitions.list()));
}

/** What the values go by: definitions as they are now, delivery state, and the rhythms if the release moved it. */
export async function valueContext(rooms: Rooms, context: RestoreContext): Promise<ValueContext> {
	const { release, snapshot, journal } = context;
	const { settings } = await partsOf(rooms, snapshot);
	const spine = settings.spine?.settings ?? null;
	const mapping = spine?.properties;
	const state = mapping
		? [
				mapping.status,
				mapping.nextEligibleAt,
				mapping.lastDeliveryAt,
				mapping.deliveryCount,
				mapping.lastAssetId,
			]
		: [];
	const differs =
		journal.spine &&
		canonicalJson(journal.spine.before.cadence) !== canonicalJson(journal.spine.written.cadence);
	const moved = differs === true ? journal.spine : null;
	return {
		release,
		snapshot,
		definitions: byName((await rooms.contacts?.definitions.list()) ?? []),
		deliveryState: new Set(state),
		rhythm:
			moved && mapping
				? {
						spine: moved.before.spine,
						mapping,
						restored: parseCadence(moved.before.cadence),
						released: parseCadence(moved.written.cadence),
					}
				: null,
	};
}

/** Names of what a restore would still change: empty when it holds. */
export async function stillDiffering(rooms: Rooms, context: RestoreContext): Promise<readonly string[]> {
	const [flags, workflows, spine, definitions] = [
		await flagPlan(rooms, context),
		await workflowPlan(rooms, context),
		await spinePlan(rooms, context),
		await definitionPlan(rooms, context),
	];
	return [
		...flags.writes.map(({ key }) => `flag ${key}`),
		...workflows.steps.map(({ id }) => `workflow ${id}`),
		...(spine.settings ? [`settings of spine ${spine.settings.spine}`] : []),
		...definitions.steps.map(({ name }) => `property ${name}`),
	];
}
