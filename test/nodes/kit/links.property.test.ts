import { afterAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	WorkflowDataProxy,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type IPairedItemData,
	type IRunData,
	type ISourceData,
	type ITaskData,
} from 'n8n-workflow';
import { type Earlier, type Links, linksOf, RunLinks } from '../../../nodes/kit/links';
import { LazyNodeTypes, runWorkflow } from '../../../testbed/engine/n8n';
import { asN8n3 } from '../../../testbed/engine/n8n-3';
import { type Link, workflow } from './spine';

type Helper = (node: string, source: ISourceData, link: IPairedItemData) => INodeExecutionData | undefined;

/** What n8n's own helper answers. */
const byHelper = (helper: Helper, node: string, source: ISourceData, link: IPairedItemData): Earlier => {
	try {
		return { status: 'found', item: helper(node, source, link) };
	} catch (error) {
		const { context } = error as { context?: { type?: string } };
		return { status: context?.type === 'paired_item_multiple_matches' ? 'ambiguous' : 'none' };
	}
};

const nodeTypes = new LazyNodeTypes();
const names = ['N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6', 'N7'];
const plain = new Workflow({
	id: 'w',
	nodes: names.map((name) => ({
		id: name,
		name,
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	})),
	connections: {},
	active: false,
	nodeTypes,
});

/** Run data as no engine would write it: cut links, joins, links to what is not there, sources put over others. */
const wild = fc
	.array(
		fc.array(
			fc.record({
				outputs: fc.array(fc.option(fc.array(fc.array(fc.nat(40), { maxLength: 3 }), { maxLength: 4 })), {
					minLength: 1,
					maxLength: 2,
				}),
				sources: fc.array(fc.option(fc.tuple(fc.nat(40), fc.nat(1), fc.nat(1))), { maxLength: 3 }),
				shapes: fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }),
			}),
			{ minLength: 1, maxLength: 2 },
		),
		{ minLength: 3, maxLength: names.length },
	)
	.map((nodes): IRunData => {
		const sourceAt = (at: number, [node, output, run]: readonly [number, number, number]): ISourceData => ({
			previousNode: names[node % Math.max(1, at)] ?? 'N0',
			previousNodeOutput: output,
			previousNodeRun: run,
		});
		return Object.fromEntries(
			nodes.map((runs, at) => [
				names[at] ?? '',
				runs.map(({ outputs, sources, shapes }): ITaskData => {
					const source = at === 0 ? [] : sources.map((one) => one && sourceAt(at, one));
					const link = (number: number): IPairedItemData | number => {
						const shape = shapes[number % 3] ?? 0;
						const item = number % 4;
						if (shape === 0) return item;
						if (shape === 1) return { item, input: number % 3 };
						if (shape === 2 && at > 0) return { item, sourceOverwrite: sourceAt(at, [number, 0, 0]) };
						return { item };
					};
					return {
						startTime: 0,
						executionTime: 0,
						executionIndex: 0,
						source,
						data: {
							main: outputs.map(
								(items) =>
									items &&
									items.map((numbers, position): INodeExecutionData => {
										const links = numbers.map(link) as IPairedItemData[];
										const paired = links.length === 1 && position % 2 === 0 ? links[0] : links;
										return { json: { at, position }, ...(links.length > 0 ? { pairedItem: paired } : {}) };
									}),
							),
						},
					};
				}),
			]),
		);
	});

interface Compared {
	asked: number;
	found: number;
	ambiguous: number;
}

const compare = (
	links: Links,
	helper: Helper,
	sources: ReadonlyArray<ISourceData | null>,
	items: readonly INodeExecutionData[],
	among: readonly string[],
	counts: Compared,
): void => {
	items.forEach((item, index) => {
		const link = item.pairedItem as IPairedItemData;
		const source = sources[link.input ?? 0] ?? sources[0];
		if (!source) return;
		for (const node of among) {
			const theirs = byHelper(helper, node, source, link);
			const ours = links.earlier(node, item, index);
			counts.asked += 1;
			if (theirs.status === 'found') counts.found += 1;
			if (theirs.status === 'ambiguous') counts.ambiguous += 1;
			const same = ours.status === 'found' && theirs.status === 'found' && ours.item === theirs.item;
			// A matcher per comparison would take most of the time.
			if (!same && (ours.status === 'found' || ours.status !== theirs.status)) {
				throw new Error(`${node} of item ${index}: ${ours.status}, n8n says ${theirs.status}`);
			}
		}
	});
};

/** How many sets of run data, and how many workflows, both are asked about. */
const [wildRuns, graphs] = [2_000, 150];

const told: string[] = [];

