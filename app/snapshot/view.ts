import { digest } from '../../core/delivery/canonical';
import { byName } from './journal';
import { contactsOf, partsOf } from './book';
import { settingsNow } from './capture';
import { definitionFields } from '../../core/snapshot/definitions';
import { asJson, type Snapshot, type SnapshotParts } from '../../core/snapshot/model';
import { type Rooms } from './ports';
import type { CapturedContact } from '../../core/snapshot/values';
import type { WorkflowState } from '../../core/audit/workflow-state';

/** What can be compared: a snapshot, or what is there now. */
export interface View {
	/** e.g. `snapshot before-r7`, `now`. */
	readonly title: string;
	readonly parts: SnapshotParts;
	/** Ascending by id, in chunks. Contacts that are gone are absent. */
	contacts(): AsyncIterable<readonly CapturedContact[]>;
}

export async function snapshotView(rooms: Rooms, snapshot: Snapshot): Promise<View> {
	return {
		title: `snapshot ${snapshot.id}`,
		parts: await partsOf(rooms, snapshot),
		contacts: () => contactsOf(rooms, snapshot),
	};
}

/** What is there now of what a snapshot covers: one read per 100 contacts, without history. */
export async function nowView(rooms: Rooms, snapshot: Snapshot): Promise<View> {
	const { scope } = snapshot;
	const directory = rooms.contacts;
	const workflows: WorkflowState[] = [];
	for (const id of scope.workflows) {
		const state = await rooms.workflows?.read(id);
		if (state) workflows.push(state);
	}
	const definitions =
		scope.definitions && directory
			? {
					definitions: await directory.definitions.list(),
					archived: await directory.definitions.list({ archived: true }),
					groups: await directory.definitions.groups(),
				}
			: null;
	return {
		title: 'now',
		parts: { definitions, workflows, settings: await settingsNow(rooms, scope.spine) },
		contacts: async function* () {
			if (!directory) return;
			for await (const chunk of contactsOf(rooms, snapshot)) {
				const ids = chunk.map(({ id }) => id);
				const { outcomes } = await directory.read(ids, scope.properties);
				yield outcomes.flatMap((outcome): CapturedContact[] => {
					if (outcome.status !== 'found') return [];
					const values = Object.entries(outcome.contact.properties).map(([name, value]) => [
						name,
						{ value, newest: null },
					]);
					return [
						{ id: outcome.contact.id, values: Object.fromEntries(values) as CapturedContact['values'] },
					];
				});
			}
		},
	};
}

/**
 * Names the state of everything `base` holds, as `view` has it: values, definitions with the options of `base`,
 * published graphs and settings of workflows, flags and the spine's settings. What a release added beside it does not
 * count, and neither do version numbers and times. Equal hashes: everything is back.
 */
export async function stateHash(base: View, view: View): Promise<string> {
	let contacts = digest([]);
	for await (const chunk of view.contacts()) {
		const values = chunk.map(({ id, values: all }) => [
			id,
			Object.keys(all)
				.sort()
				.map((name) => [name, all[name]?.value ?? '']),
		]);
		contacts = digest(asJson([contacts, values]));
	}
	const present = byName(view.parts.definitions?.definitions ?? []);
	const definitions = (base.parts.definitions?.definitions ?? []).map(({ name, options }) => {
		const now = present.get(name);
		const wanted = new Set(options.map(({ value }) => value));
		return now
			? [
					name,
					definitionFields.map((field) => now[field]),
					now.options.filter(({ value }) => wanted.has(value)).sort((a, b) => (a.value < b.value ? -1 : 1)),
				]
			: [name, null];
	});
	const workflows = base.parts.workflows.map(({ id }) => {
		const now = view.parts.workflows.find((workflow) => workflow.id === id);
		const { nodes, connections } = now?.published ?? { nodes: null, connections: null };
		return [id, nodes, connections, now?.settings ?? null];
	});
	const documents = base.parts.settings.documents
		.filter(({ kind }) => kind === 'flag')
		.map(({ id }) => [
			id,
			view.parts.settings.documents.find((entry) => entry.kind === 'flag' && entry.id === id)?.body ?? null,
		]);
	const spine = view.parts.settings.spine?.settings ?? null;
	return digest(asJson({ contacts, definitions, workflows, documents, spine }));
}
