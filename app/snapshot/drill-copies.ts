import { gateError } from '../../core/errors';
import type { PropertyDefinition } from '../../core/delivery/properties';
import type { WorkflowGraph } from '../../core/audit/workflow-state';
import { writeRecords } from './book';
import { parseChanges, writtenProperties, type ChangeList } from '../../core/snapshot/changes';
import { creationOf } from '../../core/snapshot/definitions';
import { byName } from './journal';
import { asBody, asJson } from '../../core/snapshot/model';
import { type Rooms } from './ports';

/** What a drill made, to be taken away again. */
export interface Copies {
	readonly workflows: readonly string[];
	readonly properties: readonly string[];
	readonly flags: readonly string[];
	readonly spine: string | null;
}

export const noCopies: Copies = { workflows: [], properties: [], flags: [], spine: null };

const propertyCopy = (name: string): string => `rgdrill_${name}`.slice(0, 100);
const flagCopy = (key: string): string => `drill.${key}`.slice(0, 100);
const spineCopy = (spine: string): string => `${spine.slice(0, 58)}.drill`;

const triggers = /(trigger|\.webhook|\.cron|\.interval|\.formTrigger|\.start)$/i;

/**
 * The same graph with every trigger replaced by one that only another workflow could call, and nobody does: a copy can
 * be published, and never runs.
 */
export function inert(graph: WorkflowGraph): WorkflowGraph {
	let replaced = 0;
	const nodes = graph.nodes.map((node) => {
		const { type, webhookId: _webhookId, ...rest } = node as Record<string, unknown>;
		if (typeof type !== 'string' || !triggers.test(type)) return node;
		replaced += 1;
		const disabled = replaced > 1 || rest.disabled === true;
		return asJson({
			...rest,
			type: 'n8n-nodes-base.executeWorkflowTrigger',
			typeVersion: 1.1,
			disabled,
			parameters: { inputSource: 'passthrough', notes: JSON.stringify(rest.parameters ?? {}).slice(0, 500) },
		});
	});
	return { nodes, connections: graph.connections };
}

/** Copies the definitions a release changes, with their values on the test contacts; gives the names of the copies. */
async function copyProperties(
	rooms: Rooms,
	changes: ChangeList,
	contacts: readonly string[],
	made: (name: string) => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
	const names = new Map<string, string>();
	if (changes.definitions.length === 0) return names;
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const active = byName(await rooms.contacts.definitions.list());
	for (const change of changes.definitions) {
		const name =
			'create' in change ? change.create.name : 'change' in change ? change.change : change.archive;
		if (names.has(name)) continue;
		const copy = propertyCopy(name);
		names.set(name, copy);
		await made(copy);
		const original: PropertyDefinition | undefined = active.get(name);
		if (!original) continue;
		const wanted = { ...creationOf(original), name: copy, label: `[drill] ${original.label}` };
		if (active.has(copy)) await rooms.contacts.definitions.archive(copy);
		await rooms.contacts.definitions.create({ ...wanted, hasUniqueValue: false, formField: false });
	}
	const originals = [...names].filter(([name]) => active.has(name));
	const { outcomes } = await rooms.contacts.read(
		contacts,
		originals.map(([name]) => name),
	);
	const writes = outcomes.flatMap((outcome) => {
		if (outcome.status !== 'found') return [];
		const values = originals.map(([name, copy]) => [copy, outcome.contact.properties[name] ?? '']);
		return [{ id: outcome.contact.id, properties: Object.fromEntries(values) as Record<string, string> }];
	});
	if (writes.length > 0) await rooms.contacts.update(writes);
	return names;
}

async function copyWorkflows(
	rooms: Rooms,
	release: string,
	changes: ChangeList,
	made: (id: string) => Promise<void>,
): Promise<ChangeList['workflows']> {
	const copies: ChangeList['workflows'] = [];
	for (const change of changes.workflows) {
		if (!rooms.workflows) throw gateError('snapshot-no-n8n');
		const original = await rooms.workflows.read(change.id);
		if (!original) throw gateError('snapshot-workflow-unknown', { workflow: change.id });
		const { errorWorkflow: _errorWorkflow, ...settings } = original.settings as Record<string, never>;
		const graph = inert(original.published ?? original.draft);
		const name = `[drill ${release}] ${original.name}`.slice(0, 120);
		const id = await rooms.workflows.create({ name, ...graph, settings });
		await made(id);
		const state = await rooms.workflows.read(id);
		if (original.published && state) await rooms.workflows.publish(id, state.draft.versionId);
		const wanted = change.publish ? await rooms.workflows.version(change.id, change.publish) : change.graph;
		if (change.publish && !wanted)
			throw gateError('changes-refused', {
				object: `workflow ${change.id}`,
				reason: `the instance has no version ${change.publish} any more`,
			});
		copies.push({
			id,
			...(wanted
				? { graph: inert({ nodes: wanted.nodes.map(asJson), connections: asBody(wanted.connections) }) }
				: {}),
			...(change.settings ? { settings: change.settings } : {}),
		} as ChangeList['workflows'][number]);
	}
	return copies;
}

