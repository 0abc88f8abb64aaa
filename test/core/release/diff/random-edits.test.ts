/**
 * Random edits of the nodes that lead to a send, a claim or a commit: whatever is edited, it never comes out safe. A literal
 * that nothing looks at is the one exception, and here each field that is edited is looked at.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseWorkflow } from '../../../../core/audit';
import { behind } from '../../../../core/release/diff/flow';
import { classBetween, nodeOf, shipped, type Copy, type Edit } from './edits';

const templates = ['content-delivery-spine.json', 'table-delivery.json', 'sheet-delivery.json'];
const ACTS = /^(Claim|Confirm|Commit|Send|Record)/;
const STICKY = 'n8n-nodes-base.stickyNote';

type Path = readonly (string | number)[];

/** Places in a parameter tree that hold a text, a number or a switch. */
const leaves = (value: unknown, path: Path = []): readonly Path[] =>
	typeof value === 'object' && value !== null
		? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
		: [path];

const at = (value: unknown, path: Path): unknown =>
	path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);

function write(value: unknown, path: Path, change: (old: unknown) => unknown): void {
	const parent = at(value, path.slice(0, -1)) as Record<string, unknown>;
	const key = String(path.at(-1));
	parent[key] = change(parent[key]);
}

/** Nodes behind which something acts on a delivery, the acting ones included. */
const leading = (copy: Copy): readonly string[] => {
	const workflow = parseWorkflow(copy, 'template');
	return copy.nodes
		.filter(({ type }) => type !== STICKY)
		.map(({ name }) => name)
		.filter((name) => ACTS.test(name) || [...behind(workflow, name)].some((one) => ACTS.test(one)));
};

const other = (old: unknown): unknown =>
	typeof old === 'number' ? old + 1 : typeof old === 'boolean' ? !old : `${String(old)} x`;

/** What n8n does not run by: ids of rows in a list, the version of a form. */
const idle = (path: Path): boolean => path.at(-1) === 'id' && path.includes('assignments');

const edits = (copy: Copy): fc.Arbitrary<readonly [string, Edit]> => {
	const names = leading(copy);
	const node = fc.constantFrom(...names);
	const parameter = node
		.map(
			(name) =>
				[
					name,
					leaves(nodeOf(copy, name).parameters).filter((path) => path.length > 0 && !idle(path)),
				] as const,
		)
		.filter(([, paths]) => paths.length > 0)
		.chain(([name, paths]) =>
			fc
				.constantFrom(...paths)
				.map((path): readonly [string, Edit] => [
					`${name}: ${path.join('.')}`,
					(edited) => write(nodeOf(edited, name).parameters, path, other),
				]),
		);
	const flag = fc
		.tuple(
			node,
			fc.constantFrom<Record<string, unknown>>(
				...[{ disabled: true }, { retryOnFail: true }, { alwaysOutputData: true }, { executeOnce: true }],
				...[{ typeVersion: 99 }, { type: 'n8n-nodes-base.noOp' }, { onError: 'continueRegularOutput' }],
				{ credentials: { someApi: { id: '9', name: 'Other' } } },
			),
		)
		.map(([name, more]): readonly [string, Edit] => [
			`${name}: ${JSON.stringify(more)}`,
			(edited) => void Object.assign(nodeOf(edited, name), more),
		]);
	const way = node.map((name): readonly [string, Edit] => [
		`${name}: leads nowhere, or is gone`,
		(edited) => {
			if (edited.connections[name]) delete edited.connections[name];
			else write(edited, ['nodes'], (old) => (old as Copy['nodes']).filter((one) => one.name !== name));
			for (const outputs of Object.values(edited.connections))
				for (const type of Object.keys(outputs))
					outputs[type] = (outputs[type] ?? []).map((list) =>
						(list ?? []).filter((to) => edited.nodes.some((one) => one.name === to.node)),
					);
		},
	]);
	return fc.oneof({ weight: 4, arbitrary: parameter }, flag, way);
};

describe('an edit of a node that leads to a claim, a send or a commit', () => {
	test.each(templates)('never comes out safe: %s', (file) => {
		const base = shipped(file);
		const safe: string[] = [];
		fc.assert(
			fc.property(edits(base), ([what, edit]) => {
				if (classBetween(base, edit) === 'safe') safe.push(what);
			}),
			{ numRuns: 250, seed: 17 },
		);
		expect([...new Set(safe)].sort()).toEqual([]);
	});
});
