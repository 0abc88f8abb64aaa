import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuditReport } from '../../../core/audit';
import { LoadOptionsContext } from 'n8n-core';
import { type INode, type IWorkflowExecuteAdditionalData, Workflow } from 'n8n-workflow';
import { WorkflowAudit } from '../../../nodes/WorkflowAudit/WorkflowAudit.node';
import { LazyNodeTypes, runWorkflow, type WorkflowJson, type WorkflowRun } from '../../../testbed/engine/n8n';
import { MapCredentials } from '../../../testbed/engine/n8n-credentials';
import { spine, STAND_INS, type SpineWorkflow } from '../../../testbed/audit/spine';

const KEY = 'test-key';

/** A stand-in of the public API of n8n 2.40: paging, published versions, archived workflows, keys. */
class Instance {
	workflows: Record<string, unknown>[] = [];
	readonly paths: string[] = [];
	private server!: Server;

	async start(): Promise<void> {
		this.server = createServer((request, response) => {
			const url = new URL(request.url ?? '', 'http://instance');
			this.paths.push(url.pathname + url.search);
			const send = (status: number, body: unknown): void => {
				response.writeHead(status, { 'content-type': 'application/json' });
				response.end(JSON.stringify(body));
			};
			if (request.headers['x-n8n-api-key'] !== KEY) return send(401, { message: 'unauthorized' });
			const id = /^\/api\/v1\/workflows\/(.+)$/.exec(url.pathname)?.[1];
			if (id !== undefined) {
				const found = this.workflows.find((one) => one.id === decodeURIComponent(id));
				return found ? send(200, found) : send(404, { message: 'Not Found' });
			}
			const from = Number(url.searchParams.get('cursor') ?? 0);
			const page = this.workflows
				.slice(from, from + 2)
				.map(({ activeVersion: _published, ...listed }) => listed);
			const next = from + 2 < this.workflows.length ? String(from + 2) : null;
			return send(200, { data: page, nextCursor: next });
		});
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get baseUrl(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1/`;
	}

	async stop(): Promise<void> {
		await new Promise((resolve) => this.server.close(resolve));
	}
}

const instance = new Instance();
beforeAll(async () => await instance.start());
afterAll(async () => await instance.stop());
beforeEach(() => {
	instance.workflows = [];
	instance.paths.length = 0;
});

const harness = (parameters: object, more: object = {}): WorkflowJson => ({
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
		{ name: 'Audit', type: 'n8n-nodes-release-gate.workflowAudit', parameters: parameters as never, ...more },
	],
	connections: { Start: { main: [[{ node: 'Audit', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
});

const run = async (
	parameters: object,
	items: object[] = [{}],
	apiKey = KEY,
	more: object = {},
): Promise<WorkflowRun> =>
	await runWorkflow(harness({ options: { policy: JSON.stringify(STAND_INS) }, ...parameters }, more), {
		credentials: { releaseGateN8nApi: { baseUrl: instance.baseUrl, apiKey } },
		triggerItems: items as never,
	});

const audits = (result: WorkflowRun, output: number): AuditReport[] =>
	result.json('Audit', output).map(({ audit }) => audit as unknown as AuditReport);

const bypassed = (): SpineWorkflow => {
	const workflow = { ...spine(), id: 'bypassed', name: 'Bypassed' };
	workflow.connections['Get due deliveries']?.main[0]?.push({ node: 'Send email', type: 'main', index: 0 });
	return workflow;
};

describe('Workflow Audit from a field', () => {
	it('sends violated workflows to output 0 and proven ones to output 1, linked to their items', async () => {
		const result = await run({ operation: 'json', field: 'workflow' }, [
			{ workflow: spine() },
			{ workflow: JSON.stringify(bypassed()) },
		]);
		expect(result.error).toBeUndefined();
		expect(audits(result, 1).map(({ workflow }) => workflow.name)).toEqual(['Deliver content']);
		expect(audits(result, 0)[0]?.violations[0]?.path).toEqual([
			'Every other day',
			'Get due deliveries',
			'Send email',
		]);
		expect(result.items('Audit', 0)[0]?.pairedItem).toEqual({ item: 1 });
	});

	it('lets an unreadable item leave at violated with the reason, and goes on', async () => {
		const result = await run({ operation: 'json', field: 'workflow' }, [
			{ workflow: '{' },
			{},
			{ workflow: { nodes: 3 } },
			{ workflow: spine() },
		]);
		expect(result.error).toBeUndefined();
		expect(
			result.json('Audit', 0).map(({ releaseGate }) => (releaseGate as { reason: string }).reason),
		).toEqual(['text-not-json', 'field-missing', 'audit-not-a-workflow']);
		expect(audits(result, 1)).toHaveLength(1);
	});

	it('refuses a policy that cannot be used, or reports it when it continues on fail', async () => {
		const bad = { operation: 'json', field: 'workflow', options: { policy: '{"hosts": 1}' } };
		const stopped = await run(bad, [{ workflow: spine() }]);
		expect(stopped.error?.message).toContain("The audit policy 'Audit Policy' cannot be used");
		const went = await run(bad, [{ workflow: spine() }], KEY, { onError: 'continueErrorOutput' });
		expect(went.error).toBeUndefined();
		expect(went.json('Audit', 1)).toEqual([]);
		expect(went.json('Audit', 0)).toHaveLength(1);
	});

	it('attaches a page as binary data when asked', async () => {
		const result = await run(
			{
				operation: 'json',
				field: 'workflow',
				options: { policy: JSON.stringify(STAND_INS), html: true, htmlField: 'page' },
			},
			[{ workflow: bypassed() }],
		);
		const page = result.items('Audit', 0)[0]?.binary?.page;
		expect(page?.mimeType).toBe('text/html');
		expect(Buffer.from(page?.data ?? '', 'base64').toString('utf8')).toContain('send-ungated');
	});
});

describe('Workflow Audit of an instance', () => {
	it('reads every page, leaves archived workflows out, and reports a broken one beside the others', async () => {
		instance.workflows = [
			{ ...spine(), id: 'a', versionId: '1', activeVersionId: '1' },
			{ ...bypassed(), id: 'b', versionId: '1', activeVersionId: null },
			{ ...spine(), id: 'c', isArchived: true },
			{
				id: 'd',
				name: 'Broken',
				nodes: [{ name: 'A', type: 'n8n-nodes-base.noOp' }],
				connections: { A: { main: [[{ node: 'B', type: 'main', index: 0 }]] } },
			},
		];
		const result = await run({ operation: 'instance' }, [{}, {}]);
		expect(result.error).toBeUndefined();
		expect(audits(result, 1).map(({ workflow }) => workflow.id)).toEqual(['a']);
		expect(
			result
				.json('Audit', 0)
				.map(({ audit }) => (audit as { workflow?: { id: string } } | null)?.workflow?.id),
		).toEqual([undefined, 'b']);
		expect(instance.paths.filter((path) => path.includes('cursor'))).toHaveLength(1);
	});

	it('audits what is published, not the draft, unless asked for the draft', async () => {
		const { nodes, connections } = spine();
		instance.workflows = [
			{ ...bypassed(), id: 'a', versionId: '2', activeVersionId: '1', activeVersion: { nodes, connections } },
		];
		expect(audits(await run({ operation: 'instance' }), 1)).toHaveLength(1);
		expect(audits(await run({ operation: 'instance', version: 'draft' }), 0)).toHaveLength(1);
	});

	it('audits one workflow by id and follows what it calls', async () => {
		const caller = spine();
		const call = caller.nodes.find(({ name }) => name === 'Write text');
		if (!call) throw new Error('no node to change');
		call.type = 'n8n-nodes-base.executeWorkflow';
		call.typeVersion = 1.2;
		call.parameters = { workflowId: { __rl: true, mode: 'list', value: 'writer' } };
		const writer = {
			id: 'writer',
			name: 'Writer',
			nodes: [
				{ name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1.1, position: [0, 0] },
			],
			connections: {},
		};
		instance.workflows = [{ ...caller, id: 'a' }, writer];
		const result = await run({ operation: 'workflow', workflowId: 'a' });
		expect(audits(result, 1)).toHaveLength(1);
		const unknown = await run({ operation: 'workflow', workflowId: 'nobody' });
		expect(unknown.json('Audit', 0)[0]?.releaseGate).toMatchObject({ reason: 'audit-n8n-unknown-workflow' });
	});

	it('says what is wrong when the key is refused, without showing it', async () => {
		const result = await run({ operation: 'instance' }, [{}], 'wrong-key');
		const text = JSON.stringify(result.json('Audit', 0));
		expect(text).toContain('audit-n8n-refused');
		expect(text).not.toContain('wrong-key');
	});
});

describe('the list of workflows', () => {
	const search = async (filter?: string, apiKey = KEY) => {
		const type = 'releaseGateN8nApi';
		const node = {
			id: 'n',
			name: 'Audit',
			type: 'n8n-nodes-release-gate.workflowAudit',
			typeVersion: 1,
			position: [0, 0],
			parameters: { operation: 'workflow' },
			credentials: { [type]: { id: '1', name: 'n8n' } },
		} as INode;
		const workflow = new Workflow({
			id: 'w',
			nodes: [node],
			connections: {},
			active: false,
			nodeTypes: new LazyNodeTypes(),
		});
		const credentialsHelper = new MapCredentials({ [type]: { baseUrl: instance.baseUrl, apiKey } });
		const data = { credentialsHelper } as unknown as IWorkflowExecuteAdditionalData;
		const context = new LoadOptionsContext(workflow, node, data, 'parameters.workflowId');
		return (await new WorkflowAudit().methods.listSearch.searchWorkflows.call(context, filter)).results;
	};

	it('names what the instance holds, over all its pages, by a part of the name', async () => {
		instance.workflows = ['Weekly', 'Reconcile', 'Content'].map((name, at) => ({
			...spine(),
			id: `w${at}`,
			name,
		}));
		expect(await search()).toEqual([
			{ name: 'Content', value: 'w2' },
			{ name: 'Reconcile', value: 'w1' },
			{ name: 'Weekly', value: 'w0' },
		]);
		expect(await search('CON')).toEqual([
			{ name: 'Content', value: 'w2' },
			{ name: 'Reconcile', value: 'w1' },
		]);
	});

	it('says why it does not load', async () => {
		await expect(search('', 'wrong')).rejects.toMatchObject({
			message: expect.stringMatching(/401.*\. .*key/),
		});
	});

	it('is read as it was saved before it was a list, and by both ways of the picker', async () => {
		instance.workflows = [{ ...spine(), id: 'w0', name: 'Content' }];
		for (const workflowId of [
			'w0',
			{ __rl: true, mode: 'list', value: 'w0' },
			{ __rl: true, mode: 'id', value: 'w0' },
		]) {
			const result = await run({ operation: 'workflow', workflowId });
			expect(result.error).toBeUndefined();
			expect(audits(result, 1).map(({ workflow }) => workflow.id)).toEqual(['w0']);
		}
		const none = await run({ operation: 'workflow', workflowId: "={{ '' }}" });
		expect(JSON.stringify(none.json('Audit', 0))).toContain('nothing is chosen');
	});
});

it.each(['instance', 'workflow'])(
	'fails where no n8n is named (%s), and says what to choose',
	async (operation) => {
		const result = await runWorkflow(harness({ operation, workflowId: 'w0' }), { credentials: {} });
		expect(result.error?.message).toContain('No n8n is named whose workflows are to be read');
		expect(result.error?.description).toContain('Choose a Release Gate n8n API credential');
		expect([0, 1, 2].flatMap((output) => result.json('Audit', output))).toEqual([]);
	},
);
