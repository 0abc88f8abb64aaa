import {
	afterClaim,
	BASE,
	besides,
	CHAIN,
	code,
	find,
	flag,
	hang,
	insert,
	link,
	node,
	post,
	set,
} from '../edit';
import { connect, type SpineWorkflow } from '../spine';
import { attacks, type Attack } from './attack';

const ledger = (id: string) =>
	({ credentials: { releaseGateLedgerApi: { id, name: `Ledger ${id}` } } }) as never;
const own = [
	'Get due deliveries',
	'Route deliveries',
	'Claim delivery',
	'Confirm before send',
	'Commit delivery',
	'Fail delivery',
	'Claim rehearsal',
	'Confirm rehearsal',
	'Commit rehearsal',
];

/** 10: two ledgers, or another spine. */
export const spines = attacks(10, {
	...Object.fromEntries(
		own.map((name) => [
			`another ledger in ${name}`,
			[...own.map((other) => flag(other, ledger('a'))), flag(name, ledger('b'))],
		]),
	),
	'no ledger in one node': [
		...own.map((other) => flag(other, ledger('a'))),
		(workflow: SpineWorkflow) =>
			void delete (find(workflow, 'Commit delivery') as { credentials?: unknown }).credentials,
	],
	'a claim on another spine': set('Claim delivery', {
		source: 'standalone',
		spine: 'other',
		recipientField: 'id',
	}),
	'a second spine on the same path': (workflow) => {
		workflow.nodes.push(node('Other deliveries', 'dueDeliveries', { spine: 'other' }));
		link(workflow, 'Every other day', 0, 'Other deliveries');
		link(workflow, 'Other deliveries', 0, 'Route deliveries');
	},
	'a spine chosen at run time beside a fixed one': set('Claim delivery', {
		source: 'standalone',
		spine: '={{ $json.spine }}',
		recipientField: 'id',
	}),
});

const pinned =
	(name: string) =>
	(workflow: SpineWorkflow): void =>
		void (workflow.pinData = { [name]: [{ json: {} }] });

/** 11: pinned data on the way of a delivery. */
export const byHand = attacks(11, {
	...Object.fromEntries(
		[
			'Get due deliveries',
			'Route deliveries',
			'Claim delivery',
			'Write text',
			'Text fits',
			'Confirm before send',
			'Send email',
			'Commit delivery',
			'Fail delivery',
			'Claim rehearsal',
		].map((name) => [`pinned ${name}`, pinned(name)]),
	),
	'pinned settings': [
		(workflow: SpineWorkflow) =>
			insert(workflow, 'Every other day', 0, node('Set Config', `${BASE}set`, {}, {}, 3.4)),
		pinned('Set Config'),
	],
});

const called = (start: string, id = 'mailer'): SpineWorkflow => ({
	id,
	name: 'Mailer',
	nodes: [node('Start', start), post('Post mail', 'http://127.0.0.1/send', { onError: 'stopWorkflow' })],
	connections: connect([['Start', 0, 'Post mail']]),
	settings: { executionOrder: 'v1' },
});
const call = besides(
	node(
		'Call',
		`${BASE}executeWorkflow`,
		{ workflowId: { __rl: true, mode: 'id', value: 'mailer' } },
		{},
		1.2,
	),
);
const calls = (start: string): Attack => ({
	...(attacks(12, { [`calls a workflow that starts with ${start}`]: call })[0] as Attack),
	others: [called(start)],
});
const started =
	(type: string) =>
	(workflow: SpineWorkflow): void => {
		workflow.nodes.push(node('Also', type), post('Mail', 'http://127.0.0.1/send'));
		link(workflow, 'Also', 0, 'Mail');
	};

