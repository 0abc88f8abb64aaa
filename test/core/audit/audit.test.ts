import { describe, expect, it } from '@jest/globals';
import {
	auditInstance,
	auditWorkflow,
	parseAuditPolicy,
	parseWorkflow,
	parseWorkflows,
} from '../../../core/audit';
import type { AuditReport, WorkflowResolver } from '../../../core/audit';
import {
	connect,
	ifTrue,
	node,
	post,
	spine,
	STAND_INS,
	type SpineNode,
	type SpineWorkflow,
} from '../../../testbed/audit/spine';

const policy = parseAuditPolicy(STAND_INS, 'test');
const BASE = 'n8n-nodes-base.';

const audit = (workflow: SpineWorkflow, resolve?: WorkflowResolver): AuditReport =>
	auditWorkflow(parseWorkflow(workflow, 'test'), { policy, resolve });

const rules = (report: AuditReport): string[] => [...new Set(report.violations.map(({ rule }) => rule))];

const find = (workflow: SpineWorkflow, name: string): SpineNode => {
	const found = workflow.nodes.find((one) => one.name === name);
	if (!found) throw new Error(`no node '${name}'`);
	return found;
};

/** The spine after a change. */
const changed = (change: (workflow: SpineWorkflow) => void): SpineWorkflow => {
	const workflow = spine();
	change(workflow);
	return workflow;
};

const link = (workflow: SpineWorkflow, from: string, output: number, to: string, input = 0): void => {
	const { main } = (workflow.connections[from] ??= { main: [] });
	while (main.length <= output) main.push([]);
	main[output]?.push({ node: to, type: 'main', index: input });
};

const cut = (workflow: SpineWorkflow, from: string, output: number): void => {
	const main = workflow.connections[from]?.main;
	if (main) main[output] = [];
};

/** Puts a node into the connection from `from` to what its output leads to. */
const insert = (workflow: SpineWorkflow, from: string, output: number, added: SpineNode): void => {
	const main = workflow.connections[from]?.main;
	const targets = main?.[output] ?? [];
	workflow.nodes.push(added);
	if (main) main[output] = [{ node: added.name, type: 'main', index: 0 }];
	const outputs = workflow.connections[added.name] ?? { main: [] };
	outputs.main[0] = targets;
	workflow.connections[added.name] = outputs;
};

describe('the spine', () => {
	it('is proven, with its send guarded on the path a person can follow', () => {
		const report = audit(spine());
		expect(report.violations).toEqual([]);
		expect(report.verdict).toBe('proven');
		expect(report.advice).toEqual([]);
		expect(report.proofs.map(({ verdict }) => verdict)).toEqual(Array(6).fill('proven'));
		expect(report.sentence).toBe('Proven for 1 send, 14 of 14 nodes reached, under 3 assumptions.');
		expect(report.cover.sends).toEqual([
			{
				node: 'Send email',
				recipients: ['$json.to ?? $json.To ?? $json.contact?.properties?.email ?? null'],
				because: 'declared: 127.0.0.1',
				guarded: true,
				path: [
					'Every other day',
					'Get due deliveries',
					'Route deliveries',
					'Claim delivery',
					'Write text',
					'Text fits',
					'Confirm before send',
					'Send email',
				],
			},
		]);
		expect(report.cover.assumptions).toContain(
			'Requests to 127.0.0.1 are declared sender: stand-in of the mail provider',
		);
	});

	it('gives the same report twice, and one hash whatever the canvas looks like', () => {
		const moved = spine();
		moved.nodes.reverse();
		moved.nodes.forEach((one, i) => (one.position = [i, i]));
		expect(audit(moved).workflow.hash).toBe(audit(spine()).workflow.hash);
		expect(audit(spine())).toEqual(audit(spine()));
		const other = changed((workflow) => (find(workflow, 'Send email').retryOnFail = true));
		expect(audit(other).workflow.hash).not.toBe(audit(spine()).workflow.hash);
	});
});

interface Case {
	readonly does: string;
	readonly rule: string;
	readonly node?: string;
	readonly change: (workflow: SpineWorkflow) => void;
}

