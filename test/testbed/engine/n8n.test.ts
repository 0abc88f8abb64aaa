import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Expression } from 'n8n-workflow';
import { forEachEngine, runWorkflow, type WorkflowJson } from '../../../testbed/engine/n8n';

const base = 'n8n-nodes-base';
const edge = (...names: string[]) => names.map((node) => ({ node, type: 'main', index: 0 }));
const trigger = { name: 'Start', type: `${base}.scheduleTrigger`, typeVersion: 1.2, parameters: {} };

const requests: IncomingMessage[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
	server = createServer((request, response) => {
		requests.push(request);
		response.setHeader('content-type', 'application/json');
		response.statusCode = request.url === '/refused' ? 422 : 200;
		response.end(JSON.stringify({ path: request.url }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
});

const branches: WorkflowJson = {
	nodes: [
		trigger,
		{
			name: 'Double',
			type: `${base}.set`,
			typeVersion: 3.4,
			parameters: {
				includeOtherFields: true,
				assignments: {
					assignments: [{ id: 'a', name: 'twice', type: 'number', value: '={{ $json.n * 2 }}' }],
				},
			},
		},
		{
			name: 'Large?',
			type: `${base}.if`,
			typeVersion: 2.2,
			parameters: {
				conditions: {
					options: { version: 2, leftValue: '', caseSensitive: true, typeValidation: 'strict' },
					combinator: 'and',
					conditions: [
						{
							id: 'b',
							leftValue: '={{ $json.twice }}',
							rightValue: 4,
							operator: { type: 'number', operation: 'gt' },
						},
					],
				},
			},
		},
		{
			name: 'Each',
			type: `${base}.code`,
			typeVersion: 2,
			parameters: {
				mode: 'runOnceForEachItem',
				jsCode: "return { json: { ...$json, first: $('Start').item.json.n } };",
			},
		},
		{ name: 'Join', type: `${base}.merge`, typeVersion: 3.2, parameters: {} },
	],
	connections: {
		Start: { main: [edge('Double')] },
		Double: { main: [edge('Large?')] },
		'Large?': { main: [edge('Each'), [{ node: 'Join', type: 'main', index: 1 }]] },
		Each: { main: [edge('Join')] },
	},
};

const http: WorkflowJson = {
	nodes: [
		trigger,
		{
			name: 'Call',
			type: `${base}.httpRequest`,
			typeVersion: 4.2,
			onError: 'continueErrorOutput',
			parameters: {
				url: '={{ $json.url }}',
				authentication: 'genericCredentialType',
				genericAuthType: 'httpHeaderAuth',
			},
		},
	],
	connections: { Start: { main: [edge('Call')] } },
};

forEachEngine('runWorkflow', (engine) => {
	it('runs Set, If, Code and Merge with expressions and item links', async () => {
		const run = await runWorkflow(branches, {
			engine,
			triggerItems: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
		});

		expect(run.error).toBeUndefined();
		expect(Expression.getActiveImplementation()).toBe(engine);
		expect(run.json('Large?', 0)).toEqual([
			{ n: 3, twice: 6 },
			{ n: 4, twice: 8 },
		]);
		expect(run.json('Large?', 1)).toEqual([
			{ n: 1, twice: 2 },
			{ n: 2, twice: 4 },
		]);
		expect(run.json('Join').map(({ n, first }) => [n, first])).toEqual([
			[3, 3],
			[4, 4],
			[1, undefined],
			[2, undefined],
		]);
	});

	it('sends an HTTP request with a chosen credential, and a refusal to the error output', async () => {
		requests.length = 0;
		const run = await runWorkflow(http, {
			engine,
			credentials: { httpHeaderAuth: { name: 'X-Key', value: 'open' } },
			triggerItems: [{ url: `${url}/fine` }, { url: `${url}/refused` }],
		});

		expect(run.error).toBeUndefined();
		expect(run.json('Call', 0)).toEqual([{ path: '/fine' }]);
		expect(run.items('Call', 1)).toHaveLength(1);
		expect(requests.map((request) => request.headers['x-key'])).toEqual(['open', 'open']);
	});

	it('applies a predefined credential type and reports the node that failed', async () => {
		requests.length = 0;
		const parameters = {
			url: `${url}/refused`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'hubspotAppToken',
		};
		const run = await runWorkflow(http, {
			engine,
			credentials: { hubspotAppToken: { appToken: 'pat-test' } },
			nodeOverrides: { Call: { onError: 'stopWorkflow', parameters } },
		});

		expect(requests.map((request) => request.headers.authorization)).toEqual(['Bearer pat-test']);
		expect(run.error).toMatchObject({ node: { name: 'Call' } });
		expect(run.items('Call')).toEqual([]);
	});

	it('keeps static data between runs', async () => {
		const counter: WorkflowJson = {
			nodes: [
				trigger,
				{
					name: 'Count',
					type: `${base}.code`,
					typeVersion: 2,
					parameters: {
						jsCode:
							"const data = $getWorkflowStaticData('global'); data.n = (data.n ?? 0) + 1; return [{ json: { n: data.n } }];",
					},
				},
			],
			connections: { Start: { main: [edge('Count')] } },
		};
		const staticData = {};
		await runWorkflow(counter, { engine, staticData });
		const second = await runWorkflow(counter, { engine, staticData });
		expect(second.json('Count')).toEqual([{ n: 2 }]);
	});
});

describe('runWorkflow, called wrongly', () => {
	it('names an override of a node that is not there', async () => {
		await expect(runWorkflow(branches, { nodeOverrides: { Nobody: {} } })).rejects.toThrow("'Nobody'");
	});

	it('names a start node that is not there, and an unknown type', async () => {
		await expect(runWorkflow(branches, { startNode: 'Nobody' })).rejects.toThrow('startNode');
		const unknown = { nodes: [{ name: 'X', type: 'n8n-nodes-nowhere.x' }], connections: {} };
		await expect(runWorkflow(unknown)).rejects.toThrow('n8n-nodes-nowhere.x');
	});
});