/** 12: entry points and edges that are easily overlooked. */
export const entries: readonly Attack[] = [
	...[`${BASE}manualTrigger`, `${BASE}executeWorkflowTrigger`, `${CHAIN}manualChatTrigger`].map(calls),
	...attacks(12, {
		'an MCP trigger with a tool that sends': (workflow) => {
			workflow.nodes.push(
				node('MCP', `${CHAIN}mcpTrigger`, {}, {}, 2),
				node('Mail', `${BASE}gmailTool`, { operation: 'send' }, {}, 2.1),
			);
			hang(workflow, 'Mail', 'ai_tool', 'MCP');
		},
		'an MCP trigger with a request as a tool': (workflow) => {
			workflow.nodes.push(
				node('MCP', `${CHAIN}mcpTrigger`, {}, {}, 2),
				node('Ask', `${CHAIN}toolHttpRequest`),
			);
			hang(workflow, 'Ask', 'ai_tool', 'MCP');
		},
		'an agent whose agent holds a tool': (workflow) => {
			workflow.nodes.push(
				node('Agent', `${CHAIN}agent`, {}, {}, 2),
				node('Inner', `${CHAIN}agentTool`, {}, {}, 2),
				node('Mail', `${BASE}gmailTool`, { operation: 'send' }, {}, 2.1),
			);
			link(workflow, 'Every other day', 0, 'Agent');
			hang(workflow, 'Inner', 'ai_tool', 'Agent');
			hang(workflow, 'Mail', 'ai_tool', 'Inner');
		},
		'a send that also hangs on an agent': (workflow) => {
			workflow.nodes.push(
				node('Agent', `${CHAIN}agent`, {}, { disabled: true }, 2),
				node('Mail', `${BASE}gmail`, { operation: 'send', sendTo: 'x@example.com' }, {}, 2.1),
			);
			link(workflow, 'Every other day', 0, 'Mail');
			hang(workflow, 'Mail', 'ai_tool', 'Agent');
		},
		'a retriever that calls a workflow': (workflow) => {
			workflow.nodes.push(
				node('Chain', `${CHAIN}chainRetrievalQa`, {}, {}, 1.5),
				node('Get', `${CHAIN}retrieverWorkflow`),
			);
			link(workflow, 'Every other day', 0, 'Chain');
			hang(workflow, 'Get', 'ai_retriever', 'Chain');
		},
		'a sticky note as a step': (workflow) => {
			workflow.nodes.push(node('Note', `${BASE}stickyNote`), post('Mail', 'http://127.0.0.1/send'));
			link(workflow, 'Every other day', 0, 'Note');
			link(workflow, 'Note', 0, 'Mail');
		},
		'a request without a version': besides({
			...node('Call', `${BASE}httpRequest`, { method: 'POST', url: 'https://api.postmarkapp.com/email' }),
			typeVersion: undefined as never,
		}),
		'a main connection that names another type': (workflow) => {
			workflow.nodes.push(post('Mail', 'http://127.0.0.1/send'));
			workflow.connections['Every other day']?.main[0]?.push({
				node: 'Mail',
				type: 'ai_tool' as never,
				index: 0,
			});
		},
		'a webhook': started(`${BASE}webhook`),
		'a form': started(`${BASE}formTrigger`),
		'a chat': started(`${CHAIN}chatTrigger`),
		'an error trigger': started(`${BASE}errorTrigger`),
		'a mailbox that is polled': started(`${BASE}emailReadImap`),
		"somebody's trigger": started('n8n-nodes-acme.listen'),
	}),
];

const ASK = "await this.helpers.httpRequest({ url: 'https://x.example' });";
/** Text of a program that asks. */
const GO = `"fetch('https://x.example')"`;

/** 13: code that hides a request. */
export const hidden = attacks(
	13,
	Object.fromEntries(
		Object.entries({
			'a quote in a pattern': `const q = /'/; ${ASK} const r = /'/; return $input.all();`,
			'slashes in a template':
				'const u = `https://x.example`; await this.helpers.httpRequest({ url: u }); return $input.all();',
			'fetch in a template': 'const t = `${fetch("https://x.example")}`; return $input.all();',
			'a name put together':
				"await this['help' + 'ers'].httpRequest({ url: 'https://x.example' }); return $input.all();",
			'the constructor of a function': `const f = (() => {})['constructor']; f(${GO})(); return $input.all();`,
			'the constructor by a computed name': `const k = ['con', 'structor'].join(''); const f = (() => {})[k]; f(${GO})(); return $input.all();`,
			'the constructor by destructuring': `const { constructor: F } = () => {}; F(${GO})(); return $input.all();`,
			'a getter':
				"const o = { get x() { return globalThis.fetch('https://x.example'); } }; o.x; return $input.all();",
			'a function handed on': `const k = 'con' + 'structor'; [${GO}].map((() => {})[k]).map((f) => f()); return $input.all();`,
			'a method of its own': `const k = 'con' + 'structor'; const o = { map: (() => {})[k] }; o.map(${GO})(); return $input.all();`,
			'escaped letters': `th\\u0069s.helpers.httpRequest({ url: 'https://x.example' }); return $input.all();`,
			'a global by another name':
				"const g = globalThis; await g.fetch('https://x.example'); return $input.all();",
			require:
				"const h = require('https'); h.get('https://x.example').on('error', () => {}); return $input.all();",
			'a dynamic import':
				"const h = await import('https'); h.get('https://x.example').on('error', () => {}); return $input.all();",
			process: 'process.mainModule; return $input.all();',
			eval: `(0, eval)("fetch('https://x.example')"); return $input.all();`,
			'a tagged template': 'const f = fetch; f`https://x.example`; return $input.all();',
			'what cannot be read': 'return $input.all(;',
			'a call of what a call gave':
				"await Object.values({ a: fetch }).at(0)('https://x.example'); return $input.all();",
			'a class': "class A { constructor() { fetch('https://x.example'); } } new A(); return $input.all();",
		}).map(([does, source]) => [does, besides(code('Code', source))]),
	),
);

