/**
 * Edits of the shipped templates, each with the class the doctrine gives it (docs/reference/doctrines/quiet-content-delivery.md,
 * lines 60 to 110), written down before the rule was asked. Where the doctrine names nothing, its last word holds: if unsure,
 * critical. *Stricter on purpose* says why an edit that may do nothing is critical all the same.
 */
import { describe, expect, test } from '@jest/globals';
import type { RiskClass } from '../../../../core/release/policy/schema';
import {
	alert,
	assign,
	both,
	classBetween,
	insert,
	nodeOf,
	put,
	set,
	setNode,
	shipped,
	type Edit,
} from './edits';

type Row = readonly [what: string, expected: RiskClass, edit: Edit, first?: Edit];

const held = (file: string, rows: readonly Row[]): void => {
	const base = shipped(file);
	test.each(rows.map(([what, expected, edit, first]) => ({ what, expected, edit, first })))(
		'$what: $expected',
		({ expected, edit, first }) => expect(classBetween(base, edit, first)).toBe(expected),
	);
};

const slack = (name: string, text: string, more: object = {}) => alert(name, text, more);
const afterCommit = (text: string, more: object = {}): Edit =>
	insert('Commit Delivery', 1, slack('Tell', text, more));
const inWay = (text: string, more: object = {}): Edit =>
	insert('Confirm Before Send', 1, slack('Tell', text, more));
const tool = (parameters: object) => ({
	name: 'Mail Tool',
	type: 'n8n-nodes-base.gmailTool',
	typeVersion: 2.1,
	position: [0, 0],
	parameters: { resource: 'message', operation: 'send', ...parameters },
});
/** A model agent that may send mail, in the place of the generation. */
const agent =
	(to: string): Edit =>
	(copy) => {
		insert('Claim Delivery', 1, setNode('Whom', 'to', 'a@example.com'))(copy);
		insert('Whom', 0, {
			name: 'Agent',
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: 2,
			parameters: { promptType: 'define', text: 'Write.' },
		})(copy);
		copy.nodes.push(tool({ sendTo: to }));
		copy.connections['Mail Tool'] = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
	};
const credentials = (id: string): Edit =>
	put('Send Email', { credentials: { postmarkApi: { id, name: 'Postmark' } } });
const declared = (role: string) =>
	`Why.\n\`\`\`release-gate-audit\n{"nodes": [{"name": "Send Email", "role": "${role}"}]}\n\`\`\``;

