import { describe, expect, test } from '@jest/globals';
import { parseWorkflow, resolverOf, workflowHash, workflowIdentity } from '../../../../core/audit';
import { diffWorkflows } from '../../../../core/release/diff/workflow';
import { monitorReport } from '../../../../core/release/machines/monitor';
import { evidenceOf } from '../../../../core/release/machines/report';
import { workflowReport } from '../../../../core/release/machines/workflow';
import { parseManifest } from '../../../../core/release/manifest';
import { manifestFor, preset } from '../../../support/release';
import { readTemplate } from '../../../workflows/template';

const template = readTemplate('content-delivery-spine.json');
type Edit = (copy: {
	nodes: Record<string, unknown>[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
}) => void;

function edited(edit: Edit) {
	const copy = JSON.parse(JSON.stringify(template)) as Parameters<Edit>[0];
	edit(copy);
	return parseWorkflow(copy, 'edited');
}
const parameters = (copy: Parameters<Edit>[0], name: string): Record<string, unknown> => {
	const node = copy.nodes.find((one) => one.name === name);
	return node?.parameters as Record<string, unknown>;
};
const before = edited(() => undefined);
const surfacesOf = (edit: Edit): string[] => [
	...new Set(diffWorkflows(before, edited(edit)).map(({ surface }) => surface)),
];

describe('the diff of two workflow versions', () => {
	test('is empty when only places, ids, notes and names of credentials change', () => {
		const after = edited((copy) => {
			for (const node of copy.nodes) {
				node.position = [1, 2];
				node.id = `id-${String(node.name)}`;
			}
			copy.nodes = copy.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
		});
		expect(diffWorkflows(before, after)).toEqual([]);
		expect(workflowHash(after)).toBe(workflowHash(before));
	});

	test.each<[string, Edit, string[]]>([
		['the send', (copy) => (parameters(copy, 'Send Email').jsonBody = '={{ 1 }}'), ['email']],
		['the schedule', (copy) => (scheduleOf(copy).rule = { interval: [{ field: 'hours' }] }), ['cadence']],
		['a claim', (copy) => (parameters(copy, 'Claim Delivery').leaseMinutes = 1), ['delivery-logic']],
		['the time zone', (copy) => (copy.settings.timezone = 'UTC'), ['cadence']],
		['the error workflow', (copy) => (copy.settings.errorWorkflow = 'x'), ['observability']],
	])('names the surface of %s', (_what, edit, expected) => {
		expect(surfacesOf(edit)).toEqual(expected);
	});

	test('counts nodes that come or go, and connections, as the workflow itself', () => {
		expect(surfacesOf((copy) => copy.nodes.push({ name: 'New', type: 'n8n-nodes-base.noOp' }))).toEqual([
			'workflows',
		]);
		expect(
			surfacesOf((copy) => {
				delete copy.connections['Claim Delivery'];
			}),
		).toEqual(['workflows']);
		const disabled = surfacesOf((copy) => {
			const node = copy.nodes.find(({ name }) => name === 'Claim Delivery');
			if (node) node.disabled = true;
		});
		expect(disabled.sort()).toEqual(['delivery-logic', 'workflows']);
	});

	test('names prompts apart from the vendor that answers them', () => {
		const url = 'https://api.openai.com/v1/chat/completions';
		const ask = (body: string, model = url) =>
			parseWorkflow(
				{
					name: 'One',
					nodes: [
						{
							name: 'Generate',
							type: 'n8n-nodes-base.httpRequest',
							typeVersion: 4.2,
							parameters: { method: 'POST', url: model, jsonBody: body },
						},
					],
					connections: {},
				},
				'one',
			);
		const of = (after: ReturnType<typeof ask>) =>
			diffWorkflows(ask('a'), after).map(({ surface }) => surface);
		expect(of(ask('b'))).toEqual(['prompts']);
		expect(of(ask('a', 'https://api.openai.com/v1/responses'))).toEqual(['vendors']);
	});
});

const scheduleOf = (copy: Parameters<Edit>[0]): Record<string, unknown> =>
	copy.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger')?.parameters as Record<
		string,
		unknown
	>;

describe('the answers of machines that read workflows', () => {
	test('the audit says no, with the mend, when a claim is bypassed', () => {
		const after = edited((copy) => {
			copy.connections['Route Deliveries'] = {
				main: [[], [{ node: 'Send Email', type: 'main', index: 0 }]],
			};
		});
		const { answers } = workflowReport({ before, after });
		const idempotency = answers.find(({ check }) => check === 'idempotency-preserved');
		expect(idempotency).toMatchObject({ status: 'fail', grounds: expect.stringContaining('claim') });
	});

	const identityOf = (workflow: typeof before, called: (typeof before)[]) =>
		workflowIdentity(workflow, { resolve: resolverOf(called) });
	const calling = edited((copy) => {
		copy.nodes.push({
			name: 'Write',
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1,
			position: [0, 0],
			parameters: { workflowId: 'writer' },
		});
	});
	const writer = (text: string) =>
		parseWorkflow(
			{
				id: 'writer',
				name: 'Writer',
				nodes: [
					{ name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger' },
					{ name: 'Text', type: 'n8n-nodes-base.set', parameters: { text } },
				],
				connections: {},
			},
			'writer',
		);

	test.each([
		['the workflow it calls changed since', (): string => identityOf(calling, [writer('old')]), 'another'],
		['nothing changed since', (): string => identityOf(calling, [writer('new')]), 'the one'],
		['an old hash still matches', (): string => workflowHash(calling), 'the one'],
		['an old hash matches no more', (): string => workflowHash(before), 'another'],
	])('the audit speaks of the workflow the manifest names: %s', (_case, named, wanted) => {
		const base = manifestFor(preset('quiet-content-delivery'));
		const workflow = named();
		const manifest = parseManifest({ ...base, artifacts: { ...base.artifacts, workflow } });
		const report = workflowReport({ before, after: calling, called: [writer('new')], named: workflow });
		const evidence = evidenceOf(preset('quiet-content-delivery'), manifest, report, 0);
		const [answer] = evidence;
		const strange = answer?.grounds.includes('is not the one the manifest names') ?? true;
		expect(strange).toBe(wanted === 'another');
		if (strange) expect(evidence.map(({ status }) => status)).toEqual(evidence.map(() => 'unknown'));
	});

	test('the monitor counts only when it is active, starts by itself and checks', () => {
		const spine = edited((copy) => (copy.settings.errorWorkflow = 'errors'));
		const watcher = (change: object = {}, type = 'stabilizationCheck', trigger = 'scheduleTrigger') =>
			parseWorkflow(
				{
					name: 'Watcher',
					active: true,
					nodes: [
						{ name: 'T', type: `n8n-nodes-base.${trigger}` },
						{ name: 'C', type: `n8n-nodes-release-gate.${type}` },
					],
					connections: {},
					...change,
				},
				'watcher',
			);
		const status = (...others: ReturnType<typeof watcher>[]) =>
			monitorReport(spine, others).answers[0]?.status;
		expect(status(watcher())).toBe('pass');
		expect(status()).toBe('fail');
		expect(status(watcher({ active: false }))).toBe('fail');
		expect(status(watcher({ isArchived: true }))).toBe('fail');
		expect(status(watcher({}, 'workflowAudit'))).toBe('fail');
		expect(status(watcher({}, 'stabilizationCheck', 'manualTrigger'))).toBe('fail');
		expect(monitorReport(before, [watcher()]).answers[0]?.status).toBe('fail');
	});

	test('nobody need sit beside a release only where a published workflow restores it when called', () => {
		const spine = edited((copy) => (copy.settings.errorWorkflow = 'errors'));
		const node = (name: string, type: string, parameters: object = {}) => ({ name, type, parameters });
		const own = (type: string) => `n8n-nodes-release-gate.${type}`;
		const workflow = (active: boolean, ...nodes: object[]) =>
			parseWorkflow({ name: 'W', active, nodes, connections: {} }, 'w');
		const watcher = workflow(
			true,
			node('T', 'n8n-nodes-base.scheduleTrigger'),
			node('C', own('stabilizationCheck')),
		);
		const called = node('T', 'n8n-nodes-base.executeWorkflowTrigger');
		const restore = (more: object = {}) =>
			node('R', own('rollbackSnapshot'), { operation: 'restore', ...more });
		const answer = (...others: ReturnType<typeof workflow>[]) => {
			const { answers } = monitorReport(spine, [watcher, ...others]);
			return answers.map(({ check, status }) => `${check} ${status}`);
		};
		const sits = ['alerts-before-impact pass', 'needs-no-babysitting fail'];
		expect(answer(workflow(true, called, restore()))).toEqual([
			'alerts-before-impact pass',
			'needs-no-babysitting pass',
		]);
		expect(answer()).toEqual(sits);
		expect(answer(workflow(false, called, restore()))).toEqual(sits);
		expect(answer(workflow(true, called, restore({ planOnly: true })))).toEqual(sits);
		expect(answer(workflow(true, node('T', 'n8n-nodes-base.manualTrigger'), restore()))).toEqual(sits);
		expect(answer(workflow(true, called, node('R', own('rollbackSnapshot'))))).toEqual(sits);
		const rollback = readTemplate('rollback.json');
		expect(answer(parseWorkflow({ ...rollback, active: true }, 'rollback'))[1]).toContain('pass');
		expect(answer(parseWorkflow(rollback, 'rollback'))).toEqual(sits);
	});
});