const cases: readonly Case[] = [
	{
		does: 'bypasses the gate',
		rule: 'send-ungated',
		node: 'Send email',
		change: (workflow) => link(workflow, 'Get due deliveries', 0, 'Send email'),
	},
	{
		does: 'takes the held branch for the live one',
		rule: 'send-ungated',
		change: (workflow) => {
			cut(workflow, 'Route deliveries', 1);
			link(workflow, 'Route deliveries', 0, 'Claim delivery');
		},
	},
	{
		does: 'disables the gate, whose items then leave by output 0',
		rule: 'send-ungated',
		change: (workflow) => {
			link(workflow, 'Route deliveries', 0, 'Claim delivery');
			find(workflow, 'Route deliveries').disabled = true;
		},
	},
	{
		does: 'skips the claim',
		rule: 'send-unclaimed',
		change: (workflow) => link(workflow, 'Route deliveries', 1, 'Send email'),
	},
	{
		does: 'skips the confirmation',
		rule: 'send-unconfirmed',
		change: (workflow) => link(workflow, 'Text fits', 0, 'Send email'),
	},
	{
		does: 'sends what was stopped',
		rule: 'send-unconfirmed',
		change: (workflow) => link(workflow, 'Confirm before send', 0, 'Send email'),
	},
	{
		does: 'sends again after a send that failed',
		rule: 'send-twice',
		node: 'Send again',
		change: (workflow) => {
			workflow.nodes.push(post('Send again', 'http://127.0.0.1/send'));
			cut(workflow, 'Send email', 1);
			link(workflow, 'Send email', 1, 'Send again');
			link(workflow, 'Send again', 0, 'Commit delivery');
			link(workflow, 'Send again', 1, 'Fail delivery');
		},
	},
	{
		does: 'loops from the send to itself',
		rule: 'send-twice',
		change: (workflow) => link(workflow, 'Send email', 0, 'Send email'),
	},
	{
		does: 'hands copies of a confirmed item to two sends',
		rule: 'send-twice',
		change: (workflow) => {
			workflow.nodes.push(node('Copy', `${BASE}noOp`));
			link(workflow, 'Confirm before send', 1, 'Copy');
			link(workflow, 'Copy', 0, 'Send email');
		},
	},
	{
		does: 'splits items between confirmation and send',
		rule: 'send-twice',
		change: (workflow) =>
			insert(
				workflow,
				'Confirm before send',
				1,
				node('Split parts', `${BASE}splitOut`, { fieldToSplitOut: 'x' }),
			),
	},
	{
		does: 'asks the provider for further pages',
		rule: 'send-twice',
		change: (workflow) => {
			find(workflow, 'Send email').parameters.options = {
				pagination: { pagination: { paginationMode: 'x' } },
			};
		},
	},
	{
		does: 'sends in a rehearsal',
		rule: 'dry-run-sends',
		change: (workflow) => link(workflow, 'Confirm rehearsal', 2, 'Send email'),
	},
	{
		does: 'writes to the CRM in a rehearsal',
		rule: 'dry-run-writes',
		change: (workflow) => insert(workflow, 'Claim rehearsal', 1, post('Write contact', 'http://127.0.0.3/x')),
	},
	{
		does: 'uses a node nobody knows',
		rule: 'unknown-node',
		change: (workflow) => insert(workflow, 'Claim delivery', 1, node('Do magic', 'n8n-nodes-acme.magic')),
	},
	{
		does: 'posts to a host nobody knows',
		rule: 'unknown-node',
		change: (workflow) =>
			insert(workflow, 'Claim delivery', 1, post('Call somebody', '={{ $json.host }}/send')),
	},
	{
		does: 'chooses the operation of our node at run time',
		rule: 'unknown-node',
		change: (workflow) => {
			find(workflow, 'Confirm before send').parameters.operation = '={{ $json.operation }}';
		},
	},
	{
		does: 'runs code that reaches out',
		rule: 'unknown-node',
		change: (workflow) =>
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Run code',
					`${BASE}code`,
					{ jsCode: 'await this.helpers.httpRequest({}); return items;' },
					{},
					2,
				),
			),
	},
	{
		does: 'commits before it sends',
		rule: 'early-commit',
		node: 'Commit delivery',
		change: (workflow) => link(workflow, 'Confirm before send', 1, 'Commit delivery'),
	},
	{
		does: 'commits what a disabled send let through',
		rule: 'early-commit',
		change: (workflow) => (find(workflow, 'Send email').disabled = true),
	},
	{
		does: 'commits a failed send',
		rule: 'early-commit',
		change: (workflow) => {
			find(workflow, 'Send email').onError = 'continueRegularOutput';
			cut(workflow, 'Send email', 1);
		},
	},
	{
		does: 'writes to the CRM before the send',
		rule: 'optimistic-write',
		change: (workflow) => insert(workflow, 'Write text', 0, post('Write contact', 'http://127.0.0.3/x')),
	},
	{
		does: 'records a failure after a send that succeeded',
		rule: 'fail-after-send',
		change: (workflow) => link(workflow, 'Send email', 0, 'Fail delivery'),
	},
	{
		does: 'forgets what did not fit',
		rule: 'claim-unsettled',
		node: 'Text fits',
		change: (workflow) => cut(workflow, 'Text fits', 1),
	},
	{
		does: 'stops the run when a send fails',
		rule: 'error-path-unsettled',
		node: 'Send email',
		change: (workflow) => {
			find(workflow, 'Send email').onError = 'stopWorkflow';
			cut(workflow, 'Send email', 1);
		},
	},
	{
		does: 'loops for ever with a claim',
		rule: 'claim-never-settled',
		change: (workflow) => {
			cut(workflow, 'Write text', 0);
			link(workflow, 'Write text', 0, 'Write text');
		},
	},
	{
		does: 'filters claimed items away',
		rule: 'items-dropped',
		change: (workflow) =>
			insert(workflow, 'Claim delivery', 1, node('Keep some', `${BASE}filter`, {}, {}, 2)),
	},
	{
		does: 'takes the first of many claimed items',
		rule: 'items-dropped',
		change: (workflow) => (find(workflow, 'Write text').executeOnce = true),
	},
	{
		does: 'retries the send',
		rule: 'send-retried',
		change: (workflow) => (find(workflow, 'Send email').retryOnFail = true),
	},
	{
		does: 'names one recipient',
		rule: 'one-recipient',
		change: (workflow) => {
			insert(
				workflow,
				'Write text',
				0,
				node('Greet', `${BASE}emailSend`, { toEmail: 'jo@customer.example', fromEmail: 'us@sender.example' }),
			);
		},
	},
	{
		does: 'holds a token in a header',
		rule: 'secret-in-workflow',
		change: (workflow) => {
			find(workflow, 'Send email').parameters.headerParameters = {
				parameters: [{ name: 'X-Postmark-Server-Token', value: '4f9a2c3e8b7d6a5f4e3d2c1b0a998877' }],
			};
		},
	},
	{
		does: 'runs in the old order with a join',
		rule: 'old-execution-order',
		change: (workflow) => {
			workflow.settings = { timezone: 'UTC', errorWorkflow: 'alarm' };
			insert(workflow, 'Claim delivery', 1, node('Join', `${BASE}merge`, {}, {}, 3.2));
			link(workflow, 'Claim delivery', 1, 'Join', 1);
		},
	},
];

