import { code, condition, get, node, BASE } from '../edit';
import type { SpineNode } from '../spine';
import { CHANNEL, looped, wait, written, strict, asked, kept, place } from './kinds';

/** Nodes that are put into a connection, by class. */
export const INSERTED: readonly (readonly [
	is: number,
	what: string,
	make: () => SpineNode,
	leaves?: number,
])[] = [
	[1, 'a loop of single items that ends at once', () => looped(1), 0],
	[1, 'a loop whose body leads on', () => looped(1), 1],
	[
		2,
		'a filter',
		() =>
			node(
				'Mutant',
				`${BASE}filter`,
				{ conditions: condition('={{ $json.vip }}', 'boolean', 'true', '', 'loose') },
				{},
				2.2,
			),
	],
	[2, 'a limit', () => node('Mutant', `${BASE}limit`, { maxItems: 1 })],
	[
		2,
		'an aggregate',
		() => node('Mutant', `${BASE}aggregate`, { aggregate: 'aggregateAllItemData', options: {} }),
	],
	[2, 'code that drops the last', () => code('Mutant', 'return $input.all().slice(0, -1);')],
	[2, 'code that keeps all', () => code('Mutant', 'return $input.all();')],
	[
		2,
		'an edit that keeps nothing',
		() => node('Mutant', `${BASE}set`, { includeOtherFields: false, options: {} }, {}, 3.4),
	],
	[2, 'an edit that writes a delivery', () => written(['delivery', 'none'])],
	[
		2,
		'a join on its second input',
		() =>
			node(
				'Mutant',
				`${BASE}merge`,
				{ mode: 'combine', combineBy: 'combineByPosition', options: {} },
				{},
				3.2,
			),
	],
	[3, 'a strict comparison', () => strict({})],
	[3, 'a strict comparison that goes on', () => strict({ onError: 'continueRegularOutput' })],
	[3, 'a node that stops', () => node('Mutant', `${BASE}stopAndError`, { errorMessage: 'x' })],
	[4, 'a GET to a host nobody knows', () => get('Mutant', 'https://unknown.example/notify')],
	[
		4,
		'a GET that sends by Telegram',
		() =>
			get(
				'Mutant',
				'=https://api.telegram.org/bot1/sendMessage?chat_id={{ $json.contact.properties.telegram }}&text=x',
			),
	],
	[4, 'a GET to a reader', () => kept('GET', 'https://api.hubapi.com/crm/v3/objects/contacts?limit=1')],
	[
		4,
		'a GET that tells the team in Slack',
		() => kept('GET', 'https://slack.com/api/chat.postMessage?channel=C1&text=x'),
	],
	[
		5,
		'items doubled',
		() =>
			node(
				'Mutant',
				`${BASE}set`,
				{ includeOtherFields: true, duplicateItem: true, duplicateCount: 1, options: {} },
				{},
				3.4,
			),
	],
	[5, 'code that doubles', () => code('Mutant', 'return $input.all().flatMap((item) => [item, item]);')],
	[6, 'a Wait of seconds', () => wait(5, 'seconds')],
	[6, 'a Wait of hours', () => wait(2, 'hours')],
	[8, 'an answer that says 422', () => written(['error', '422 - refused'], ['MessageID', 'made up'])],
	[8, 'an answer with a message id', () => written(['MessageID', 'made up'])],
	[
		9,
		'an edit of the contact',
		() => written(['contact', 'nobody'], ['to', 'ann@example.com'], ['email', 'ann@example.com']),
	],
	[
		9,
		'code that gives all the first',
		() =>
			code(
				'Mutant',
				'const [first] = $input.all(); return $input.all().map((_item, index) => ({ json: first.json, pairedItem: index }));',
			),
	],
	[
		12,
		'a sub-workflow nobody knows',
		() =>
			node(
				'Mutant',
				`${BASE}executeWorkflow`,
				{ workflowId: { ...place, value: 'not-there' }, options: {} },
				{},
				1.2,
			),
	],
	[
		13,
		'code that asks outside',
		() =>
			code('Mutant', "await fetch('https://unknown.example/do', { method: 'POST' }); return $input.all();"),
	],
	[
		13,
		'code with a request in a comment',
		() =>
			code(
				'Mutant',
				"// await fetch('https://unknown.example/do', { method: 'POST' });\nreturn $input.all();",
			),
	],
	[
		13,
		'code with a request in a text',
		() => code('Mutant', "const said = `await fetch('//')`;\nreturn said === '' ? [] : $input.all();"),
	],
	[
		13,
		'code with a quote in a pattern',
		() => code('Mutant', 'const quote = /["\']/;\nquote.test("fetch(");\nreturn $input.all();'),
	],
	[
		13,
		'code behind a quote in a pattern that asks outside',
		() =>
			code(
				'Mutant',
				'const quote = /["\']/;\nawait fetch("https://unknown.example/do", { method: "POST" });\nreturn $input.all();',
			),
	],
	[14, 'a POST to a host nobody knows', () => asked('POST', 'https://unknown.example/do')],
	[
		14,
		'a mail by Gmail',
		() =>
			node(
				'Mutant',
				`${BASE}gmail`,
				{ sendTo: '={{ $json.contact.properties.email }}', subject: 'x', message: 'x', options: {} },
				{},
				2.1,
			),
	],
	[
		14,
		'a mail by SMTP',
		() =>
			node(
				'Mutant',
				`${BASE}emailSend`,
				{
					fromEmail: 'a@example.com',
					toEmail: '={{ $json.contact.properties.email }}',
					subject: 'x',
					options: {},
				},
				{ onError: 'continueRegularOutput' },
				2.1,
			),
	],
	[
		14,
		'a message to the team',
		() =>
			node(
				'Mutant',
				`${BASE}slack`,
				{ select: 'channel', channelId: CHANNEL, text: 'x', otherOptions: {} },
				{ onError: 'continueRegularOutput' },
				2.3,
			),
	],
];
