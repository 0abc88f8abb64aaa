import { workflowsIn, type WorkflowJson } from '../../core/audit';
import { canonicalJson, sameJson } from '../../core/delivery/canonical';
import type { Json } from '../../core/delivery/types';
import type { PropertyDefinition, PropertyGroup } from '../../core/delivery/properties';
import type { WorkflowState } from '../../core/audit/workflow-state';
import { diffDefinitions } from '../../core/release/diff/definitions';
import { differingPaths, diffWorkflows, type WorkflowChange } from '../../core/release/diff/workflow';
import type { Diff, DiffRow } from '../../core/snapshot/difference';
import { definitionFields } from '../../core/snapshot/definitions';
import { byName } from './journal';
import { asBody, compareIds, type CapturedDocument } from '../../core/snapshot/model';
import type { CapturedContact } from '../../core/snapshot/values';
import type { View } from './view';

const shown = (value: unknown): string =>
	value === undefined || value === null ? '' : typeof value === 'string' ? value : canonicalJson(value);

const at = (value: unknown, path: string): unknown =>
	path
		.split('.')
		.filter(Boolean)
		.reduce<unknown>((found, key) => (found as Record<string, unknown> | null | undefined)?.[key], value);

function contactRows(
	before: CapturedContact | undefined,
	after: CapturedContact | undefined,
): readonly DiffRow[] {
	const name = before?.id ?? after?.id ?? '';
	if (!before || !after) {
		const note = before ? 'Archived, merged or deleted.' : 'Not in the first one.';
		return [{ part: 'contact', name, field: '', before: '', after: '', note }];
	}
	return Object.entries(before.values).flatMap(([field, { value }]): DiffRow[] => {
		const now = after.values[field]?.value ?? null;
		if ((value ?? '') === (now ?? '') || !(field in after.values)) return [];
		return [{ part: 'contact', name, field, before: value ?? '', after: now ?? '', note: '' }];
	});
}

/** Walks two ascending lists of contacts side by side, holding one chunk of each. */
async function* pairs(
	before: AsyncIterable<readonly CapturedContact[]>,
	after: AsyncIterable<readonly CapturedContact[]>,
): AsyncGenerator<readonly [CapturedContact | undefined, CapturedContact | undefined]> {
	async function* flat(chunks: AsyncIterable<readonly CapturedContact[]>): AsyncGenerator<CapturedContact> {
		for await (const chunk of chunks) yield* chunk;
	}
	const [left, right] = [flat(before), flat(after)];
	let [a, b] = [await left.next(), await right.next()];
	while (a.done !== true || b.done !== true) {
		const order = a.done === true ? 1 : b.done === true ? -1 : compareIds(a.value.id, b.value.id);
		yield [
			order <= 0 && a.done !== true ? a.value : undefined,
			order >= 0 && b.done !== true ? b.value : undefined,
		];
		if (order <= 0) a = await left.next();
		if (order >= 0) b = await right.next();
	}
}

function definitionRows(
	before: readonly PropertyDefinition[],
	after: readonly PropertyDefinition[],
): readonly DiffRow[] {
	const [old, now] = [byName(before), byName(after)];
	const notes = new Map<string, string[]>();
	for (const { property, what } of diffDefinitions(before, after))
		notes.set(property, [...(notes.get(property) ?? []), what]);
	return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): DiffRow[] => {
		const [a, b] = [old.get(name), now.get(name)];
		const row = (field: string, x: string, y: string, note = ''): DiffRow => ({
			part: 'property',
			name,
			field,
			before: x,
			after: y,
			note,
		});
		if (!a || !b) return [row('', a ? 'active' : '', b ? 'active' : '', notes.get(name)?.join(' '))];
		const fields = definitionFields
			.filter((field) => !sameJson(a[field], b[field]))
			.map((field) => row(field, shown(a[field]), shown(b[field])));
		if (sameJson(a.options, b.options)) return fields;
		const list = (definition: PropertyDefinition): string =>
			definition.options.map(({ value }) => value).join(', ');
		return [...fields, row('options', list(a), list(b), notes.get(name)?.join(' '))];
	});
}

const groupFields = ['label', 'displayOrder'] as const;

function groupRows(before: readonly PropertyGroup[], after: readonly PropertyGroup[]): readonly DiffRow[] {
	const active = (groups: readonly PropertyGroup[]) => byName(groups.filter(({ archived }) => !archived));
	const [old, now] = [active(before), active(after)];
	return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): DiffRow[] => {
		const [a, b] = [old.get(name), now.get(name)];
		const row = (field: string, x: string, y: string): DiffRow => ({
			part: 'group',
			name,
			field,
			before: x,
			after: y,
			note: '',
		});
		if (!a || !b) return [row('', a ? 'active' : '', b ? 'active' : '')];
		return groupFields
			.filter((field) => a[field] !== b[field])
			.map((field) => row(field, shown(a[field]), shown(b[field])));
	});
}