describe('edits of the content delivery spine', () => {
	describe('the doctrine names them', () =>
		held('content-delivery-spine.json', [
			['the wording of the prompt', 'controlled', assign('Set Config', 'prompt', 'Other words.')],
			['a prompt that becomes an expression', 'controlled', assign('Set Config', 'prompt', '={{ $vars.p }}')],
			['the model', 'controlled', assign('Set Config', 'model', 'gpt-7')],
			[
				'the address of the generating vendor',
				'controlled',
				assign('Set Config', 'generationUrl', 'https://api.openai.com/v1/responses'),
			],
			['the pace of the generating vendor', 'controlled', set('Generate Text', 'options.timeout', 1000)],
			[
				'a temperature in its body',
				'controlled',
				(copy) => {
					const { parameters } = nodeOf(copy, 'Generate Text');
					parameters.jsonBody = String(parameters.jsonBody).replace('{ model:', '{ temperature: 0.2, model:');
				},
			],
			[
				'what the prompt is told of the reader',
				'controlled',
				(copy) => {
					const { parameters } = nodeOf(copy, 'Generate Text');
					parameters.jsonBody = String(parameters.jsonBody).replace('topic:', 'theme:');
				},
			],
			['who is eligible', 'controlled', set('Configure Spine', 'properties.critical', 'email')],
			['the defaults of properties', 'controlled', set('Configure Spine', 'properties.defaults', '{}')],
			['how often', 'critical', set('Configure Spine', 'every', 'P1D')],
			['the anchor', 'critical', set('Configure Spine', 'anchor', '2026-11-02T10:00')],
			['the time zone of the spine', 'critical', set('Configure Spine', 'timeZone', 'UTC')],
			['the smallest gap', 'critical', set('Configure Spine', 'advanced.minimumGap', 'PT1H')],
			['the schedule', 'critical', set('Check Every 15 Minutes', 'rule', { interval: [{ field: 'hours' }] })],
			['the time zone of the workflow', 'critical', (copy) => (copy.settings.timezone = 'UTC')],
			[
				'the property that counts deliveries',
				'critical',
				set('Configure Spine', 'properties.deliveryCount', 'n'),
			],
			['the lease of a claim', 'critical', set('Claim Delivery', 'leaseMinutes', 1)],
			['where a claim finds its delivery', 'critical', set('Claim Delivery', 'source', 'field')],
			['the provider of a commit', 'critical', set('Commit Delivery', 'provider', 'sendGrid')],
			['which id a commit keeps', 'critical', set('Commit Delivery', 'assetIdField', 'other')],
			['whether a failure may be tried again', 'critical', set('Record Unfit Text', 'retryable', 'no')],
			['the stage of a failure', 'critical', set('Record Failed Send', 'stage', 'generation')],
			[
				'the text that is mailed',
				'critical',
				(copy) => {
					const { parameters } = nodeOf(copy, 'Send Email');
					parameters.jsonBody = String(parameters.jsonBody).replace('.trim()', '');
				},
			],
			['the subject', 'critical', assign('Set Config', 'subject', 'News')],
			['the sender', 'critical', assign('Set Config', 'fromAddress', 'x@example.com')],
			['the message stream', 'critical', assign('Set Config', 'messageStream', 'broadcast')],
			['where mail is sent', 'critical', assign('Set Config', 'sendUrl', 'https://example.com')],
			['the pace of mail', 'critical', assign('Set Config', 'emailsPerMinute', 1)],
			['a guardrail’s limit', 'critical', assign('Set Config', 'maximumLength', 9)],
			[
				'a guardrail’s words',
				'critical',
				(copy) => {
					const text = JSON.stringify(nodeOf(copy, 'Is Text Unfit?').parameters).replace(
						'lorem ipsum',
						'dolor',
					);
					nodeOf(copy, 'Is Text Unfit?').parameters = JSON.parse(text) as Record<string, unknown>;
				},
			],
			['the spine', 'critical', assign('Set Config', 'spine', 'other')],
			['how many are taken at once', 'critical', set('Get Due Deliveries', 'limit', 5000)],
			['a shadow run', 'critical', set('Get Due Deliveries', 'shadow', true)],
		]));

	describe('how a node behaves', () =>
		held('content-delivery-spine.json', [
			['a retry on the send', 'critical', put('Send Email', { retryOnFail: true })],
			[
				'more tries of a send that retries',
				'critical',
				put('Send Email', { maxTries: 5 }),
				put('Send Email', { retryOnFail: true }),
			],
			[
				'the wait between tries',
				'critical',
				put('Send Email', { waitBetweenTries: 5000 }),
				put('Send Email', { retryOnFail: true }),
			],
			['tries of a node that does not retry: nothing changes', 'safe', put('Send Email', { maxTries: 5 })],
			[
				'tries written out that are n8n’s own',
				'safe',
				put('Send Email', { maxTries: 3, waitBetweenTries: 1000 }),
				put('Send Email', { retryOnFail: true }),
			],
			['what a failed send does', 'critical', put('Send Email', { onError: 'continueRegularOutput' })],
			['the old way to go on', 'critical', put('Claim Delivery', { continueOnFail: true })],
			['a disabled claim', 'critical', put('Claim Delivery', { disabled: true })],
			['a disabled commit', 'critical', put('Commit Delivery', { disabled: true })],
			['a disabled guardrail', 'critical', put('Is Text Unfit?', { disabled: true })],
			['output where there is none', 'critical', put('Get Due Deliveries', { alwaysOutputData: true })],
			['once instead of for each', 'critical', put('Send Email', { executeOnce: true })],
			['another version of a node', 'critical', put('Send Email', { typeVersion: 4.3 })],
			['another type', 'critical', put('Send Email', { type: 'n8n-nodes-base.noOp' })],
			['a credential where there was none', 'critical', credentials('1')],
			['another account at the sender', 'critical', credentials('2'), credentials('1')],
			[
				'another name of the same credential',
				'safe',
				put('Send Email', { credentials: { postmarkApi: { id: '1', name: 'B' } } }),
				credentials('1'),
			],
			[
				'another ledger',
				'critical',
				put('Claim Delivery', { credentials: { releaseGateLedgerApi: { id: '2', name: 'L' } } }),
				put('Claim Delivery', { credentials: { releaseGateLedgerApi: { id: '1', name: 'L' } } }),
			],
		]));

	describe('the workflow', () =>
		held('content-delivery-spine.json', [
			[
				'a claim left out',
				'critical',
				(copy) =>
					(copy.connections['Route Deliveries']!.main![1] = copy.connections['Claim Delivery']!.main![1]!),
			],
			[
				'a node taken away',
				'critical',
				(copy) => {
					copy.nodes = copy.nodes.filter(({ name }) => name !== 'Is Text Unfit?');
					delete copy.connections['Is Text Unfit?'];
					copy.connections['Generate Text']!.main![0] = [
						{ node: 'Confirm Before Send', type: 'main', index: 0 },
					];
				},
			],
			['outputs swapped', 'critical', (copy) => copy.connections['Is Text Unfit?']!.main!.reverse()],
			[
				'a second send',
				'critical',
				insert('Send Email', 0, { name: 'Again', type: 'n8n-nodes-base.emailSend', typeVersion: 2.1 }),
			],
			[
				'a wait before the send',
				'critical',
				insert('Confirm Before Send', 1, { name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1 }),
			],
			[
				'code before the send',
				'critical',
				insert('Confirm Before Send', 1, {
					name: 'Code',
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					parameters: { jsCode: 'return $input.all();' },
				}),
			],
			[
				'a call of another workflow',
				'critical',
				insert('Commit Delivery', 1, {
					name: 'Call',
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
				}),
			],
			[
				'which workflow is called',
				'critical',
				set('Call', 'workflowId', '2'),
				insert('Commit Delivery', 1, {
					name: 'Call',
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
					parameters: { workflowId: '1' },
				}),
			],
			[
				'words of code',
				'critical',
				set('Code', 'jsCode', 'return [];'),
				insert('Confirm Before Send', 1, {
					name: 'Code',
					type: 'n8n-nodes-base.code',
					typeVersion: 2,
					parameters: { jsCode: 'return $input.all();' },
				}),
			],
			['the order of execution', 'critical', (copy) => (copy.settings.executionOrder = 'v0')],
			['who may call it', 'critical', (copy) => (copy.settings.callerPolicy = 'any')],
			['how long it may run', 'critical', (copy) => (copy.settings.executionTimeout = 60)],
			['an error workflow where there was none', 'safe', (copy) => (copy.settings.errorWorkflow = '1')],
			[
				'another error workflow',
				'critical',
				(copy) => (copy.settings.errorWorkflow = '2'),
				(copy) => (copy.settings.errorWorkflow = '1'),
			],
			[
				'no error workflow any more',
				'critical',
				(copy) => delete copy.settings.errorWorkflow,
				(copy) => (copy.settings.errorWorkflow = '1'),
			],
			[
				'pinned data, which n8n uses by hand only',
				'safe',
				(copy) => (copy.pinData = { 'Send Email': [{ json: {} }] }),
			],
			['places', 'safe', put('Send Email', { position: [9, 9] })],
			['a note', 'safe', put('Send Email', { notes: 'Ask Ada.' })],
			[
				'a sticky note',
				'safe',
				(copy) =>
					copy.nodes.push({ name: 'Hint', type: 'n8n-nodes-base.stickyNote', parameters: { content: 'x' } }),
			],
			[
				'what a note declares to the audit',
				'critical',
				put('Send Email', { notes: declared('reader') }),
				put('Send Email', { notes: declared('sender') }),
			],
		]));

	describe('alerts', () =>
		held('content-delivery-spine.json', [
			['an alert’s words', 'safe', set('Tell', 'text', 'Done and well.'), afterCommit('Done.')],
			[
				'an alert’s words around what stays',
				'safe',
				set('Tell', 'text', '=Sent: {{ $json.delivery.key }}'),
				afterCommit('=Done: {{ $json.delivery.key }}'),
			],
			[
				'an alert’s new expression, which may stop the run',
				'critical',
				set('Tell', 'text', '={{ $json.a.b.c }}'),
				afterCommit('Done.'),
			],
			[
				'the same where the node goes on',
				'safe',
				set('Tell', 'text', '={{ $json.a.b.c }}'),
				afterCommit('Done.', { onError: 'continueRegularOutput' }),
			],
			['an alert on the way to the send', 'critical', set('Tell', 'text', 'b'), inWay('a')],
			[
				'the same where the node goes on, on the way',
				'critical',
				set('Tell', 'text', 'b'),
				inWay('a', { onError: 'continueRegularOutput' }),
			],
			[
				'an alert that waits for an answer',
				'critical',
				set('Tell', 'operation', 'sendAndWait'),
				afterCommit('Done.'),
			],
			[
				'an alert that becomes a send',
				'critical',
				put('Tell', { type: 'n8n-nodes-base.emailSend' }),
				afterCommit('Done.'),
			],
			[
				'a send that becomes an alert',
				'critical',
				set('Post', 'url', 'https://hooks.slack.com/services/a/b/c'),
				insert('Commit Delivery', 1, {
					name: 'Post',
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: { method: 'POST', url: 'https://api.postmarkapp.com/email' },
				}),
			],
			[
				'an alert’s words in Set Config',
				'safe',
				assign('Set Config', 'said', 'b'),
				both(assign('Set Config', 'said', 'a'), afterCommit("={{ $('Set Config').first().json.said }}")),
			],
			[
				'the same on the way to the send',
				'critical',
				assign('Set Config', 'said', 'b'),
				both(assign('Set Config', 'said', 'a'), inWay("={{ $('Set Config').first().json.said }}")),
			],
			[
				'an expression that may stop Set Config, for an alert',
				'critical',
				assign('Set Config', 'said', '={{ $json.a.b }}'),
				both(assign('Set Config', 'said', 'a'), afterCommit("={{ $('Set Config').first().json.said }}")),
			],
		]));

	describe('values that nothing seems to look at', () =>
		held('content-delivery-spine.json', [
			['a text', 'safe', assign('Set Config', 'owner', 'Ada')],
			[
				'an expression, which may stop the run',
				'critical',
				assign('Set Config', 'owner', '={{ $json.a.b }}'),
			],
			[
				'a text where a number is said to be, which n8n refuses',
				'critical',
				assign('Set Config', 'owner', 'Ada', 'number'),
			],
			['a number', 'safe', assign('Set Config', 'floor', 3, 'number')],
			[
				'what a path below it is read by',
				'critical',
				assign('Set Config', 'mail.from', 'b'),
				both(
					assign('Set Config', 'mail.from', 'a'),
					set('Send Email', 'jsonBody', "={{ $('Set Config').first().json.mail.from }}"),
				),
			],
			[
				'the envelope of a delivery',
				'critical',
				set('Mark', 'assignments.assignments', [
					{ id: 'd', name: 'delivery', value: '={{ {} }}', type: 'object' },
				]),
				insert('Claim Delivery', 1, setNode('Mark', 'mark', 'a')),
			],
			[
				'the token in the envelope',
				'critical',
				assign('Mark', 'delivery.token', 1, 'number'),
				insert('Claim Delivery', 1, setNode('Mark', 'mark', 'a')),
			],
			[
				'the id that a commit keeps, by its name',
				'critical',
				assign('Mark', 'id', 'b'),
				insert('Is Text Unfit?', 1, setNode('Mark', 'id', 'a')),
			],
			[
				'behind a disabled node',
				'critical',
				assign('Mark', 'to', 'b'),
				both(
					insert('Confirm Before Send', 1, setNode('Mark', 'to', 'a')),
					insert('Mark', 0, { name: 'Off', type: 'n8n-nodes-base.code', typeVersion: 2, disabled: true }),
					set('Send Email', 'jsonBody', '={{ $json.to }}'),
				),
			],
			['by a tool that hangs on an agent', 'critical', assign('Whom', 'to', 'b'), agent('={{ $json.to }}')],
			[
				'by a queue that sends whole items',
				'critical',
				assign('Mark', 'to', 'b'),
				both(
					insert('Commit Delivery', 1, setNode('Mark', 'to', 'a')),
					insert('Mark', 0, {
						name: 'Queue',
						type: 'n8n-nodes-base.rabbitmq',
						typeVersion: 1.1,
						parameters: { queue: 'mails' },
					}),
				),
			],
			[
				'by a database that is told names',
				'critical',
				assign('Mark', 'to', 'b'),
				both(
					insert('Commit Delivery', 1, setNode('Mark', 'to', 'a')),
					insert('Mark', 0, {
						name: 'Keep',
						type: 'n8n-nodes-base.mongoDb',
						typeVersion: 1.1,
						parameters: { operation: 'insert', collection: 'c', fields: 'from, to' },
					}),
				),
			],
			[
				'by a node that sorts',
				'critical',
				assign('Mark', 'rank', 'b'),
				both(
					insert('Get Due Deliveries', 0, setNode('Mark', 'rank', 'a')),
					insert('Mark', 0, {
						name: 'Sort',
						type: 'n8n-nodes-base.sort',
						typeVersion: 1,
						parameters: { sortFieldsUi: { sortField: [{ fieldName: 'rank' }] } },
					}),
				),
			],
			[
				'through another Set node, under another name',
				'critical',
				assign('Set Config', 'a', '2'),
				both(
					assign('Set Config', 'a', '1'),
					assign('Set Config', 'b', "={{ $('Set Config').first().json.a }}"),
					set('Send Email', 'jsonBody', "={{ $('Set Config').first().json.b }}"),
				),
			],
			[
				'other fields dropped',
				'critical',
				set('Mark', 'includeOtherFields', false),
				insert('Claim Delivery', 1, setNode('Mark', 'mark', 'a')),
			],
		]));
});