describe('a change to the spine', () => {
	it.each(cases)('that $does is found: $rule', ({ rule, node: name, change }) => {
		const report = audit(changed(change));
		expect(report.verdict).toBe('violated');
		expect(rules(report)).toContain(rule);
		const violation = report.violations.find((one) => one.rule === rule);
		if (name !== undefined) expect(violation?.node).toBe(name);
		expect(violation?.why).not.toContain('{node}');
		expect(violation?.mend).not.toContain('{node}');
		// The path can be walked: each name is a node, and each pair is connected.
		const { connections } = changed(change);
		const path = violation?.path ?? [];
		path.slice(1).forEach((to, i) => {
			const targets = (connections[path[i] ?? '']?.main ?? []).flat().map((target) => target.node);
			expect(targets).toContain(to);
		});
	});

	it('that only carries the idempotency key along with its retry is proven', () => {
		const workflow = changed((one) => {
			const send = find(one, 'Send email');
			send.retryOnFail = true;
			send.parameters.headerParameters = {
				parameters: [
					{ name: 'Idempotency-Key', value: '={{ $json.delivery.idempotencyKey ?? $json.delivery.key }}' },
				],
			};
			send.parameters.sendHeaders = true;
		});
		const [mail, ...others] = STAND_INS.hosts;
		const drops = parseAuditPolicy({ hosts: [{ ...mail, dedupes: 'Idempotency-Key' }, ...others] }, 'test');
		expect(auditWorkflow(parseWorkflow(workflow, 'test'), { policy: drops }).verdict).toBe('proven');
		// A provider nobody knows to drop repetitions may send twice.
		expect(rules(audit(workflow))).toContain('send-retried');
	});

	it('that adds harmless nodes, a loop, a wait and an alert stays proven', () => {
		const workflow = changed((one) => {
			// Out by `loop` to the claim, back from wherever a delivery ends, and out by `done` to the alert.
			insert(
				one,
				'Route deliveries',
				1,
				node('Loop over items', `${BASE}splitInBatches`, { options: {} }, {}, 3),
			);
			one.connections['Loop over items'] = {
				main: [
					[{ node: 'Tell the team', type: 'main', index: 0 }],
					[{ node: 'Claim delivery', type: 'main', index: 0 }],
				],
			};
			one.nodes.push(node('Wait a second', `${BASE}wait`, {}, {}, 1.1));
			for (const [from, output] of [
				['Claim delivery', 0],
				['Claim delivery', 2],
				['Commit delivery', 0],
				['Commit delivery', 1],
				['Fail delivery', 0],
				['Fail delivery', 1],
			] as const)
				link(one, from, output, 'Wait a second');
			link(one, 'Wait a second', 0, 'Loop over items');
			one.nodes.push(
				node('Tell the team', `${BASE}slack`, { operation: 'post', resource: 'message' }, {}, 2.3),
			);
			one.nodes.push(node('Note', `${BASE}stickyNote`, { content: 'about' }));
		});
		expect(audit(workflow).violations).toEqual([]);
	});

	it('that lets an agent write the text is proven, and is not once the agent holds a tool that sends', () => {
		const langchain = '@n8n/n8n-nodes-langchain.';
		const withAgent = (tool: SpineNode): SpineWorkflow =>
			changed((one) => {
				insert(
					one,
					'Write text',
					0,
					node('Ask agent', `${langchain}agent`, {}, { onError: 'continueErrorOutput' }),
				);
				link(one, 'Ask agent', 1, 'Fail delivery');
				one.nodes.push(node('Model', `${langchain}lmChatOpenAi`), tool);
				const wire = (from: string, type: string): void => {
					one.connections[from] = { [type]: [[{ node: 'Ask agent', type, index: 0 }]] } as never;
				};
				wire('Model', 'ai_languageModel');
				wire(tool.name, 'ai_tool');
			});
		expect(audit(withAgent(node('Calculator', `${langchain}toolCalculator`))).violations).toEqual([]);
		expect(rules(audit(withAgent(node('Mail', `${BASE}gmailTool`, { operation: 'send' }))))).toContain(
			'send-unconfirmed',
		);
		expect(rules(audit(withAgent(node('Anything', `${langchain}toolCode`))))).toContain('unknown-node');
	});

	it('that loops with reset over the send is not', () => {
		const workflow = changed((one) => {
			one.nodes.push(node('Loop over items', `${BASE}splitInBatches`, { options: { reset: true } }, {}, 3));
			cut(one, 'Confirm before send', 1);
			link(one, 'Confirm before send', 1, 'Loop over items');
			link(one, 'Loop over items', 1, 'Send email');
			link(one, 'Send email', 0, 'Loop over items');
		});
		expect(rules(audit(workflow))).toContain('send-twice');
	});

	it('that moves the send into a sub-workflow is followed by id, and unknown without it', () => {
		const callee = {
			id: 'mailer',
			name: 'Mailer',
			nodes: [
				node('When called', `${BASE}executeWorkflowTrigger`, {}, {}, 1.1),
				ifTrue('Ready', 'ready'),
				post('Post mail', 'http://127.0.0.1/send', { onError: 'stopWorkflow' }),
			],
			connections: connect([
				['When called', 0, 'Ready'],
				['Ready', 0, 'Post mail'],
			]),
			settings: { executionOrder: 'v1' },
		};
		const workflow = changed((one) => {
			const send = find(one, 'Send email');
			send.type = `${BASE}executeWorkflow`;
			send.typeVersion = 1.2;
			send.onError = 'stopWorkflow';
			send.parameters = { workflowId: { __rl: true, mode: 'id', value: 'mailer' } };
			cut(one, 'Send email', 1);
		});
		expect(rules(audit(workflow))).toContain('unknown-node');
		const known = audit(workflow, (id) => (id === 'mailer' ? parseWorkflow(callee, id) : undefined));
		// What is not ready comes back without having been sent, and is committed all the same.
		expect(known.violations.find(({ rule }) => rule === 'early-commit')?.path).toEqual([
			'Every other day',
			'Get due deliveries',
			'Route deliveries',
			'Claim delivery',
			'Write text',
			'Text fits',
			'Confirm before send',
			'Send email',
			'Send email ▸ When called',
			'Send email ▸ Ready',
			'Send email',
			'Commit delivery',
		]);
		expect(known.cover.sends.map((one) => one.node)).toEqual(['Send email ▸ Post mail']);
	});
});