const operation = (type: string, resource: string, name: string, more: Record<string, unknown> = {}) =>
	besides(node('Do', `${BASE}${type}`, { resource, operation: name, ...more }));

/** 14: operations of n8n's own nodes that send. */
export const channels = attacks(14, {
	'Jira notify': operation('jira', 'issue', 'notify'),
	'GitHub invite': operation('github', 'user', 'invite'),
	'QuickBooks send an invoice': operation('quickbooks', 'invoice', 'send'),
	'Mautic send': operation('mautic', 'contact', 'sendEmail'),
	'Keap send': operation('keap', 'email', 'send'),
	'Home Assistant call': operation('homeAssistant', 'service', 'call'),
	'Slack to whom the item names': operation('slack', 'message', 'post', {
		select: 'user',
		user: { __rl: true, mode: 'id', value: '={{ $json.slack }}' },
	}),
	'Discord to whom the item names': operation('discord', 'message', 'send', {
		sendTo: 'user',
		userId: { __rl: true, mode: 'id', value: '={{ $json.discord }}' },
	}),
	'Google Business reply': operation('googleBusinessProfile', 'review', 'reply'),
	'Trello invite': operation('trello', 'boardMember', 'invite'),
	'Mattermost invite': operation('mattermost', 'user', 'invite'),
	'Freshservice announce': operation('freshservice', 'announcement', 'create'),
	'Redis publish': operation('redis', '', 'publish'),
	'Zendesk update': operation('zendesk', 'ticket', 'update'),
	'WordPress post': operation('wordpress', 'post', 'create'),
	'Twake send': operation('twake', 'message', 'send'),
	'Onfleet dispatch': operation('onfleet', 'team', 'autoDispatch'),
	'Reddit reply': operation('reddit', 'postComment', 'reply'),
	'Line notify': operation('line', 'notification', 'send'),
	'Customer.io event': operation('customerIo', 'event', 'track'),
	'Matrix to whom the item names': operation('matrix', 'message', 'create', { roomId: '={{ $json.room }}' }),
	'HubSpot single send': besides(post('Single', 'https://api.hubapi.com/marketing/v4/email/single-send')),
});

/** 16: nothing was looked at. */
export const nothing = attacks(16, {
	'no send at all': (workflow) => {
		workflow.nodes = [node('Every day', `${BASE}scheduleTrigger`), node('Pass', `${BASE}noOp`)];
		workflow.connections = connect([['Every day', 0, 'Pass']]);
	},
	'a disabled trigger': flag('Every other day', { disabled: true }),
	'a disabled send': [flag('Send email', { disabled: true })],
	'a spine without a trigger': (workflow) =>
		void (workflow.nodes = workflow.nodes.filter(({ name }) => name !== 'Every other day')),
	'a send nobody leads to': (workflow) => void workflow.nodes.push(post('Mail', 'http://127.0.0.1/send')),
	'an unknown node nobody leads to': (workflow) => void workflow.nodes.push(node('Odd', `${BASE}awsLambda`)),
	'a writer nobody leads to': (workflow) =>
		void workflow.nodes.push(node('Write', `${BASE}googleSheets`, { operation: 'append' }, {}, 4.5)),
	'a call nobody leads to': (workflow) =>
		void workflow.nodes.push(node('Call', `${BASE}executeWorkflow`, { workflowId: 'x' }, {}, 1.2)),
	'a second trigger that is disabled': (workflow) => {
		workflow.nodes.push({ ...node('Hook', `${BASE}webhook`), disabled: true });
		link(workflow, 'Hook', 0, 'Get due deliveries');
	},
	'no node at all': (workflow) => {
		workflow.nodes = [];
		workflow.connections = {};
	},
	'the confirmation cut off': (workflow) =>
		void (workflow.connections['Confirm before send'] = {
			main: [[{ node: 'Fail delivery', type: 'main', index: 0 }], []],
		}),
	'a generation in front that is unknown': afterClaim(node('Odd', 'n8n-nodes-acme.magic')),
});