describe('edits of table-delivery', () =>
	held('table-delivery.json', [
		['which rows are read', 'critical', set('Get Rows', 'query', 'SELECT * FROM recipients')],
		[
			'what is written back',
			'critical',
			set('Write Row', 'query', 'UPDATE recipients SET delivery_count = 0'),
		],
		['the copy that is mailed', 'critical', assign('Set Config', 'text', 'Hello')],
		['where doubts are asked', 'critical', assign('Set Config', 'searchUrl', 'https://example.com')],
		['how doubts are settled', 'critical', set('Settle by Answer', 'settleBy', 'policy')],
		['what a rehearsal lists, for people’s eyes', 'safe', assign('List What Would Be Sent', 'subject', 'x')],
		['the text of a stopped send', 'critical', set('Record Stopped Send', 'reason', 'x')],
		['a value nothing looks at', 'safe', assign('Set Config', 'owner', 'Ada')],
		['who is eligible', 'controlled', set('Configure Spine', 'properties.critical', 'email, firstname')],
	]));

describe('edits of order-to-erp', () =>
	held('order-to-erp.json', [
		['the address it listens on', 'critical', set('Receive Order', 'path', 'orders')],
		['who may post to it', 'critical', set('Receive Order', 'authentication', 'none')],
		['what makes an order one', 'critical', set('Claim Order', 'key', 'body.id')],
		['what is not known', 'critical', set('Claim Order', 'whenUnknown', 'hold')],
		['what is created', 'critical', set('Create Order', 'jsonBody', '={{ {} }}')],
		['where it is created', 'critical', set('Create Order', 'url', 'https://other.example.com')],
		['how long it waits', 'critical', set('Create Order', 'options.timeout', 1)],
		['what the caller is told', 'critical', set('Acknowledge Created', 'responseBody', '={{ {} }}')],
		['whether a retry is asked for', 'critical', set('Acknowledge Unavailable', 'options.responseCode', 200)],
		[
			'the question before the order',
			'critical',
			set('Ask for the Order', 'url', 'https://erp.example.com/all'),
		],
		[
			'a field the claim goes by',
			'critical',
			assign('Mark', 'body.orderNumber', '2'),
			insert('Receive Order', 0, setNode('Mark', 'body.orderNumber', '1')),
		],
	]));

