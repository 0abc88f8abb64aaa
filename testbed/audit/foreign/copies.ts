import { BASE, beforeSend, CHAIN, cut, find, flag, insert, link, node, post, set } from '../edit';
import { base, fields, loop } from './shapes';
import { foreign } from './table';

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
