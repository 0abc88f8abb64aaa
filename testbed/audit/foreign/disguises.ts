import { afterClaim, BASE, besides, code, get, insert, node, post, set } from '../edit';
import type { SpineNode } from '../spine';
import { edited } from './shapes';
import { OWN } from './sends';
import { foreign, type Change } from './table';

const FIRST = "$('Claim delivery').first().json.delivery";
const ROUTED = "$('Route deliveries').first().json.delivery";
const raw = (name: string, jsonOutput: string): SpineNode =>
	node(name, `${BASE}set`, { mode: 'raw', jsonOutput, includeOtherFields: true, options: {} }, {}, 3.4);
/** Code before the claim, where nothing is held yet. */
const coded =
	(body: string): Change =>
	(workflow) =>
		insert(workflow, 'Route deliveries', 1, code('Edit', body));

/** 2: the envelope put in the place of others under names that are worked out. */
export const disguisedLosses = foreign(2, {
	'the first envelope under a computed name': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		afterClaim(raw('Edit', `={{ ({ ...$json, ['deli' + 'very']: ${FIRST} }) }}`)),
	],
	'the first envelope from entries': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		afterClaim(raw('Edit', `={{ Object.fromEntries([['delivery', ${FIRST}]]) }}`)),
	],
	'the first envelope merged in': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		afterClaim(raw('Edit', `={{ Object.assign({}, $json, $('Claim delivery').first().json) }}`)),
	],
	'Rename Keys by a pattern': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		(workflow) => {
			insert(workflow, 'Route deliveries', 1, raw('Spare', `={{ ({ ...$json, spare: ${ROUTED} }) }}`));
			insert(
				workflow,
				'Spare',
				0,
				node('Rename', `${BASE}renameKeys`, {
					keys: {},
					additionalOptions: {
						regexReplacement: {
							replacements: [{ searchRegex: '^spare$', replaceRegex: 'delivery', options: {} }],
						},
					},
				}),
			);
		},
	],
	'Code that writes under a computed name': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			"const [first] = items;\nfor (const item of items) item.json['deli' + 'very'] = first.json['deli' + 'very'];\nreturn items;",
		),
	],
	'Code that spreads a first item it holds': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			'const [first] = items;\nreturn items.map((item, at) => ({ json: { ...item.json, ...first.json }, pairedItem: at }));',
		),
	],
	'Code that assigns a first item it holds': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			'const [first] = items;\nfor (const item of items) Object.assign(item.json, first.json);\nreturn items;',
		),
	],
	'Code that hands each the fields of another': [
		'what one provider refuses is told of somebody else, who gets two mails while one gets none',
		coded(
			'const last = items.length - 1;\nreturn items.map((item, at) => ({ json: items[last - at].json, pairedItem: at }));',
		),
	],
	'Code that takes the first out of the list it is given beside': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			'return items.map((item, at, [first]) => ({ json: { ...item.json, ...first.json }, pairedItem: at }));',
		),
	],
	'Code that clones the first': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded('for (const item of items) item.json = JSON.parse(JSON.stringify(items[0].json));\nreturn items;'),
	],
	'Code that defines the envelope': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			"for (const item of items) Object.defineProperty(item.json, 'delivery', { value: items[0].json.delivery, enumerable: true });\nreturn items;",
		),
	],
	'Code that keeps the first one it sees': [
		'the first delivery is confirmed again and again, and the claims of the others stay open',
		coded(
			'let kept;\nfor (const item of items) { kept ??= item; Object.assign(item.json, kept.json); }\nreturn items;',
		),
	],
});

/** 9: one more recipient, put behind the right one out of a field that is the same for all. */
export const disguisedRecipients = foreign(9, {
	'a constant of a field behind the right one': [
		'a copy of all mail to one person',
		(workflow) => insert(workflow, 'Text fits', 0, edited('Settings', ['cc', ',boss@example.com'])),
		set('Send email', {
			jsonBody: `={{ JSON.stringify({ key: $json.delivery?.key, to: ${OWN} + $('Settings').item.json.cc }) }}`,
		}),
	],
	'a constant of a field behind the right one in a template': [
		'a copy of all mail to one person',
		(workflow) => insert(workflow, 'Text fits', 0, edited('Settings', ['cc', ',boss@example.com'])),
		set('Send email', {
			jsonBody: `={{ JSON.stringify({ key: $json.delivery?.key, to: \`\${${OWN}}\${$('Settings').item.json.cc}\` }) }}`,
		}),
	],
});

/** A request for each delivery that was committed. */
const afterCommit =
	(url: string): Change =>
	(workflow) =>
		insert(workflow, 'Commit delivery', 1, post('Call', url));

/** 4: addresses that are read otherwise than they are asked. */
export const disguisedAddresses = foreign(4, {
	'a backslash before the at': [
		'asked is what stands before the backslash: a mail to everybody, ungated',
		besides(post('Call', 'http://api.telegram.org\\@api.openai.com/../bot1:a/sendMessage')),
	],
	'a way up out of the contacts': [
		'a second mail to everybody, by HubSpot',
		afterCommit(
			'https://api.hubapi.com/crm/v3/objects/contacts/../../../../marketing/v3/transactional/single-email/send',
		),
	],
	'a way up behind an id': [
		'a second mail to everybody, by HubSpot',
		afterCommit(
			"=https://api.hubapi.com/crm/v3/objects/contacts/{{ $('Claim delivery').item.json.contact.id }}/../../../../../marketing/v3/transactional/single-email/send",
		),
	],
	'a way up in escapes': [
		'a second mail to everybody, by HubSpot',
		afterCommit(
			'https://api.hubapi.com/crm/v3/objects/%2e%2e/%2E./.%2e/marketing/v3/transactional/single-email/send',
		),
	],
	'a way up out of a method that reads': [
		'a message of Telegram is sent, ungated',
		besides(get('Call', 'https://api.telegram.org/bot1:a/getMe/../sendMessage?chat_id=1&text=a')),
	],
});

/** 13: code in a node that nobody takes for one. */
export const disguisedCode = foreign(13, {
	'a request in AI Transform': [
		'a mail to everybody, ungated',
		besides(
			node('Transform', `${BASE}aiTransform`, {
				jsCode:
					"await this.helpers.httpRequest({ method: 'POST', url: 'https://api.telegram.org/bot1:a/sendMessage', body: { chat_id: 1, text: 'a' } });\nreturn $input.all();",
			}),
		),
	],
});