describe('stricter on purpose', () => {
	// n8n finds nodes by name, also from expressions nobody can read.
	held('content-delivery-spine.json', [
		[
			'another name of a node',
			'critical',
			(copy) => {
				nodeOf(copy, 'Record Unfit Text').name = 'Record Bad Text';
				copy.connections['Is Text Unfit?']!.main![0]![0]!.node = 'Record Bad Text';
			},
		],
	]);
	// Who switches it on later does so without a look at what is in it.
	held('content-delivery-spine.json', [
		[
			'a change in a disabled node',
			'critical',
			set('Off', 'jsCode', 'return [];'),
			insert('Commit Delivery', 1, {
				name: 'Off',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				disabled: true,
				parameters: { jsCode: 'return $input.all();' },
			}),
		],
	]);
	// What is kept of executions decides what can be found out after an incident.
	held('content-delivery-spine.json', [
		['what is kept of executions', 'critical', (copy) => (copy.settings.saveDataErrorExecution = 'none')],
	]);
	// Whoever draws the next connection makes it run.
	held('content-delivery-spine.json', [
		[
			'a node that nothing leads to',
			'critical',
			(copy) => copy.nodes.push({ name: 'Loose', type: 'n8n-nodes-base.noOp', parameters: {} }),
		],
	]);
	// Nobody can tell a rehearsal's node from a live one but by the path that leads to it.
	held('content-delivery-spine.json', [
		['the claim of rehearsals', 'critical', set('Claim Rehearsal', 'leaseMinutes', 1)],
	]);
});
