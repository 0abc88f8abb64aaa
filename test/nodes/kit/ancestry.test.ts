import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeConnectionTypes, type IExecuteFunctions, type INodeType } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import { type EnvelopeResult, findEnvelopes } from '../../../nodes/kit/envelope';
import { findTexts } from '../../../nodes/kit/fields';
import { runWorkflow, type WorkflowJson } from '../../../testbed/engine/n8n';

interface Seen {
	results: EnvelopeResult[];
	assets: (string | undefined)[];
	proxies: number;
}

const seen: Seen[] = [];

const description = (name: string, group: 'trigger' | 'transform') =>
	({
		displayName: name,
		name,
		group: [group],
		version: 1,
		description: '',
		defaults: { name },
		inputs: group === 'trigger' ? [] : [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	}) as INodeType['description'];

const envelope = (recipient: unknown, token?: number) => ({
	...envelopeOf({ spine: 's', space: 'live', slot: '2026-11-20', recipient: String(recipient) }),
	...(token === undefined ? {} : { token }),
});

/** Puts an envelope on each item, as Due Deliveries does (without token) or Idempotency Check (with one). */
const stamper = (name: string, token?: number): INodeType => ({
	description: description(name, 'transform'),
	async execute() {
		return [
			this.getInputData().map(({ json }, item) => ({
				json: { ...json, asset: `a${String(json.id as number)}`, delivery: envelope(json.id, token) },
				pairedItem: { item },
			})),
		];
	},
});

/** Looks the envelopes up and keeps what it saw. */
const reader: INodeType = {
	description: description('reader', 'transform'),
	async execute(this: IExecuteFunctions) {
		let proxies = 0;
		const counted = new Proxy(this, {
			get: (target, property) => {
				if (property === 'getWorkflowDataProxy') proxies += 1;
				const value = Reflect.get(target, property, target) as unknown;
				return typeof value === 'function' ? (value.bind(target) as unknown) : value;
			},
		});
		const items = this.getInputData();
		const results = findEnvelopes(counted, items, { claimed: true });
		const counts = proxies;
		seen.push({ results, assets: findTexts(this, items, 'asset'), proxies: counts });
		return [items.map(({ json }, item) => ({ json, pairedItem: { item } }))];
	},
};

const nodeTypes = {
	'x.dueDeliveries': stamper('dueDeliveries'),
	'x.idempotencyCheck': stamper('idempotencyCheck', 7),
	'x.reader': reader,
};

type Link = readonly [from: string, to: string, output?: number, input?: number];

const workflow = (nodes: Record<string, object>, links: readonly Link[]): WorkflowJson => {
	const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> = {};
	for (const [from, to, output = 0, input = 0] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: input });
	}
	const all = { Start: { type: 'n8n-nodes-base.manualTrigger' }, ...nodes };
	return {
		nodes: Object.entries(all).map(([name, node]) => ({ name, ...node })),
		connections,
	};
};

const ids = (count: number) => Array.from({ length: count }, (_unused, index) => ({ json: { id: index } }));

const code = (jsCode: string) => ({ type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode } });
const replace = code(
	'return $input.all().map((item, i) => ({ json: { other: 1 }, pairedItem: { item: i } }))',
);
const due = { type: 'x.dueDeliveries' };
const claim = { type: 'x.idempotencyCheck' };
const read = { type: 'x.reader' };

const recipients = (at = 0) =>
	seen[at]?.results.map((result) =>
		result.status === 'found' ? result.envelope.recipient : result.error.code,
	);

const tokens = (at = 0) =>
	seen[at]?.results.map((result) => (result.status === 'found' ? result.envelope.token : undefined));

beforeEach(() => {
	seen.length = 0;
});

