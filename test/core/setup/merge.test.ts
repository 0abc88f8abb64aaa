import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTemplates } from '../../../cli/setup/package-files';
import type { JsonObject } from '../../../core/delivery/types';
import { mergeTemplate } from '../../../core/setup/merge';
import type { SetupNode, SetupWorkflow } from '../../../core/setup/types';

const templates = readTemplates();

/** The node that an edit is about; sticky notes and triggers are nodes too. */
const nodeAt = ({ nodes }: SetupWorkflow, at: number): SetupNode => nodes[at % nodes.length] as SetupNode;

const withNode = (
	workflow: SetupWorkflow,
	name: string,
	edit: (node: SetupNode) => SetupNode,
): SetupWorkflow => ({
	...workflow,
	nodes: workflow.nodes.map((node) => (node.name === name ? edit(node) : node)),
});

const rename = (workflow: SetupWorkflow, from: string, to: string): SetupWorkflow =>
	JSON.parse(
		JSON.stringify(workflow)
			.replaceAll(JSON.stringify(from), JSON.stringify(to))
			.replaceAll(`$('${from}')`, `$('${to}')`),
	) as SetupWorkflow;

interface Edit {
	readonly workflow: SetupWorkflow;
	/** Whether what was done is still there. */
	readonly kept: (merged: SetupWorkflow) => boolean;
}

const named = ({ nodes }: SetupWorkflow, name: string): SetupNode | undefined =>
	nodes.find((node) => node.name === name);

const targetsOf = ({ connections }: SetupWorkflow, name: string): string =>
	JSON.stringify(connections[name] ?? {});

/** Ten kinds of edits that people make, each on any node of any template. */
const edits: Readonly<Record<string, (workflow: SetupWorkflow, at: number) => Edit>> = {
	'a parameter': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		return {
			workflow: withNode(workflow, name, (node) => ({
				...node,
				parameters: { ...node.parameters, mine: 'kept' },
			})),
			kept: (merged) => named(merged, name)?.parameters.mine === 'kept',
		};
	},
	'a value of Set Config': (workflow, at) => {
		const sets = workflow.nodes.filter(({ parameters }) =>
			JSON.stringify(parameters).includes('"assignments":{"assignments":[{'),
		);
		const node = sets[at % Math.max(1, sets.length)];
		if (!node) return { workflow, kept: () => true };
		const { assignments } = node.parameters.assignments as {
			assignments: { name: string; value: unknown }[];
		};
		const field = assignments[at % assignments.length]?.name;
		const changed = assignments.map((one) => (one.name === field ? { ...one, value: 'mine' } : one));
		return {
			workflow: withNode(workflow, node.name, (one) => ({
				...one,
				parameters: { ...one.parameters, assignments: { assignments: changed } } as JsonObject,
			})),
			kept: (merged) =>
				JSON.stringify(named(merged, node.name)?.parameters).includes(`"name":"${field}","value":"mine"`),
		};
	},
	'a credential': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		return {
			workflow: withNode(workflow, name, (node) => ({
				...node,
				credentials: { ...node.credentials, mineApi: { id: 'c1', name: 'Mine' } },
			})),
			kept: (merged) => named(merged, name)?.credentials?.mineApi !== undefined,
		};
	},
	'a node switched off': (workflow, at) => {
		const { name, disabled } = nodeAt(workflow, at);
		return {
			workflow: withNode(workflow, name, (node) => ({ ...node, disabled: disabled !== true })),
			kept: (merged) => (named(merged, name)?.disabled ?? false) === (disabled !== true),
		};
	},
	'a node moved': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		return {
			workflow: withNode(workflow, name, (node) => ({ ...node, position: [9999, 9999] })),
			kept: (merged) => JSON.stringify(named(merged, name)?.position) === '[9999,9999]',
		};
	},
	'a note on a node': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		return {
			workflow: withNode(workflow, name, (node) => ({ ...node, notes: 'Ask Ada before you touch this.' })),
			kept: (merged) => named(merged, name)?.notes === 'Ask Ada before you touch this.',
		};
	},
	'a node added': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		const mine: SetupNode = {
			name: 'My Log',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const led = workflow.connections[name] as { main?: unknown[][] } | undefined;
		const main = [...(led?.main ?? [[]])];
		main[0] = [...(main[0] ?? []), { node: 'My Log', type: 'main', index: 0 }];
		return {
			workflow: {
				...workflow,
				nodes: [...workflow.nodes, mine],
				connections: { ...workflow.connections, [name]: { ...led, main } } as JsonObject,
			},
			kept: (merged) => named(merged, 'My Log') !== undefined && targetsOf(merged, name).includes('"My Log"'),
		};
	},
	'a node deleted': (workflow, at) => {
		const { name } = nodeAt(workflow, at);
		return {
			workflow: { ...workflow, nodes: workflow.nodes.filter((node) => node.name !== name) },
			kept: (merged) => named(merged, name) === undefined,
		};
	},
	'a node renamed': (workflow, at) => {
		const { name, parameters } = nodeAt(workflow, at);
		const edited = withNode(rename(workflow, name, `${name} (ours)`), `${name} (ours)`, (node) => ({
			...node,
			notes: 'ours',
		}));
		return {
			workflow: edited,
			kept: (merged) =>
				named(merged, `${name} (ours)`)?.notes === 'ours' &&
				named(merged, name) === undefined &&
				Object.keys(named(merged, `${name} (ours)`)?.parameters ?? {}).length >=
					Object.keys(parameters).length,
		};
	},
	'a setting of the workflow': (workflow) => ({
		workflow: {
			...workflow,
			settings: { ...workflow.settings, timezone: 'Asia/Tokyo', executionTimeout: 77 },
		},
		kept: ({ settings }) => settings.timezone === 'Asia/Tokyo' && settings.executionTimeout === 77,
	}),
};