describe('a sub-workflow that holds a claim', () => {
	const writer = (edges: Parameters<typeof connect>[0]): SpineWorkflow => ({
		id: 'writer',
		name: 'Writer',
		nodes: [
			node('When called', `${BASE}executeWorkflowTrigger`, {}, {}, 1.1),
			ifTrue('Long', 'long'),
			node('Cut', `${BASE}noOp`),
		],
		connections: connect(edges),
		settings: { executionOrder: 'v1' },
	});
	const calling = (callee: SpineWorkflow): string[] => {
		const workflow = changed((one) => {
			const write = find(one, 'Write text');
			write.type = `${BASE}executeWorkflow`;
			write.typeVersion = 1.2;
			write.parameters = { workflowId: { __rl: true, mode: 'id', value: 'writer' } };
		});
		return rules(audit(workflow, (id) => (id === 'writer' ? parseWorkflow(callee, id) : undefined)));
	};

	it('and has several ends loses items: n8n brings back only what ran last', () => {
		const callee = writer([
			['When called', 0, 'Long'],
			['Long', 0, 'Cut'],
		]);
		expect(calling(callee)).toContain('items-dropped');
	});

	it('and has one end brings everything back', () => {
		const callee = writer([
			['When called', 0, 'Long'],
			['Long', 0, 'Cut'],
			['Long', 1, 'Cut'],
		]);
		expect(calling(callee)).not.toContain('items-dropped');
	});
});

