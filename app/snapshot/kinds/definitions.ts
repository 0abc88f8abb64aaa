import { noCost } from '../../../core/snapshot/estimate';
import type { PropertyDefinition } from '../../../core/delivery/properties';
import {
	definitionEntry,
	heldDefinitions,
	intended,
	nameOf,
	renamed,
	type DefinitionRequest,
	type HeldDefinitions,
} from '../../../core/snapshot/definitions/held';
import {
	creationOf,
	planDefinitions,
	type DefinitionStep,
	type GroupStep,
} from '../../../core/snapshot/definitions/plan';
import { definitionRows, definitionsState } from '../../../core/snapshot/definitions/rows';
import { byName } from '../../../core/snapshot/plain';
import { directoryIn, type SnapshotPorts } from '../ports';
import type { Copying } from './kind';
import { partKind } from './part-kind';

const copyOf = (name: string): string => `rgdrill_${name}`.slice(0, 100);

const activeIn = async (ports: SnapshotPorts): Promise<ReadonlyMap<string, PropertyDefinition>> =>
	byName(await directoryIn(ports).definitions.list());

async function performed(
	ports: SnapshotPorts,
	request: DefinitionRequest,
	before: PropertyDefinition | null,
): Promise<PropertyDefinition | null> {
	const { definitions } = directoryIn(ports);
	const active = (await activeIn(ports)).get(nameOf(request));
	if ('archive' in request) {
		if (active) await definitions.archive(request.archive);
		return null;
	}
	if ('change' in request) return await definitions.change(request.change, request.to);
	// A create that was answered by a cut connection has happened: it is there, and was not before.
	if (active && !before) return active;
	return await definitions.create(request.create);
}

/** Copies the definitions a list changes, with their values on the test contacts; gives the names of the copies. */
async function copied(
	{ ports, contacts, made }: Copying,
	requests: readonly DefinitionRequest[],
): Promise<ReadonlyMap<string, string>> {
	const names = new Map<string, string>();
	if (requests.length === 0) return names;
	const directory = directoryIn(ports);
	const active = await activeIn(ports);
	for (const name of new Set(requests.map(nameOf))) {
		const copy = copyOf(name);
		names.set(name, copy);
		await made(copy);
		const original = active.get(name);
		if (!original) continue;
		const wanted = { ...creationOf(original), name: copy, label: `[drill] ${original.label}` };
		if (active.has(copy)) await directory.definitions.archive(copy);
		await directory.definitions.create({ ...wanted, hasUniqueValue: false, formField: false });
	}
	const originals = [...names].filter(([name]) => active.has(name));
	const { outcomes } = await directory.read(
		contacts,
		originals.map(([name]) => name),
	);
	const writes = outcomes.flatMap((outcome) => {
		if (outcome.status !== 'found') return [];
		const { id, properties } = outcome.contact;
		const values = originals.map(([name, copy]): [string, string] => [copy, properties[name] ?? '']);
		return [{ id, properties: Object.fromEntries(values) }];
	});
	if (writes.length > 0) await directory.update(writes);
	return names;
}

/** Property definitions, their options, and the groups they stand in. */
export const definitions = partKind({
	name: 'definitions',
	journalled: 'definitions',
	order: 1,
	part: 'definitions',
	held: heldDefinitions,
	async read(ports, scope, whole): Promise<HeldDefinitions | null> {
		if (!scope.definitions || (!whole && !ports.contacts)) return null;
		const directory = directoryIn(ports).definitions;
		return {
			definitions: [...(await directory.list())],
			archived: [...(await directory.list({ archived: true }))],
			groups: [...(await directory.groups())],
		};
	},
	// Definitions, archived definitions, groups.
	cost: ({ scope }) => ({ ...noCost, paced: scope.definitions ? 3 : 0 }),
	rows: definitionRows,
	counted: definitionsState,

	requests: (changes) => changes.definitions,
	lacks: (changes, scope) =>
		changes.definitions.length > 0 && !scope.definitions ? 'property definitions' : null,
	entry: definitionEntry,
	async intend(ports, _scope, requests) {
		if (requests.length === 0) return [];
		const active = await activeIn(ports);
		return requests.map((request) => intended(request, active.get(nameOf(request)) ?? null));
	},
	isDone: ({ done }) => done,
	perform: async (ports, entry, request) => ({
		...entry,
		written: await performed(ports, request, entry.before),
		done: true,
	}),
	applied: (entries) => ({ definitions: entries.length }),

	async plan({ ports }, entries, captured, own) {
		// What a release only made stays: nobody need be asked, and no outage of the account keeps the rest from going back.
		const asks = entries.some(({ before: was }) => was !== null);
		if (!asks && !ports.contacts)
			return {
				steps: [],
				left: entries.map(({ name }) => ({ what: `property ${name}`, reason: 'additive', name, field: '' })),
			};
		const active = entries.length > 0 ? await directoryIn(ports).definitions.list() : [];
		const before = own || !ports.contacts ? null : await captured();
		const groups = before && ports.contacts ? await ports.contacts.definitions.groups() : [];
		return planDefinitions(entries, before, { definitions: [...active], groups: [...groups] });
	},
	shown: (steps) => ({
		/** Groups that are created again, since a definition goes back into them. */
		groups: steps.flatMap((step) => (step.kind === 'group' ? [step.name] : [])),
		definitions: steps.filter((step): step is DefinitionStep => step.kind !== 'group'),
	}),
	// Two looks at the definitions (plan and verify) where the release wrote any, one at the groups and one for the values.
	calls: (steps, entries) => (entries.length > 0 ? 4 : 2) + steps.length,
	label: ({ kind, name }) => (kind === 'group' ? null : `property ${name}`),
	async putBack(ports, steps: readonly (DefinitionStep | GroupStep)[]) {
		for (const step of steps) {
			const directory = directoryIn(ports).definitions;
			if (step.kind === 'group') {
				const { name, label, displayOrder } = step.group;
				await directory.createGroup({ name, label, displayOrder });
			} else if (step.kind === 'create') await directory.create(step.definition);
			else await directory.change(step.name, step.changes);
		}
	},

	async copy(run, changes) {
		const names = await copied(run, changes.definitions);
		const other = (name: string): string => names.get(name) ?? name;
		return {
			...changes,
			definitions: changes.definitions.map((request) => renamed(request, other(nameOf(request)))),
			rewrites: changes.rewrites.map((rewrite) => ({ ...rewrite, property: other(rewrite.property) })),
			values: changes.values.map(({ contact, set }) => ({
				contact,
				set: Object.fromEntries(Object.entries(set).map(([name, value]) => [other(name), value])),
			})),
		};
	},
	scope: (changes) => ({ definitions: changes.definitions.length > 0 }),
	onlyAdds: (changes) => changes.definitions.every((request) => 'create' in request),
	async discard(ports, copies) {
		if (copies.length === 0 || !ports.contacts) return;
		const active = await activeIn(ports);
		for (const name of copies) if (active.has(name)) await ports.contacts.definitions.archive(name);
	},
});
