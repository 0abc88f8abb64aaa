import { describe, expect, it } from '@jest/globals';
import type { IDataObject, INodeExecutionData, INodeType } from 'n8n-workflow';
import { runWorkflow, type WorkflowJson, type WorkflowRun } from '../../../testbed/engine/n8n';
import { connect, node, type SpineNode } from '../../../testbed/audit/spine';

/**
 * What the audit's model takes for granted about n8n, measured in the real engine. When n8n changes one of these,
 * `core/audit/state.ts` and `core/audit/graph.ts` have to follow.
 */
const BASE = 'n8n-nodes-base.';
const SPLITTER = 'test.splitter';
const runs: Record<string, IDataObject[][]> = {};

/** A node with two outputs: items go where `json.to` says; it throws when one says `throw`. */
const splitter: INodeType = {
	description: {
		displayName: 'Splitter',
		name: 'splitter',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Splitter' },
		inputs: ['main'],
		outputs: ['main', 'main'],
		properties: [],
	},
	async execute() {
		const items = this.getInputData();
		(runs[this.getNode().name] ??= []).push(items.map(({ json }) => json));
		if (items.some(({ json }) => json.to === 'throw')) throw new Error('thrown by the test');
		const outputs: INodeExecutionData[][] = [[], []];
		items.forEach((item, i) =>
			outputs[item.json.to === 1 ? 1 : 0]?.push({ json: item.json, pairedItem: { item: i } }),
		);
		return outputs;
	},
};

const run = async (
	nodes: SpineNode[],
	edges: Parameters<typeof connect>[0],
	items: IDataObject[],
	settings: object = { executionOrder: 'v1' },
): Promise<WorkflowRun> => {
	for (const name of Object.keys(runs)) delete runs[name];
	const start = node('Start', `${BASE}manualTrigger`);
	const workflow = {
		nodes: [start, ...nodes],
		connections: connect(edges),
		settings,
	} as unknown as WorkflowJson;
	return await runWorkflow(workflow, { triggerItems: items, nodeTypes: { [SPLITTER]: splitter } });
};

const one = async (
	more: Partial<SpineNode>,
	items: IDataObject[],
): Promise<[IDataObject[], IDataObject[], IDataObject[]]> => {
	const result = await run([node('Split', SPLITTER, {}, more)], [['Start', 0, 'Split']], items);
	return [result.json('Split', 0), result.json('Split', 1), result.json('Split', 2)];
};

describe('items leave by output 0', () => {
	const thrown = [{ to: 1 }, { to: 'throw' }];

	it('when a node throws and has an error output', async () => {
		expect(await one({ onError: 'continueErrorOutput' }, thrown)).toEqual([thrown, [], []]);
	});

	it('when a node throws and continues', async () => {
		expect(await one({ onError: 'continueRegularOutput' }, thrown)).toEqual([thrown, [], []]);
	});

	it('when a node is disabled', async () => {
		expect(await one({ disabled: true }, [{ to: 1 }])).toEqual([[{ to: 1 }], [], []]);
	});

	it('as one empty item when output 0 stays empty and the node always outputs', async () => {
		expect(await one({ alwaysOutputData: true }, [{ to: 1 }])).toEqual([[{}], [{ to: 1 }], []]);
		expect(await one({ alwaysOutputData: true }, [{ to: 0 }])).toEqual([[{ to: 0 }], [], []]);
	});
});

it('a node without an error handling stops the run', async () => {
	const result = await run(
		[node('Split', SPLITTER), node('After', SPLITTER)],
		[
			['Start', 0, 'Split'],
			['Split', 0, 'After'],
		],
		[{ to: 'throw' }],
	);
	expect(result.error?.message).toBe('thrown by the test');
	expect(runs.After).toBeUndefined();
});

it('an output with two connections hands a copy to each, and a node entered twice runs twice', async () => {
	await run(
		[node('Copy', `${BASE}noOp`), node('Send', SPLITTER)],
		[
			['Start', 0, 'Send'],
			['Start', 0, 'Copy'],
			['Copy', 0, 'Send'],
		],
		[{ n: 1 }],
	);
	expect(runs.Send).toEqual([[{ n: 1 }], [{ n: 1 }]]);
});

it('executeOnce takes the first item and forgets the others', async () => {
	await run(
		[node('Split', SPLITTER, {}, { executeOnce: true })],
		[['Start', 0, 'Split']],
		[{ n: 1 }, { n: 2 }],
	);
	expect(runs.Split).toEqual([[{ n: 1 }]]);
});

it('Retry On Fail repeats a node whose first item on output 0 carries json.error, all items included', async () => {
	const items = [{ n: 1, error: 'x' }, { n: 2 }];
	const more = { retryOnFail: true, waitBetweenTries: 1 } as Partial<SpineNode>;
	await run([node('Split', SPLITTER, {}, more)], [['Start', 0, 'Split']], items);
	expect(runs.Split?.length).toBeGreaterThan(1);
});

describe('a loop', () => {
	const loop = async (options: object): Promise<void> => {
		await run(
			[
				node('Loop', `${BASE}splitInBatches`, { batchSize: 1, options }, {}, 3),
				node('Body', SPLITTER),
				node('Done', SPLITTER),
			],
			[
				['Start', 0, 'Loop'],
				['Loop', 1, 'Body'],
				['Body', 0, 'Loop'],
				['Loop', 0, 'Done'],
			],
			[{ n: 1 }, { n: 2 }],
		);
	};

	it('hands every item to its body once, and what comes back leaves by done only', async () => {
		await loop({});
		expect(runs.Body).toEqual([[{ n: 1 }], [{ n: 2 }]]);
		expect(runs.Done).toEqual([[{ n: 1 }, { n: 2 }]]);
	});

	it('with reset may hand out what came back again', async () => {
		await loop({ reset: '={{ $runIndex < 3 }}' });
		expect(runs.Body?.filter(([item]) => item?.n === 1).length).toBeGreaterThan(1);
	});
});