/**
 * Makes copies of whatever a release changes that is not a test contact: workflows that never run, properties of
 * another name, flags, the spine. Gives the change list rewritten onto them. `note` is told of each copy as it is
 * made, so that a drill that is killed leaves nothing behind unknown.
 */
export async function makeCopies(
	rooms: Rooms,
	release: string,
	spine: string | null,
	changes: ChangeList,
	contacts: readonly string[],
	note: (copies: Copies) => Promise<void>,
): Promise<{
	readonly copies: Copies;
	readonly changes: ChangeList;
	readonly properties: readonly string[];
}> {
	let copies = noCopies;
	const grow = async (more: Partial<Copies>): Promise<void> => {
		copies = { ...copies, ...more };
		await note(copies);
	};
	const names = await copyProperties(rooms, changes, contacts, (name) =>
		grow({ properties: [...copies.properties, name] }),
	);
	const renamed = (name: string): string => names.get(name) ?? name;
	const workflows = await copyWorkflows(rooms, release, changes, (id) =>
		grow({ workflows: [...copies.workflows, id] }),
	);
	for (const { key } of changes.flags) {
		const [known] = await rooms.ledger.records.get('flag', [key]);
		const copy = flagCopy(key);
		await grow({ flags: [...copies.flags, copy] });
		await rooms.ledger.records.remove('flag', [copy]);
		if (!known) continue;
		const body = { ...known.body, key: copy };
		await writeRecords(rooms, [
			{ kind: 'flag', id: copy, spine: known.spine, parent: null, body, expectedRevision: 0 },
		]);
	}
	if (spine !== null && Object.keys(changes.spine).length > 0) {
		const known = await rooms.ledger.spines.get(spine);
		if (!known) throw gateError('ledger-spine-unknown', { spine });
		const copy = spineCopy(spine);
		await grow({ spine: copy });
		await rooms.ledger.spines.configure({ ...known.settings, spine: copy, mode: 'dry-run' }, rooms.by);
		await rooms.ledger.spines.pause(copy, `drill of ${release}`, rooms.by);
	}
	const allowed = new Set(contacts);
	const { spine: _spine, ...settings } = changes.spine;
	const rewritten = parseChanges({
		definitions: changes.definitions.map((change) =>
			'create' in change
				? { create: { ...change.create, name: renamed(change.create.name) } }
				: 'change' in change
					? { change: renamed(change.change), to: change.to }
					: { archive: renamed(change.archive) },
		),
		values: changes.values
			.filter(({ contact }) => allowed.has(contact))
			.map(({ contact, set }) => ({
				contact,
				set: Object.fromEntries(Object.entries(set).map(([name, value]) => [renamed(name), value])),
			})),
		rewrites: changes.rewrites.map((rewrite) => ({ ...rewrite, property: renamed(rewrite.property) })),
		workflows,
		spine: copies.spine === null ? {} : settings,
		flags: changes.flags.map((flag) => ({ ...flag, key: flagCopy(flag.key) })),
	});
	return { copies, changes: rewritten, properties: writtenProperties(rewritten) };
}

/** Takes the copies away again. Properties are archived; the spine's copy stays, paused and in dry run. */
export async function removeCopies(rooms: Rooms, copies: Copies): Promise<void> {
	for (const id of copies.workflows) {
		const state = await rooms.workflows?.read(id);
		if (state?.published) await rooms.workflows?.unpublish(id);
		if (state) await rooms.workflows?.remove(id);
	}
	if (copies.properties.length > 0 && rooms.contacts) {
		const active = byName(await rooms.contacts.definitions.list());
		for (const name of copies.properties)
			if (active.has(name)) await rooms.contacts.definitions.archive(name);
	}
	await rooms.ledger.records.remove('flag', copies.flags);
}
