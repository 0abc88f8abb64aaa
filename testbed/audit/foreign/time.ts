import { BASE, beforeSend, code, flag, get, insert, link, node, set } from '../edit';
import { base, edited } from './shapes';
import { foreign, type Change } from './table';

const wait = base('Wait', 'wait', { amount: 1, unit: 'hours' }, 1.1);

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
