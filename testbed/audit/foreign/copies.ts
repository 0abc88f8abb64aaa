import { BASE, beforeSend, CHAIN, code, cut, find, flag, get, insert, link, node, post, set } from '../edit';
import { foreign, type Change } from './table';
import { base, edited, fields, loop } from './flow';

const wait = base('Wait', 'wait', { amount: 1, unit: 'hours' }, 1.1);

/** 5: copies after the confirmation. */
export const copies = foreign(5, {
	'the same connection twice': [
		'n8n runs the send once for each entry: two mails',
		(workflow) => link(workflow, 'Confirm before send', 1, 'Send email'),
	],
	'a duplicate through Edit Fields by expression': [
		'Duplicate Item makes two',
		beforeSend(
			node(
				'Edit',
				`${BASE}set`,
				{ ...fields(['x', 'a']), duplicateItem: '={{ true }}', duplicateCount: 1 },
				{},
				3.4,
			),
		),
	],
	'a fallback provider on the error output': [
		'a send that timed out was taken: the fallback sends it again',
		(workflow) => {
			cut(workflow, 'Send email', 1);
			workflow.nodes.push(post('Send by another', 'http://127.0.0.1/send'));
			link(workflow, 'Send email', 1, 'Send by another');
			link(workflow, 'Send by another', 0, 'Commit delivery');
			link(workflow, 'Send by another', 1, 'Fail delivery');
		},
	],
	'the error output back to the send': [
		'a send that timed out is sent again',
		(workflow) => link(workflow, 'Send email', 1, 'Send email'),
	],
	'a failed send declared as one to replay': [
		'in doubt is claimed again although the first mail was taken',
		set('Fail delivery', { stage: 'send', retryable: 'yes' }),
	],
	'a failed send declared as one of generation to replay': [
		'in doubt is claimed again although the first mail was taken',
		set('Fail delivery', { stage: 'generation', retryable: 'yes' }),
	],
	'a replay chosen at run time': [
		'in doubt is claimed again',
		set('Fail delivery', { retryable: "={{ 'yes' }}" }),
	],
	'a Merge of all pairs': [
		'n items of one side times n of the other',
		(workflow) => {
			insert(
				workflow,
				'Confirm before send',
				1,
				node('Join', `${BASE}merge`, { mode: 'combine', combineBy: 'combineAll' }, {}, 3.2),
			);
			link(workflow, 'Every other day', 0, 'Join', 1);
		},
	],
	'a Merge by SQL': [
		'a query may return rows twice',
		(workflow) => {
			insert(
				workflow,
				'Confirm before send',
				1,
				node(
					'Join',
					`${BASE}merge`,
					{ mode: 'combineBySql', query: 'SELECT * FROM input1 a, input1 b' },
					{},
					3.2,
				),
			);
		},
	],
	'the old Function': [
		'doubles',
		beforeSend(base('Old', 'function', { functionCode: 'return [...items, ...items];' })),
	],
	'the old Item Lists': [
		'splits',
		beforeSend(base('Items', 'itemLists', { operation: 'splitOutItems', fieldToSplitOut: 'x' }, 3)),
	],
	'files of a folder': [
		'one item for each file',
		beforeSend(base('Files', 'readBinaryFiles', { fileSelector: '/data/*' })),
	],
	'files of a folder, new': [
		'one item for each file',
		beforeSend(base('Files', 'readWriteFile', { operation: 'read', fileSelector: '/data/*' })),
	],
	'the Debug Helper': [
		'makes items of its own',
		beforeSend(base('Debug', 'debugHelper', { category: 'randomData' })),
	],
	'an old loop': [
		'its one output runs again for each connection back',
		(workflow) => {
			insert(
				workflow,
				'Confirm before send',
				1,
				node('Loop', `${BASE}splitInBatches`, { batchSize: 1, options: { reset: true } }, {}, 1),
			);
			link(workflow, 'Send email', 0, 'Loop');
		},
	],
	'a loop that goes on for refused commits': [
		'the send is run again with the item that came back',
		(workflow) => {
			insert(workflow, 'Confirm before send', 1, loop('Loop'), 0);
			link(workflow, 'Loop', 1, 'Loop');
		},
	],
	'Compare Datasets': [
		'different items leave twice',
		(workflow) => {
			insert(
				workflow,
				'Confirm before send',
				1,
				base(
					'Compare',
					'compareDatasets',
					{ mergeByFields: { values: [{ field1: 'id', field2: 'id' }] } },
					2.3,
				),
			);
			link(workflow, 'Confirm before send', 1, 'Compare', 1);
		},
	],
	'a batch of all for each item': [
		'each item sends the batch of all items: n times n mails',
		set('Send email', {
			url: 'https://api.postmarkapp.com/email/batch',
			jsonBody:
				'={{ $input.all().map((item) => ({ To: item.json.contact.properties.email, TextBody: item.json.text })) }}',
		}),
		set('Commit delivery', { messageIdField: 'MessageID' }),
	],
	'a batch of two for one item': [
		'two mails of one request',
		set('Send email', {
			url: 'https://api.postmarkapp.com/email/batch',
			jsonBody:
				"={{ [1, 2].map(() => ({ To: $('Claim delivery').item.json.contact.properties.email, TextBody: 'x' })) }}",
		}),
		set('Commit delivery', { messageIdField: 'MessageID' }),
	],
	'two messages of SendGrid': [
		'one request, two mails to the same person',
		set('Send email', {
			url: 'https://api.sendgrid.com/v3/mail/send',
			jsonBody:
				"={{ { personalizations: [{ to: [{ email: $('Claim delivery').item.json.contact.properties.email }] }, { to: [{ email: $('Claim delivery').item.json.contact.properties.email }] }] } }}",
		}),
		set('Commit delivery', { messageIdField: '' }),
	],
	'an agent that sends': [
		'an agent calls its tool as often as it likes',
		(workflow) => {
			Object.assign(find(workflow, 'Send email'), {
				type: `${CHAIN}agent`,
				typeVersion: 2,
				parameters: { text: 'Send it' },
			});
			workflow.nodes.push(
				node('Mail', `${BASE}gmailTool`, { operation: 'send', sendTo: "={{ $fromAI('to') }}" }, {}, 2.1),
			);
			workflow.connections.Mail = { ai_tool: [[{ node: 'Send email', type: 'ai_tool', index: 0 }]] } as never;
		},
	],
	'a thank-you after the commit': [
		'a second mail after the commit',
		(workflow) => {
			workflow.nodes.push(
				node(
					'Thank',
					`${BASE}gmail`,
					{
						resource: 'message',
						operation: 'send',
						sendTo: "={{ $('Claim delivery').item.json.contact.properties.email }}",
					},
					{},
					2.1,
				),
			);
			link(workflow, 'Commit delivery', 1, 'Thank');
		},
	],
	'a rehearsal that is sent': [
		'version 2 leads rehearsals out by 2: a test mail to a real person',
		(workflow) => {
			find(workflow, 'Confirm before send').typeVersion = 2;
			link(workflow, 'Confirm before send', 2, 'Send email');
		},
	],
	'a send on the error output of the confirmation': [
		'the confirmation threw, nothing was granted',
		(workflow) => {
			flag('Confirm before send', { onError: 'continueErrorOutput' })(workflow);
			link(workflow, 'Confirm before send', 2, 'Send email');
		},
	],
	'a second output of the confirmation that does not exist': [
		'in version 2 it is the error output',
		(workflow) => {
			flag('Confirm before send', { onError: 'continueErrorOutput', typeVersion: 2 })(workflow);
			link(workflow, 'Confirm before send', 3, 'Send email');
		},
	],
});

