import { afterClaim, BASE, beforeSend, code, condition, cut, insert, link, node, set } from '../edit';
import { ifTrue } from '../spine';
import { edit, field, located, looksBefore, looped, SHEET, standalone, type Change } from './changes';

/** A channel of the team in Slack. */
const CHANNEL = { select: 'channel', channelId: located('C0123456789') };

/** Safe spines by the form of their way: branches, loops, Code, edits, what follows the commit. */
export const WAYS: Readonly<Record<string, readonly Change[]>> = {
	'a loop over single items': [looped],
	'a Wait before the confirmation': [
		(workflow) => insert(workflow, 'Claim delivery', 1, node('Wait', `${BASE}wait`, {}, {}, 1.1)),
	],
	'approval before the claim': [
		looksBefore(`${BASE}slack`, { resource: 'message', operation: 'post', ...CHANNEL, text: 'on it' }, 2.3),
	],
	'Edit Fields with text': [edit(field('text', '={{ $json.text.trim() }}'))],
	'Edit Fields with a truth worked out': [edit(field('long', '={{ $json.text.length > 100 }}', 'boolean'))],
	'Edit Fields between confirmation and send': [
		beforeSend(
			node(
				'Edit',
				`${BASE}set`,
				field('subject', '=Hello {{ $json.contact.properties.firstname }}'),
				{},
				3.4,
			),
		),
	],
	'an If over a comparison': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ ($json.text ?? "").length > 10 }}', 'boolean', 'true') },
					{},
					2.2,
				),
			);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'an If that goes on': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ $json.age }}', 'number', 'gt', 18) },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'a Switch with a fallback': [
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				node(
					'Kind',
					`${BASE}switch`,
					{
						rules: {
							values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a', 'loose') }],
						},
						options: { fallbackOutput: 'extra' },
					},
					{},
					3.2,
				),
			);
			link(workflow, 'Kind', 1, 'Fail delivery');
		},
	],
	'two texts by an If, joined by a Merge': [
		(workflow) => {
			workflow.nodes.push(
				ifTrue('Which', 'vip'),
				node('Long', `${BASE}noOp`),
				node('Short', `${BASE}noOp`),
				node('Join', `${BASE}merge`, {}, {}, 3.2),
			);
			cut(workflow, 'Claim delivery', 1);
			link(workflow, 'Claim delivery', 1, 'Which');
			link(workflow, 'Which', 0, 'Long');
			link(workflow, 'Which', 1, 'Short');
			link(workflow, 'Long', 0, 'Join', 0);
			link(workflow, 'Short', 0, 'Join', 1);
			link(workflow, 'Join', 0, 'Write text');
		},
	],
	'Code that maps': [
		afterClaim(
			code(
				'Code',
				'return $input.all().map((item, index) => ({ json: { ...item.json, text: String(item.json.text).trim() }, pairedItem: { item: index } }));',
			),
		),
	],
	"n8n's own example of Code": [
		afterClaim(
			code(
				'Code',
				'for (const item of $input.all()) {\n  item.json.myNewField = 1;\n}\n\nreturn $input.all();',
			),
		),
	],
	'Code that fills a list': [
		afterClaim(
			code(
				'Code',
				'const out = [];\nfor (const item of $input.all()) {\n  out.push({ ...item, json: { ...item.json, n: 1 } });\n}\nreturn out;',
			),
		),
	],
	'Code for each item': [
		afterClaim(
			code(
				'Code',
				"const text = ($json.text ?? '').replace(/\\s+/g, ' ');\nreturn { json: { ...$json, text } };",
				'runOnceForEachItem',
			),
		),
	],
	'Code for each item in the usual form': [
		afterClaim(code('Code', '$input.item.json.myNewField = 1;\n\nreturn $input.item;', 'runOnceForEachItem')),
	],
	'an alert after the commit': [
		(workflow) => {
			workflow.nodes.push(
				node(
					'Alert',
					`${BASE}slack`,
					{ resource: 'message', operation: 'post', ...CHANNEL, text: '={{ $json.delivery.key }}' },
					{},
					2.3,
				),
			);
			link(workflow, 'Commit delivery', 1, 'Alert');
		},
	],
	'a row in a sheet after the commit': [
		(workflow) => {
			workflow.nodes.push(
				node(
					'Log',
					`${BASE}googleSheets`,
					{
						operation: 'append',
						...SHEET,
						columns: { mappingMode: 'autoMapInputData', value: {}, schema: [] },
					},
					{},
					4.5,
				),
			);
			link(workflow, 'Commit delivery', 1, 'Log');
		},
	],
	'settings in a Set node': [
		(workflow) =>
			insert(
				workflow,
				'Every other day',
				0,
				node('Set Config', `${BASE}set`, field('sendUrl', 'http://127.0.0.1/send'), {}, 3.4),
			),
		set('Send email', { url: "={{ $('Set Config').first().json.sendUrl }}" }),
	],
	'a claim from a recipient field': [standalone],
};