/** The counts that the run ends with, and the libraries they were made in. */
function tell(what: string, { asked, found, ambiguous }: Compared): void {
	told.push(`${what}: ${asked} links asked of both, ${found} found, ${ambiguous} ambiguous`);
}

afterAll(() => {
	const file = join(dirname(require.resolve('n8n-workflow')), '..', '..', 'package.json');
	const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
	console.log([`n8n-workflow ${version}`, ...told].join('\n'));
});

describe('links over the run’s data', () => {
	it('lead where n8n’s own helper leads, on run data no engine would write', () => {
		const counts: Compared = { asked: 0, found: 0, ambiguous: 0 };
		fc.assert(
			fc.property(
				wild,
				fc.array(fc.tuple(fc.nat(40), fc.nat(1), fc.nat(1)), { minLength: 1 }),
				(runData, from) => {
					const run = createRunExecutionData({ resultData: { runData } });
					const sources = from.map(([node, previousNodeOutput, previousNodeRun]): ISourceData => ({
						previousNode: names[node % Object.keys(runData).length] ?? 'N0',
						previousNodeOutput,
						previousNodeRun,
					}));
					const items = sources.flatMap((_source, input) =>
						[0, 1, 2, 3].map((item): INodeExecutionData => ({ json: {}, pairedItem: { item, input } })),
					);
					const proxy = new WorkflowDataProxy(
						plain,
						run,
						0,
						0,
						'N7',
						items,
						{},
						'trigger',
						{},
						{
							node: plain.nodes['N7'] as never,
							data: {},
							source: { main: sources },
						},
					).getDataProxy();
					const links = new RunLinks(run.resultData, sources, false);
					compare(links, proxy.$getPairedItem as Helper, sources, items, names, counts);
				},
			),
			{ numRuns: wildRuns },
		);
		expect(counts.found).toBeGreaterThan(5_000);
		expect(counts.ambiguous).toBeGreaterThan(100);
		tell(`${wildRuns} sets of run data no engine would write`, counts);
	});
});

const described = (name: string, inputs: number, outputs: number): INodeType['description'] => ({
	displayName: name,
	name,
	group: ['transform'],
	version: 1,
	description: '',
	defaults: { name },
	inputs: Array.from({ length: inputs }, () => NodeConnectionTypes.Main),
	outputs: Array.from({ length: outputs }, () => NodeConnectionTypes.Main),
	properties: [{ displayName: 'How', name: 'how', type: 'number', default: 0 }],
});

const counted: Compared = { asked: 0, found: 0, ambiguous: 0 };
const documented: Compared = { asked: 0, found: 0, ambiguous: 0 };

/** Asks n8n's helper and our links about every item and every node that ran, and passes the items on. */
function compareHere(this: IExecuteFunctions): void {
	const links = linksOf(this);
	const sources = this.getExecuteData().source?.main ?? [];
	if (links === null) return;
	const before = this.getParentNodes(this.getNode().name).map(({ name }) => name);
	const among = before.filter((name) => links.executed(name));
	const proxy = this.getWorkflowDataProxy(0);
	const items = this.getInputData();
	compare(links, proxy.$getPairedItem as Helper, sources, items, among, counted);
	const hidden = new Proxy(this, {
		has: (target, name) => name !== 'runExecutionData' && Reflect.has(target, name),
	});
	const asDocumented = linksOf(hidden);
	if (asDocumented) {
		const helper: Helper = (node, source, link) => (proxy.$getPairedItem as Helper)(node, source, link);
		compare(asDocumented, helper, sources, items, among, documented);
	}
}

/** Changes items in one of several ways: keeps, turns round, drops, doubles, joins, cuts links, splits, fails some. */
const changer: INodeType = {
	description: described('changer', 1, 2),
	async execute() {
		compareHere.call(this);
		const how = this.getNodeParameter('how', 0, 0) as number;
		const items = this.getInputData().map(({ json }, item): INodeExecutionData => ({
			json: { ...json },
			pairedItem: { item },
		}));
		const all = items.map((_item, item) => ({ item }));
		switch (how % 8) {
			case 1:
				return [[...items].reverse(), []];
			case 2:
				return [items.filter((_item, at) => at % 2 === 0), items.filter((_item, at) => at % 2 === 1)];
			case 3:
				return [[...items, ...items.map((item) => ({ ...item }))], items.slice(0, 1)];
			case 4:
				return [[{ json: { joined: true }, pairedItem: all }], items];
			case 5:
				return [items.map(({ json }) => ({ json })), items];
			case 6:
				return [
					items.map((item, at) => ({ ...item, pairedItem: at % 2 ? all.slice(0, 2) : item.pairedItem })),
					[],
				];
			case 7:
				return [
					items.map((item, at) => (at % 2 ? { json: { error: 'no' }, pairedItem: item.pairedItem } : item)),
					[],
				];
			default:
				return [items, []];
		}
	},
};