const slept = (body: string): Change => beforeSend(code('Sleep', `${body} return $input.all();`));

/** 6: time between confirmation and send. */
export const time = foreign(6, {
	'Code that sleeps': [
		'the lease is over',
		slept('await new Promise((resolve) => setTimeout(resolve, 3600000));'),
	],
	'Code that is busy': [
		'the lease is over',
		slept('const until = Date.now() + 3600000; while (Date.now() < until) {}'),
	],
	'Code that counts': ['the lease is over', slept('let n = 0; for (let i = 0; i < 1e12; i += 1) n += i;')],
	'an old Wait': ['the lease is over', beforeSend(base('Wait', 'wait', { amount: 1, unit: 'hours' }))],
	'a Wait inside a called workflow': [
		'the lease is over',
		beforeSend(
			base(
				'Call',
				'executeWorkflow',
				{
					source: 'parameter',
					workflowJson: JSON.stringify({
						id: 'inline',
						name: 'inline',
						nodes: [base('Start', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, 1.1), wait],
						connections: { Start: { main: [[{ node: 'Wait', type: 'main', index: 0 }]] } },
						settings: {},
					}),
				},
				1.2,
			),
		),
	],
	'a Merge that waits for the slow side': [
		'the confirmed items wait for the other side',
		(workflow) => {
			insert(
				workflow,
				'Confirm before send',
				1,
				node('Join', `${BASE}merge`, { mode: 'chooseBranch' }, {}, 3.2),
			);
			workflow.nodes.push(wait);
			link(workflow, 'Every other day', 0, 'Wait');
			link(workflow, 'Wait', 0, 'Join', 1);
		},
	],
	'pauses of the old request node': [
		'one minute between items, all confirmed at once',
		set('Send email', { options: { batchSize: 1, batchInterval: 60000 } }),
		flag('Send email', { typeVersion: 2 }),
		set('Send email', {
			requestMethod: 'POST',
			jsonParameters: true,
			bodyParametersJson: '={{ { to: $json.contact.properties.email } }}',
		}),
	],
	'pauses given as text': [
		'one minute between items',
		set('Send email', { options: { batching: { batch: { batchSize: '1', batchInterval: '600000' } } } }),
	],
	'pauses by expression': [
		'one minute between items',
		set('Send email', { options: { batching: { batch: { batchSize: 1, batchInterval: '={{ 600000 }}' } } } }),
	],
	'pauses chosen by a field': [
		'as long as the field says',
		set('Send email', { options: { batching: '={{ $json.batching }}' } }),
	],
	'a timeout longer than the lease': [
		'the answer comes after the lease was settled',
		set('Send email', { options: { timeout: 86400000 } }),
	],
	'a query that logs': [
		'a locked table holds the send',
		beforeSend(base('Log', 'postgres', { operation: 'insert' }, 2.5)),
	],
	'a row of a sheet': [
		'a quota holds the send',
		beforeSend(base('Log', 'googleSheets', { operation: 'append' }, 4.5)),
	],
	'a request to HubSpot': [
		'a slow answer holds the send',
		beforeSend(get('Look', 'https://api.hubapi.com/crm/v3/objects/contacts/1')),
	],
	'a stability check': [
		'asks its sources before the send',
		beforeSend(node('Check', 'stabilizationCheck', { operation: 'release' })),
	],
	'a snapshot': [
		'reads a lot before the send',
		beforeSend(node('Snap', 'rollbackSnapshot', { operation: 'capture' })),
	],
	'an old Function that sleeps': [
		'the lease is over',
		beforeSend(
			base('Old', 'function', {
				functionCode: 'await new Promise((r) => setTimeout(r, 3600000)); return items;',
			}),
		),
	],
	'a command': ['sleeps', beforeSend(base('Sleep', 'executeCommand', { command: 'sleep 3600' }))],
	'a page of a form': ['waits for a person', beforeSend(base('Form', 'form', { operation: 'completion' }))],
	'approval by Send Email': [
		'waits for a person',
		beforeSend(base('Ask', 'emailSend', { operation: 'sendAndWait', toEmail: 'boss@example.com' }, 2.1)),
	],
	'approval by Discord': [
		'waits for a person',
		beforeSend(base('Ask', 'discord', { resource: 'message', operation: 'sendAndWait' }, 2)),
	],
	'approval by WhatsApp': [
		'waits for a person',
		beforeSend(base('Ask', 'whatsApp', { resource: 'message', operation: 'sendAndWait' })),
	],
	'approval by Google Chat': [
		'waits for a person',
		beforeSend(base('Ask', 'googleChat', { resource: 'message', operation: 'sendAndWait' })),
	],
	'approval by Outlook': [
		'waits for a person',
		beforeSend(base('Ask', 'microsoftOutlook', { resource: 'message', operation: 'sendAndWait' }, 2)),
	],
	'an expression that takes time': [
		'the lease is over',
		beforeSend(edited('Edit', ['x', '={{ Array.from({ length: 1e9 }).map((_, i) => i).length }}'])),
	],
});