describe('findEnvelopes', () => {
	it('finds 10,000 claimed envelopes behind a node that replaced the json, with one data proxy', async () => {
		const run = await runWorkflow(
			workflow({ Due: due, Claim: claim, Replace: replace, Read: read }, [
				['Start', 'Due'],
				['Due', 'Claim'],
				['Claim', 'Replace'],
				['Replace', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(10_000) },
		);
		expect(run.error).toBeUndefined();
		expect(recipients()).toEqual(ids(10_000).map(({ json }) => String(json.id)));
		expect(new Set(tokens())).toEqual(new Set([7]));
		expect(seen[0]?.proxies).toBeLessThanOrEqual(1);
		expect(seen[0]?.assets[9_999]).toBe('a9999');
	});

	it('asks no data proxy when every item carries its claimed envelope', async () => {
		await runWorkflow(
			workflow({ Claim: claim, Read: read }, [
				['Start', 'Claim'],
				['Claim', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(3) },
		);
		expect(recipients()).toEqual(['0', '1', '2']);
		expect(seen[0]?.proxies).toBe(0);
	});

	it('prefers the claimed envelope to an older one that came along in the json', async () => {
		const older = code(
			`return $('Due').all().map((item, i) => ({ json: { delivery: item.json.delivery }, pairedItem: { item: i } }))`,
		);
		await runWorkflow(
			workflow({ Due: due, Claim: claim, Older: older, Read: read }, [
				['Start', 'Due'],
				['Due', 'Claim'],
				['Claim', 'Older'],
				['Older', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(3) },
		);
		expect(tokens()).toEqual([7, 7, 7]);
	});

	it('follows If, Set and Merge, in whatever order the branches come together', async () => {
		const even = {
			type: 'n8n-nodes-base.if',
			typeVersion: 2,
			parameters: {
				conditions: {
					options: { caseSensitive: true, typeValidation: 'loose', version: 1 },
					combinator: 'and',
					conditions: [
						{
							leftValue: '={{ $json.id % 2 }}',
							rightValue: 0,
							operator: { type: 'number', operation: 'equals' },
						},
					],
				},
			},
		};
		const set = {
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: {
				mode: 'manual',
				includeOtherFields: false,
				assignments: { assignments: [{ id: '1', name: 'x', value: 'y', type: 'string' }] },
			},
		};
		const merge = { type: 'n8n-nodes-base.merge', typeVersion: 3, parameters: {} };
		const run = await runWorkflow(
			workflow({ Claim: claim, Even: even, A: set, B: set, Merge: merge, Read: read }, [
				['Start', 'Claim'],
				['Claim', 'Even'],
				['Even', 'A', 0],
				['Even', 'B', 1],
				['A', 'Merge', 0, 0],
				['B', 'Merge', 0, 1],
				['Merge', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(6) },
		);
		expect(run.error).toBeUndefined();
		expect(run.json('Merge')).toEqual(ids(6).map(() => ({ x: 'y' })));
		expect(recipients()).toEqual(['0', '2', '4', '1', '3', '5']);
	});

	it('keeps each round of a loop apart', async () => {
		const loop = { type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 2 } };
		const run = await runWorkflow(
			workflow({ Loop: loop, Claim: claim, Replace: replace, Read: read }, [
				['Start', 'Loop'],
				['Loop', 'Claim', 1],
				['Claim', 'Replace'],
				['Replace', 'Read'],
				['Read', 'Loop'],
			]),
			{ nodeTypes, triggerItems: ids(5) },
		);
		expect(run.error).toBeUndefined();
		expect(seen.map((_round, at) => recipients(at))).toEqual([['0', '1'], ['2', '3'], ['4']]);
	});

	it('names the item and a remedy where items were joined or links were cut', async () => {
		const joined = code(
			'return [{ json: {}, pairedItem: [{ item: 0 }, { item: 1 }] }, { json: {}, pairedItem: { item: 2 } }, { json: {} }]',
		);
		await runWorkflow(
			workflow({ Claim: claim, Join: joined, Read: read }, [
				['Start', 'Claim'],
				['Claim', 'Join'],
				['Join', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(4) },
		);
		expect(recipients()).toEqual(['envelope-ambiguous', '2', 'envelope-missing']);
		const [ambiguous] = seen[0]?.results ?? [];
		if (ambiguous?.status !== 'refused') throw new Error('expected a refusal');
		expect(ambiguous.error.message).toContain('Item 0');
		expect(ambiguous.error.remedy).not.toBe('');
	});

	it('is not taken in by a vendor that answers with a field called delivery', async () => {
		const vendor = code(
			`return $input.all().map((item, i) => ({ json: { delivery: 'express' }, pairedItem: { item: i } }))`,
		);
		await runWorkflow(
			workflow({ Claim: claim, Vendor: vendor, Read: read }, [
				['Start', 'Claim'],
				['Claim', 'Vendor'],
				['Vendor', 'Read'],
			]),
			{ nodeTypes, triggerItems: ids(2) },
		);
		expect(recipients()).toEqual(['0', '1']);
	});
});

describe('findEnvelopes behind an HTTP Request node', () => {
	let server: Server;
	let url: string;

	beforeAll(async () => {
		server = createServer((request, response) => {
			const fails = request.url?.endsWith('/1') === true;
			response.writeHead(fails ? 500 : 200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ answered: request.url }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});

	afterAll(async () => await new Promise((resolve) => server.close(resolve)));

	it('finds it on the regular and on the error output, whose json is the error', async () => {
		const http = {
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			onError: 'continueErrorOutput',
			parameters: { url: `=${url}/{{ $json.id }}`, options: {} },
		};
		const run = await runWorkflow(
			workflow({ Claim: claim, Http: http, Good: read, Bad: read }, [
				['Start', 'Claim'],
				['Claim', 'Http'],
				['Http', 'Good', 0],
				['Http', 'Bad', 1],
			]),
			{ nodeTypes, triggerItems: ids(3) },
		);
		expect(run.error).toBeUndefined();
		expect([recipients(0), recipients(1)]).toEqual([['0', '2'], ['1']]);
	});
});