const published = (state: WorkflowState): WorkflowJson => {
	const { nodes, connections } = state.published ?? { nodes: [], connections: {} };
	const document = { id: state.id, name: state.name, nodes, connections, settings: state.settings };
	return (
		workflowsIn(document, `workflow ${state.id}`)[0] ??
		({ ...document, nodes: [] } as unknown as WorkflowJson)
	);
};

const words: Readonly<Record<WorkflowChange['kind'], string>> = {
	'node-added': 'The node is new.',
	'node-removed': 'The node is gone.',
	parameter: '',
	behaviour: 'Behaves otherwise.',
	connections: 'Leads elsewhere.',
	setting: '',
};

/** The published versions of two states of a workflow, node by node and parameter by parameter. */
function workflowRows(before: WorkflowState, after: WorkflowState | undefined): readonly DiffRow[] {
	const base = { part: 'workflow' as const, name: before.name };
	if (!after) return [{ ...base, field: '', before: '', after: '', note: 'The workflow is gone.' }];
	const [old, now] = [published(before), published(after)];
	const seen = new Set<string>();
	const rows = diffWorkflows(old, now).flatMap(({ kind, where, path }): DiffRow[] => {
		const field = kind === 'setting' ? `settings: ${where}` : path === '' ? where : `${where}: ${path}`;
		if (seen.has(`${kind}${field}`)) return [];
		seen.add(`${kind}${field}`);
		const value = (workflow: WorkflowJson): string => {
			if (kind === 'setting') return shown(at(workflow.settings, where));
			if (kind === 'connections') return '';
			const node = workflow.nodes.find((entry) => entry.name === where);
			return path === '' ? '' : shown(at(kind === 'behaviour' ? node : node?.parameters, path));
		};
		return [{ ...base, field, before: value(old), after: value(now), note: words[kind] }];
	});
	if (Boolean(before.published) === Boolean(after.published)) return rows;
	const state = ({ published: version }: WorkflowState): string => (version ? 'published' : 'not published');
	return [{ ...base, field: '', before: state(before), after: state(after), note: '' }, ...rows];
}

function documentRows(
	before: readonly CapturedDocument[],
	after: readonly CapturedDocument[],
): readonly DiffRow[] {
	const key = ({ kind, id }: CapturedDocument): string => `${kind} ${id}`;
	const [old, now] = [new Map(before.map((d) => [key(d), d])), new Map(after.map((d) => [key(d), d]))];
	return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): DiffRow[] => {
		const [a, b] = [old.get(name), now.get(name)];
		const { kind, id } = a ?? b ?? { kind: 'flag' as const, id: name };
		if (!a || !b)
			return [
				{ part: kind, name: id, field: '', before: '', after: '', note: a ? 'It is gone.' : 'It is new.' },
			];
		return differingPaths(a.body, b.body).map((field) => ({
			part: kind,
			name: id,
			field,
			before: shown(at(a.body, field)),
			after: shown(at(b.body, field)),
			note: '',
		}));
	});
}

/** Rows of everything but contacts. */
function partRows(before: View, after: View): readonly DiffRow[] {
	const [a, b] = [before.parts, after.parts];
	const definitions =
		a.definitions && b.definitions
			? [
					...groupRows(a.definitions.groups, b.definitions.groups),
					...definitionRows(a.definitions.definitions, b.definitions.definitions),
				]
			: [];
	const workflows = a.workflows.flatMap((workflow) =>
		workflowRows(
			workflow,
			b.workflows.find(({ id }) => id === workflow.id),
		),
	);
	const [old, now] = [a.settings.spine?.settings, b.settings.spine?.settings];
	const spine =
		old && now
			? differingPaths(asBody(old), asBody(now)).map((field): DiffRow => ({
					part: 'spine',
					name: old.spine,
					field,
					before: shown(at(old, field)),
					after: shown(at(now, field)),
					note: '',
				}))
			: [];
	return [
		...spine,
		...workflows,
		...documentRows(a.settings.documents, b.settings.documents),
		...definitions,
	];
}

/**
 * Compares two views: settings, workflows (published versions, by node and parameter), flags, definitions, contacts.
 * Contacts are streamed; `limit` bounds the rows that are kept, the counts are of all.
 */
export async function diffViews(before: View, after: View, limit: number): Promise<Diff> {
	const counts: Record<string, number> = {};
	const rows: DiffRow[] = [];
	const add = (row: DiffRow): void => {
		counts[row.part] = (counts[row.part] ?? 0) + 1;
		if (rows.length < limit) rows.push(row);
	};
	for (const row of partRows(before, after)) add(row);
	for await (const [a, b] of pairs(before.contacts(), after.contacts()))
		for (const row of contactRows(a, b)) add(row);
	const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
	return { before: before.title, after: after.title, counts, rows, more: all - rows.length };
}

/** The diff as JSON for the gate. */
export const diffJson = (diff: Diff): Json => asBody(diff);