/** Puts both inputs behind each other, linked to theirs. */
const joiner: INodeType = {
	description: described('joiner', 2, 1),
	async execute() {
		const from = (input: number): INodeExecutionData[] => {
			try {
				return this.getInputData(input).map(({ json }, item) => ({ json, pairedItem: { item, input } }));
			} catch {
				return [];
			}
		};
		return [[...from(0), ...from(1)]];
	},
};

const types = { 'x.changer': changer, 'x.joiner': joiner };

/** A workflow of changers, joiners, error outputs, a loop and a call of another workflow, one behind the other. */
const graph = fc.record({
	steps: fc.array(
		fc.record({ how: fc.nat(7), from: fc.nat(20), output: fc.nat(1), join: fc.boolean(), also: fc.nat(20) }),
		{ minLength: 2, maxLength: 7 },
	),
	batch: fc.integer({ min: 1, max: 3 }),
	loop: fc.boolean(),
	call: fc.boolean(),
	items: fc.integer({ min: 1, max: 5 }),
});

const built = ({ steps, batch, loop, call }: typeof graph extends fc.Arbitrary<infer T> ? T : never) => {
	const nodes: Record<string, object> = {};
	const links: Link[] = [];
	const placed = ['Start'];
	steps.forEach(({ how, from, output, join, also }, at) => {
		const name = `S${at}`;
		const before = placed[from % placed.length] ?? 'Start';
		const out = before.startsWith('S') && before !== 'Start' && !before.endsWith('J') ? output : 0;
		if (join && at > 0) {
			const other = placed[also % placed.length] ?? 'Start';
			nodes[`${name}J`] = { type: 'x.joiner' };
			links.push([before, `${name}J`, out, 0], [other, `${name}J`, 0, 1], [`${name}J`, name]);
		} else links.push([before, name, out]);
		const errors = how === 7 ? { onError: 'continueErrorOutput' } : {};
		nodes[name] = { type: 'x.changer', parameters: { how }, ...errors };
		placed.push(name);
	});
	const last = placed.at(-1) ?? 'Start';
	let end = last;
	if (call) {
		nodes['Call'] = {
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1.2,
			parameters: { workflowId: { __rl: true, mode: 'id', value: 'sub' }, mode: 'once', options: {} },
		};
		links.push([end, 'Call']);
		end = 'Call';
	}
	if (loop) {
		nodes['Loop'] = {
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize: batch },
		};
		nodes['Round'] = { type: 'x.changer', parameters: { how: 1 } };
		links.push([end, 'Loop'], ['Loop', 'Round', 1], ['Round', 'Loop']);
		nodes['After'] = { type: 'x.changer', parameters: { how: 0 } };
		links.push(['Loop', 'After', 0]);
	} else {
		nodes['After'] = { type: 'x.changer', parameters: { how: 0 } };
		links.push([end, 'After']);
	}
	return workflow(nodes, links);
};

const sub = workflow({ Inside: { type: 'x.changer', parameters: { how: 1 } } }, [['Start', 'Inside']]);

describe('links in workflows that n8n-core ran', () => {
	it('lead where n8n’s own helper leads: loops, merges, several runs, error outputs, sub-workflows', async () => {
		await fc.assert(
			fc.asyncProperty(graph, async (shape) => {
				const run = await runWorkflow(built(shape), {
					nodeTypes: types,
					subWorkflows: { sub },
					triggerItems: Array.from({ length: shape.items }, (_unused, id) => ({ json: { id } })),
				});
				if (run.error) throw run.error;
			}),
			{ numRuns: graphs },
		);
		expect(counted.found).toBeGreaterThan(1_000);
		expect(counted.ambiguous).toBeGreaterThan(10);
		expect(documented).toEqual(counted);
		tell(`${graphs} workflows that n8n-core ran`, counted);
	}, 120_000);
});

describe('where n8n offers no links', () => {
	const blind: INodeType = {
		description: described('blind', 1, 1),
		async execute() {
			const hidden = new Proxy(this, {
				has: (target, name) => name !== 'runExecutionData' && Reflect.has(target, name),
			});
			const links = linksOf(hidden);
			links?.earlier('Start', this.getInputData()[0] ?? { json: {} }, 0);
			return [this.getInputData()];
		},
	};

	it('the node fails, and says what to do', async () => {
		const restore = asN8n3({ itemMatching: true });
		try {
			const run = await runWorkflow(workflow({ Blind: { type: 'x.blind' } }, [['Start', 'Blind']]), {
				nodeTypes: { 'x.blind': blind },
			});
			expect(run.error?.message).toMatch(/offers no way to find/);
		} finally {
			restore();
		}
	});
});