/** What a next version of a template may change: words, a parameter, a new node in a way, a node less, a setting. */
function nextVersion(workflow: SetupWorkflow, kinds: readonly number[], at: number): SetupWorkflow {
	return kinds.reduce((now, kind): SetupWorkflow => {
		const { name } = nodeAt(now, at + kind);
		switch (kind % 5) {
			case 0:
				return withNode(now, name, (node) => ({
					...node,
					parameters: { ...node.parameters, shippedNow: 'new' },
				}));
			case 1:
				return { ...now, settings: { ...now.settings, shippedNow: true } };
			case 2: {
				const added: SetupNode = {
					name: 'Shipped Now',
					type: 'n8n-nodes-base.noOp',
					typeVersion: 1,
					position: [1, 1],
					parameters: { way: 1 },
				};
				if (named(now, added.name)) return now;
				const before = now.connections[name] ?? { main: [[]] };
				const next = { main: [[{ node: added.name, type: 'main', index: 0 }]] };
				return {
					...now,
					nodes: [...now.nodes, added],
					connections: { ...now.connections, [name]: next, [added.name]: before },
				};
			}
			case 3:
				return withNode(now, name, (node) => ({ ...node, typeVersion: (node.typeVersion ?? 1) + 1 }));
			default:
				return { ...now, nodes: now.nodes.filter((node) => node.name !== name) };
		}
	}, workflow);
}

const template = fc.constantFrom(...templates.map(({ workflow }) => workflow));
const place = fc.nat({ max: 60 });
const changes = fc.array(fc.nat({ max: 24 }), { maxLength: 5 });
const ordered = ({ nodes, connections, ...rest }: SetupWorkflow) => ({
	...rest,
	nodes: [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1)),
	connections: Object.fromEntries(
		Object.entries(connections as unknown as Record<string, Record<string, unknown>>).map(([name, types]) => [
			name,
			Object.fromEntries(Object.entries(types).map(([type, outputs]) => [type, outputs])),
		]),
	),
});
/** Connections of nodes that are there, to nodes that are there, without outputs that lead nowhere. */
const tidy = (workflow: SetupWorkflow) => mergeTemplate(workflow, workflow, workflow).workflow;

describe('a merge of what shipped then, what ships now, and yours', () => {
	it.each(Object.keys(edits))('keeps %s, whatever the template changed', (kind) => {
		fc.assert(
			fc.property(template, place, place, changes, (then, mine, at, kinds) => {
				const edit = edits[kind]?.(then, mine);
				if (!edit) throw new Error(kind);
				const { workflow } = mergeTemplate(then, nextVersion(then, kinds, at), edit.workflow);
				expect(edit.kept(workflow)).toBe(true);
			}),
			{ numRuns: 60 },
		);
	});

	it('is the template where you changed nothing', () => {
		fc.assert(
			fc.property(template, place, changes, (then, at, kinds) => {
				const now = nextVersion(then, kinds, at);
				const { workflow, conflicts } = mergeTemplate(then, now, then);
				expect(conflicts).toEqual([]);
				expect(ordered(workflow)).toEqual(ordered(tidy(now)));
			}),
			{ numRuns: 100 },
		);
	});

	it('is yours where the template changed nothing', () => {
		fc.assert(
			fc.property(template, place, fc.constantFrom(...Object.keys(edits)), (then, at, kind) => {
				const yours = edits[kind]?.(then, at).workflow ?? then;
				const { workflow, conflicts } = mergeTemplate(then, then, yours);
				expect(conflicts).toEqual([]);
				expect(ordered(workflow)).toEqual(ordered(tidy(yours)));
			}),
			{ numRuns: 100 },
		);
	});

	it('lists what both changed, and leaves yours', () => {
		const then = templates.find(({ id }) => id === 'content-delivery-spine')?.workflow as SetupWorkflow;
		const says = (workflow: SetupWorkflow, url: string) =>
			withNode(workflow, 'Send Email', (node) => ({ ...node, parameters: { ...node.parameters, url } }));
		const { workflow, conflicts } = mergeTemplate(then, says(then, 'theirs'), says(then, 'yours'));
		expect(conflicts).toEqual([
			{ node: 'Send Email', what: 'parameters.url', sentence: expect.stringContaining('yours stays') },
		]);
		expect(named(workflow, 'Send Email')?.parameters.url).toBe('yours');
	});

	it('lays no way twice that both sides laid anew', () => {
		const then = templates.find(({ id }) => id === 'content-delivery-spine')?.workflow as SetupWorkflow;
		const through = (name: string): SetupWorkflow => ({
			...then,
			nodes: [
				...then.nodes,
				{ name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [0, 0], parameters: { name } },
			],
			connections: {
				...then.connections,
				'Generate Text': { main: [[{ node: name, type: 'main', index: 0 }]] },
				[name]: then.connections['Generate Text'],
			} as JsonObject,
		});
		const { workflow, conflicts } = mergeTemplate(then, through('Theirs'), through('Yours'));
		expect(targetsOf(workflow, 'Generate Text')).toContain('Yours');
		expect(targetsOf(workflow, 'Generate Text')).not.toContain('Theirs');
		expect(conflicts.map(({ what }) => what)).toContain('connections');
	});
});
