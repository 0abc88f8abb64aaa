import { BASE, beforeSend, CHAIN, code, find, insert, link, node, post, set } from '../edit';
import { attacks } from './attack';
import { switchOf } from './flow';

const all = { allMatchingOutputs: true, fallbackOutput: 'extra' };

/** 5: copies after the confirmation. */
export const copies = attacks(5, {
	'a Switch with all matching outputs': beforeSend(switchOf(all)),
	'a Switch with all matching outputs by expression': beforeSend(
		switchOf({ ...all, allMatchingOutputs: '={{ true }}' }),
	),
	'Edit Fields that duplicates': beforeSend(
		node('Edit', `${BASE}set`, { duplicateItem: true, duplicateCount: 2, includeOtherFields: true }, {}, 3.4),
	),
	'a table read from a file': beforeSend(
		node('From file', `${BASE}extractFromFile`, { operation: 'csv' }, {}, 1),
	),
	'a list split': beforeSend(node('Split', `${BASE}splitOut`, { fieldToSplitOut: 'parts' }, {}, 1)),
	'Code that doubles': beforeSend(code('Twice', 'return [...$input.all(), ...$input.all()];')),
	'Code that reads what all items held': beforeSend(code('All', "return $('Get due deliveries').all();")),
	'a second connection to the send': (workflow) => {
		workflow.nodes.push(node('Aside', `${BASE}noOp`));
		link(workflow, 'Confirm before send', 1, 'Aside');
		link(workflow, 'Aside', 0, 'Send email');
	},
	'a Merge of two ways of one item': (workflow) => {
		insert(workflow, 'Confirm before send', 1, node('Join', `${BASE}merge`, {}, {}, 3.2));
		link(workflow, 'Confirm before send', 1, 'Join', 1);
	},
	'two sends of one item': (workflow) => {
		workflow.nodes.push(post('Send as well', 'http://127.0.0.1/send'));
		link(workflow, 'Confirm before send', 1, 'Send as well');
		link(workflow, 'Send as well', 0, 'Commit delivery');
		link(workflow, 'Send as well', 1, 'Fail delivery');
	},
	'a done output reached by confirmed items': (workflow) => {
		insert(
			workflow,
			'Confirm before send',
			1,
			node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3),
			0,
		);
		workflow.nodes.push(node('Pass', `${BASE}noOp`));
		link(workflow, 'Loop', 1, 'Pass');
		link(workflow, 'Pass', 0, 'Loop');
	},
	'a loop with reset': (workflow) => {
		insert(
			workflow,
			'Confirm before send',
			1,
			node('Loop', `${BASE}splitInBatches`, { options: { reset: true } }, {}, 3),
			1,
		);
		link(workflow, 'Send email', 0, 'Loop');
	},
	'further pages of the send': set('Send email', { options: { pagination: { pagination: {} } } }),
	'a query that finds several rows': beforeSend(
		node('Rows', `${BASE}postgres`, { operation: 'select' }, {}, 2.5),
	),
	'a send back to the send': (workflow) => link(workflow, 'Send email', 0, 'Send email'),
});

/** 6: time between confirmation and send. */
export const time = attacks(6, {
	'a Wait': beforeSend(node('Wait', `${BASE}wait`, { amount: 1, unit: 'hours' }, {}, 1.1)),
	'a Wait for a call': beforeSend(node('Wait', `${BASE}wait`, { resume: 'webhook' }, {}, 1.1)),
	'a form': beforeSend(node('Form', `${BASE}form`, {}, {}, 1)),
	'approval in Slack': beforeSend(
		node('Ask', `${BASE}slack`, { resource: 'message', operation: 'sendAndWait' }, {}, 2.3),
	),
	'approval by mail': beforeSend(
		node(
			'Ask',
			`${BASE}gmail`,
			{ resource: 'message', operation: 'sendAndWait', sendTo: 'boss@example.com' },
			{},
			2.1,
		),
	),
	'approval in Telegram': beforeSend(
		node('Ask', `${BASE}telegram`, { resource: 'message', operation: 'sendAndWait' }, {}, 1.2),
	),
	'approval in Teams': beforeSend(
		node('Ask', `${BASE}microsoftTeams`, { resource: 'chatMessage', operation: 'sendAndWait' }, {}, 2),
	),
	generation: beforeSend(node('Ask', `${CHAIN}chainLlm`, {}, { onError: 'continueErrorOutput' }, 1.5)),
	'a loop with a Wait in it': (workflow) => {
		insert(
			workflow,
			'Confirm before send',
			1,
			node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3),
			1,
		);
		insert(workflow, 'Commit delivery', 1, node('Wait', `${BASE}wait`, {}, {}, 1.1));
		link(workflow, 'Wait', 0, 'Loop');
		for (const [from, output] of [
			['Commit delivery', 0],
			['Fail delivery', 0],
			['Fail delivery', 1],
		] as const)
			link(workflow, from, output, 'Loop');
	},
	'a look-up': beforeSend(
		node('Look', `${BASE}redis`, { operation: 'get' }, { onError: 'continueErrorOutput' }, 1),
	),
	'hours between batches of the send': set('Send email', {
		options: { batching: { batch: { batchSize: 1, batchInterval: 60_000 } } },
	}),
	'a pause between batches that is chosen at run time': set('Send email', {
		options: { batching: { batch: { batchSize: 1, batchInterval: '={{ $json.pause }}' } } },
	}),
	'a chat that waits': beforeSend(node('Chat', `${CHAIN}chat`, { operation: 'sendAndWait' }, {}, 1)),
	'a send that waits for an answer': (workflow) => {
		Object.assign(find(workflow, 'Send email'), {
			type: `${BASE}gmail`,
			typeVersion: 2.1,
			parameters: {
				resource: 'message',
				operation: 'sendAndWait',
				sendTo: "={{ $('Claim delivery').item.json.contact.properties.email }}",
			},
		});
		find(workflow, 'Commit delivery').parameters.messageIdField = 'id';
	},
});