it('Switch without a fallback loses what fits no rule', async () => {
	const condition = {
		options: { version: 2, leftValue: '', caseSensitive: true, typeValidation: 'strict' },
		combinator: 'and',
		conditions: [
			{
				id: 'a',
				leftValue: '={{ $json.n }}',
				rightValue: 1,
				operator: { type: 'number', operation: 'equals' },
			},
		],
	};
	const result = await run(
		[
			node(
				'Choose',
				`${BASE}switch`,
				{ rules: { values: [{ conditions: condition }] }, options: {} },
				{},
				3.2,
			),
		],
		[['Start', 0, 'Choose']],
		[{ n: 1 }, { n: 2 }],
	);
	expect(result.json('Choose', 0)).toEqual([{ n: 1 }]);
	expect(result.json('Choose', 1)).toEqual([]);
});

describe('a join that only one branch reaches', () => {
	const nodes = [node('Join', `${BASE}merge`, {}, {}, 3.2), node('Unreached', SPLITTER)];
	const edges = [
		['Start', 0, 'Join', 0],
		['Unreached', 0, 'Join', 1],
	] as const;

	it('passes what it got, in the order v1', async () => {
		const result = await run(nodes, edges, [{ n: 1 }]);
		expect(result.json('Join')).toEqual([{ n: 1 }]);
		expect(runs.Unreached).toBeUndefined();
	});

	it('in the old order starts the branch nothing has reached, with an empty item', async () => {
		await run(nodes, edges, [{ n: 1 }], {});
		expect(runs.Unreached).toEqual([[{}]]);
	});
});

describe('a send that fails item by item', () => {
	it.each([
		[
			'HTTP Request',
			node(
				'Send',
				`${BASE}httpRequest`,
				// The discard port: nothing listens there.
				{ method: 'POST', url: '=http://127.0.0.1:9/{{ $json.n }}', options: { timeout: 500 } },
				{ onError: 'continueErrorOutput' },
				4.2,
			),
		],
		[
			'HTTP Request with an address that is none',
			node(
				'Send',
				`${BASE}httpRequest`,
				{ method: 'POST', url: '={{ $json.nothing }}', options: {} },
				{ onError: 'continueErrorOutput' },
				4.2,
			),
		],
	])('%s hands every failed item to the error output, none to output 0', async (_name, send) => {
		const result = await run([send], [['Start', 0, 'Send']], [{ n: 1 }, { n: 2 }]);
		expect(result.error).toBeUndefined();
		expect(result.json('Send', 0)).toEqual([]);
		expect(result.json('Send', 1)).toHaveLength(2);
	});
});

describe('Execute Workflow', () => {
	const end = (name: string, y: number): SpineNode => node(name, SPLITTER, {}, { position: [400, y] });
	const called = (nodes: SpineNode[], edges: Parameters<typeof connect>[0]): WorkflowJson =>
		({
			id: 'called',
			nodes: [
				node('When called', `${BASE}executeWorkflowTrigger`, { inputSource: 'passthrough' }, {}, 1.1),
				...nodes,
			],
			connections: connect(edges),
			settings: { executionOrder: 'v1' },
		}) as unknown as WorkflowJson;
	const call = async (sub: WorkflowJson, items: IDataObject[]): Promise<WorkflowRun> => {
		for (const name of Object.keys(runs)) delete runs[name];
		const parameters = { workflowId: { __rl: true, mode: 'id', value: 'called' }, mode: 'once', options: {} };
		const caller = {
			nodes: [
				node('Start', `${BASE}manualTrigger`),
				node('Call', `${BASE}executeWorkflow`, parameters, {}, 1.2),
				node('After', SPLITTER),
			],
			connections: connect([
				['Start', 0, 'Call'],
				['Call', 0, 'After'],
			]),
			settings: { executionOrder: 'v1' },
		} as unknown as WorkflowJson;
		const nodeTypes = { [SPLITTER]: splitter };
		return await runWorkflow(caller, { triggerItems: items, nodeTypes, subWorkflows: { called: sub } });
	};

	it('brings back what the called workflow ends with, on output 0', async () => {
		const result = await call(called([end('End', 0)], [['When called', 0, 'End']]), [{ n: 1 }, { n: 2 }]);
		expect(result.error).toBeUndefined();
		expect(runs.After).toEqual([[{ n: 1 }, { n: 2 }]]);
	});

	it('of several ends brings back the one that ran last, and the items of the others are gone', async () => {
		const split = node('Split', SPLITTER, {}, { position: [200, 0] });
		const ends = called(
			[split, end('Upper', 0), end('Lower', 300)],
			[
				['When called', 0, 'Split'],
				['Split', 0, 'Upper'],
				['Split', 1, 'Lower'],
			],
		);
		await call(ends, [{ n: 1 }, { n: 2, to: 1 }]);
		expect(runs.Upper).toEqual([[{ n: 1 }]]);
		expect(runs.Lower).toEqual([[{ n: 2, to: 1 }]]);
		// Lower, the last of the canvas, put its item out on its output 1: nothing came back on output 0.
		expect(runs.After).toBeUndefined();
	});

	it('fails where the called workflow fails', async () => {
		const result = await call(called([end('End', 0)], [['When called', 0, 'End']]), [{ to: 'throw' }]);
		expect(result.error?.message).toContain('thrown by the test');
		expect(runs.After).toBeUndefined();
	});
});
