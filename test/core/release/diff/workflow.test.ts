import { describe, expect, test } from '@jest/globals';
import { parseWorkflow, resolverOf, workflowHash, workflowIdentity } from '../../../../core/audit';
import { diffWorkflows, type NodeKnowledge } from '../../../../core/release/diff/workflow';
import { higherClass } from '../../../../core/release/classify';
import type { RiskClass } from '../../../../core/release/policy/schema';
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

const assigned = (copy: Parameters<Edit>[0], name: string, value: unknown): void => {
	const { assignments } = parameters(copy, 'Set Config').assignments as {
		assignments: { name: string; value: unknown }[];
	};
	const found = assignments.find((one) => one.name === name);
	if (found) found.value = value;
	else assignments.push({ name, value });
};
const classOf = (after: ReturnType<typeof edited>, knowledge?: NodeKnowledge) => {
	const policy = preset('quiet-content-delivery');
	const { observed } = workflowReport({ before, after, ...(knowledge ? { knowledge } : {}) });
	const known = new Map(policy.surfaces.map((surface) => [surface.id, surface.class]));
	return observed.reduce<RiskClass>(
		(cls, { surface }) => higherClass(cls, known.get(surface) ?? policy.unsureClass),
		'safe',
	);
};

describe('classes by what a change reaches', () => {
	test('one edited prompt in Set Config is one change of the surface prompts: controlled (D13, ux 6)', () => {
		const after = edited((copy) => assigned(copy, 'prompt', 'You write one long email.'));
		expect(diffWorkflows(before, after)).toEqual([
			{
				kind: 'parameter',
				where: 'Set Config',
				path: 'prompt',
				surface: 'prompts',
				reach: 'looked at by Generate Rehearsal Text, Generate Text',
			},
		]);
		expect(classOf(after)).toBe('controlled');
	});

	test.each<[string, RiskClass, Edit]>([
		['prompt wording', 'controlled', (copy) => assigned(copy, 'prompt', 'Other words')],
		['the model of the vendor', 'controlled', (copy) => assigned(copy, 'model', 'gpt-4.1')],
		[
			'the batches of the vendor',
			'controlled',
			(copy) => (parameters(copy, 'Generate Text').options = { timeout: 30_000 }),
		],
		[
			'eligibility',
			'controlled',
			(copy) =>
				(parameters(copy, 'Configure Spine').properties = {
					critical: 'email',
					defaults: '{"cc_profile_tone": "plain", "cc_profile_length": "short"}',
					also: 'firstname',
				}),
		],
		[
			'copy that is generated from',
			'controlled',
			(copy) =>
				(parameters(copy, 'Configure Spine').properties = {
					critical: 'email, cc_profile_topic, cc_profile_audience',
					defaults: '{"cc_profile_tone": "warm", "cc_profile_length": "short"}',
					also: 'firstname',
				}),
		],
		['cadence', 'critical', (copy) => (parameters(copy, 'Configure Spine').every = 'P1D')],
		['the schedule', 'critical', (copy) => (scheduleOf(copy).rule = { interval: [{ field: 'hours' }] })],
		['the commit', 'critical', (copy) => (parameters(copy, 'Commit Delivery').provider = 'other')],
		['the address that sends', 'critical', (copy) => assigned(copy, 'fromAddress', 'x@example.com')],
		['where mail is sent', 'critical', (copy) => assigned(copy, 'sendUrl', 'https://example.com')],
		['the subject', 'critical', (copy) => assigned(copy, 'subject', 'Another')],
		['the spine', 'critical', (copy) => assigned(copy, 'spine', 'another')],
		['a guardrail', 'critical', (copy) => assigned(copy, 'minimumLength', 1)],
		['idempotency', 'critical', (copy) => (parameters(copy, 'Claim Delivery').leaseMinutes = 1)],
		[
			'the schema',
			'critical',
			(copy) =>
				((parameters(copy, 'Configure Spine').properties as Record<string, unknown>).lastSentAt = 'other'),
		],
		['a value nothing looks at', 'safe', (copy) => assigned(copy, 'owner', 'Ada')],
		[
			'notes',
			'safe',
			(copy) => {
				for (const node of copy.nodes) Object.assign(node, { notes: 'new', notesInFlow: true });
			},
		],
		[
			'sticky notes',
			'safe',
			(copy) => {
				for (const node of copy.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote'))
					node.parameters = { content: 'new' };
			},
		],
	])('a change of %s is %s', (_what, expected, edit) => {
		const after = edited(edit);
		if (expected !== 'safe') expect(diffWorkflows(before, after)).not.toEqual([]);
		expect(classOf(after)).toBe(expected);
	});

	const small = (nodes: object[], connections: object = {}) =>
		parseWorkflow({ name: 'Small', nodes, connections }, 'small');
	const set = (fields: Record<string, unknown>, name = 'Config', more: object = {}) => ({
		name,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: {
				assignments: Object.entries(fields).map(([key, value]) => ({
					id: key,
					name: key,
					value,
					type: 'string',
				})),
			},
			...more,
		},
	});
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const slack = (text: string) => ({
		name: 'Alert',
		type: 'n8n-nodes-base.slack',
		typeVersion: 2.3,
		parameters: { resource: 'message', operation: 'post', text },
	});
	const reached = (nodes: (value: string) => object[], connections: object = {}) =>
		diffWorkflows(small(nodes('a'), connections), small(nodes('b'), connections));

	test('an alert text is safe, in the node and in a value the node looks at', () => {
		expect(reached((value) => [slack(value)]).map(({ surface }) => surface)).toEqual(['observability']);
		const changes = reached((text) => [set({ text }), slack('={{ $json.text }}')], { Config: to('Alert') });
		expect(changes.map(({ surface }) => surface)).toEqual(['observability']);
	});

	test('a value is followed through other Set nodes, under another name', () => {
		const changes = reached(
			(raw) => [
				set({ raw }),
				set({ shown: "={{ $('Config').item.json.raw }}" }, 'Second'),
				slack('={{ $json.shown }}'),
			],
			{ Config: to('Second'), Second: to('Alert') },
		);
		expect(changes).toMatchObject([{ path: 'raw', surface: 'observability', reach: 'looked at by Alert' }]);
	});

	test.each([
		['the whole item', '={{ JSON.stringify($json) }}'],
		['a computed field', "={{ $('Config').first().json[$json.which] }}"],
		['an expression that cannot be read', '={{ $json. }}'],
	])('a value in %s cannot be followed, and is critical', (_what, text) => {
		const changes = reached((value) => [set({ value }), slack(text)], { Config: to('Alert') });
		expect(changes).toMatchObject([{ surface: 'workflows', reach: 'cannot be followed through Alert' }]);
	});

	test('a Code node is read too: what it names counts, and what it takes whole cannot be followed', () => {
		const code = (jsCode: string) => ({
			name: 'Code',
			type: 'n8n-nodes-base.code',
			typeVersion: 2,
			parameters: { jsCode },
		});
		const with_ = (jsCode: string) =>
			reached((value) => [set({ value, other: 'x' }), code(jsCode)]).map(({ reach }) => reach);
		expect(with_("const { other } = $('Config').first().json; return [{ json: { other } }];")).toEqual([
			'nothing looks at it',
		]);
		expect(with_("const config = $('Config').first().json; return [{ json: { a: config.value } }];")).toEqual(
			['looked at by Code'],
		);
		expect(with_("return $('Config').all();")).toEqual(['cannot be followed through Code']);
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
		expect(idempotency?.grounds).toMatch(
			/Path: Check Every 15 Minutes -> .* -> Route Deliveries -> Send Email\./,
		);
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
		const credentials = { releaseGateN8nApi: { id: '1', name: 'n8n' } };
		const restore = (more: object = {}, chosen: object | undefined = credentials) => ({
			...node('R', own('rollbackSnapshot'), { operation: 'restore', ...more }),
			credentials: chosen,
		});
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
		// Without a credential for n8n it would publish nothing (ux 12).
		expect(answer(workflow(true, called, restore({}, {})))).toEqual(sits);
		expect(answer(workflow(false, called, restore()))).toEqual(sits);
		expect(answer(workflow(true, called, restore({ planOnly: true })))).toEqual(sits);
		expect(answer(workflow(true, node('T', 'n8n-nodes-base.manualTrigger'), restore()))).toEqual(sits);
		expect(answer(workflow(true, called, node('R', own('rollbackSnapshot'))))).toEqual(sits);
		const rollback = readTemplate('rollback.json');
		const chosen = rollback.nodes.map((one) => ({ ...one, credentials }));
		expect(answer(parseWorkflow({ ...rollback, nodes: chosen, active: true }, 'rollback'))[1]).toContain(
			'pass',
		);
		expect(answer(parseWorkflow({ ...rollback, active: true }, 'rollback'))).toEqual(sits);
		expect(answer(parseWorkflow(rollback, 'rollback'))).toEqual(sits);
	});
});