describe('an instance', () => {
	it('finds a spine that exists twice with other constants', () => {
		const copy = { ...spine(), id: 'copy', name: 'Deliver content (acme)' };
		for (const one of copy.nodes) one.name = `${one.name} 2`;
		copy.connections = Object.fromEntries(
			Object.entries(copy.connections).map(([from, { main }]) => [
				`${from} 2`,
				{ main: main.map((targets) => targets.map((target) => ({ ...target, node: `${target.node} 2` }))) },
			]),
		);
		const other = { ...spine(), id: 'other', name: 'Another shape' };
		other.nodes.push(node('Extra', `${BASE}noOp`));
		other.connections['Text fits']?.main[1]?.push({ node: 'Extra', type: 'main', index: 0 });
		const reports = auditInstance(
			[spine(), copy, other].map((one) => parseWorkflow(one, one.name)),
			{ policy },
		);
		expect(reports.map((report) => rules(report).includes('cloned-spine'))).toEqual([true, true, false]);
		expect(reports[0]?.violations.find(({ rule }) => rule === 'cloned-spine')?.why).toContain('acme');
	});
});

describe('a policy', () => {
	it('declares a node, and the report says so', () => {
		const workflow = changed((one) =>
			insert(one, 'Claim delivery', 1, node('Do magic', 'n8n-nodes-acme.magic')),
		);
		find(workflow, 'Do magic').onError = 'continueErrorOutput';
		link(workflow, 'Do magic', 1, 'Fail delivery');
		const declared = parseAuditPolicy(
			{
				...STAND_INS,
				nodes: [
					{ type: 'n8n-nodes-acme.magic', role: 'generator', items: 'same', reason: 'read its source' },
				],
			},
			'test',
		);
		const report = auditWorkflow(parseWorkflow(workflow, 'test'), { policy: declared });
		expect(report.violations).toEqual([]);
		expect(report.cover.assumptions).toContain("'Do magic' is declared generator: read its source");
	});

	it.each([
		[{ nodes: [{ role: 'harmless', reason: 'x' }] }, 'name a type'],
		[{ severity: { 'send-ungated': 'warning' } }, 'cannot be lowered'],
		[{ hosts: [{ host: 'x', role: 'nice', reason: 'x' }] }, 'hosts.0.role'],
	])('that is wrong is refused: %j', (bad, message) => {
		expect(() => parseAuditPolicy(bad, 'policy.json')).toThrow(message);
	});

	it('can insist on advice', () => {
		const strict = parseAuditPolicy({ ...STAND_INS, severity: { 'no-error-workflow': 'error' } }, 'test');
		const workflow = changed((one) => (one.settings = { executionOrder: 'v1', timezone: 'UTC' }));
		expect(audit(workflow).verdict).toBe('proven');
		expect(auditWorkflow(parseWorkflow(workflow, 'test'), { policy: strict }).verdict).toBe('violated');
	});
});

it('a file with an empty list proves nothing and is refused', () => {
	expect(() => parseWorkflows('[]', 'empty.json')).toThrow(
		'empty.json is not an n8n workflow: the list is empty.',
	);
	expect(parseWorkflows(JSON.stringify([spine()]), 'one.json')).toHaveLength(1);
});
