import {
	afterClaim,
	BASE,
	CHAIN,
	code,
	condition,
	cut,
	flag,
	hang,
	insert,
	link,
	node,
	sendBy,
} from '../edit';
import { ifTrue, type SpineWorkflow } from '../spine';
import { attacks } from './attack';

/** A model that hangs on a node. */
export const modelled =
	(name: string) =>
	(workflow: SpineWorkflow): void => {
		const model = { __rl: true, mode: 'list', value: 'claude-sonnet-4-5' };
		workflow.nodes.push(node('Model', `${CHAIN}lmChatAnthropic`, { model, options: {} }, {}, 1.3));
		hang(workflow, 'Model', 'ai_languageModel', name);
	};

/** A loop of single items around claim, text and send; whatever ends a delivery leads back, but for what `open` cuts. */
const looped =
	(...open: readonly (readonly [string, number])[]) =>
	(workflow: SpineWorkflow): void => {
		insert(workflow, 'Route deliveries', 1, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
		const back = [
			['Claim delivery', 0],
			['Claim delivery', 2],
			['Commit delivery', 0],
			['Commit delivery', 1],
			['Fail delivery', 0],
			['Fail delivery', 1],
		] as const;
		for (const [from, output] of back) link(workflow, from, output, 'Loop');
		for (const [from, output] of open) cut(workflow, from, output);
	};

/** 1: loops that stall. */
export const loops = attacks(1, {
	'does not lead the failure back': looped(['Fail delivery', 0], ['Fail delivery', 1]),
	'does not lead the refusal of the commit back': looped(['Commit delivery', 0]),
	'does not lead the commit back': looped(['Commit delivery', 1]),
	'does not lead held claims back': looped(['Claim delivery', 0]),
	'does not lead what was delivered before back': looped(['Claim delivery', 2]),
	'does not lead the second output of the failure back': looped(['Fail delivery', 1]),
	'lets the error output of the send end in a note': [
		looped(),
		(workflow) => {
			cut(workflow, 'Send email', 1);
			workflow.nodes.push(node('Note it', `${BASE}noOp`));
			link(workflow, 'Send email', 1, 'Note it');
		},
	],
	'filters in the loop': [
		looped(),
		afterClaim(
			node(
				'Keep',
				`${BASE}filter`,
				{ conditions: condition('={{ $json.fits }}', 'boolean', 'true', '', 'loose') },
				{},
				2.2,
			),
		),
	],
	'looks up in the loop what may not be there': [
		looped(),
		afterClaim(node('Look up', `${BASE}postgres`, { operation: 'select' }, {}, 2.5)),
	],
	'routes out of the loop to an alert': [
		looped(),
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			workflow.nodes.push(node('Alert', `${BASE}slack`, { resource: 'message', operation: 'post' }, {}, 2.3));
			link(workflow, 'Text fits', 1, 'Alert');
		},
	],
	'is entered by two connections': [
		looped(),
		(workflow) => {
			workflow.nodes.push(ifTrue('Which', 'vip'));
			cut(workflow, 'Route deliveries', 1);
			link(workflow, 'Route deliveries', 1, 'Claim early');
			workflow.nodes.push(node('Claim early', 'idempotencyCheck', { operation: 'claim' }));
			link(workflow, 'Claim early', 1, 'Which');
			link(workflow, 'Which', 0, 'Loop');
			link(workflow, 'Which', 1, 'Loop');
		},
	],
	'stops at a Switch without a fallback': [
		looped(),
		afterClaim(
			node(
				'Kind',
				`${BASE}switch`,
				{
					rules: { values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a') }] },
					options: {},
				},
				{},
				3.2,
			),
		),
	],
});

export const switchOf = (options: object) =>
	node(
		'Kind',
		`${BASE}switch`,
		{
			rules: { values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a', 'loose') }] },
			options,
		},
		{},
		3.2,
	);

/** 2: items that get lost while a claim is open. */
export const losses = attacks(2, {
	'a look-up in Postgres': afterClaim(node('Look up', `${BASE}postgres`, { operation: 'select' }, {}, 2.5)),
	'a look-up in a sheet': afterClaim(node('Look up', `${BASE}googleSheets`, { operation: 'read' }, {}, 4.5)),
	'a look-up in a data table with Always Output Data over many items': afterClaim(
		node('Look up', `${BASE}dataTable`, { operation: 'get' }, { alwaysOutputData: true }, 1),
	),
	'a vector store that finds nothing': afterClaim(
		node('Look up', `${CHAIN}vectorStoreQdrant`, { mode: 'load' }, {}, 1.3),
	),
	'Code that filters': afterClaim(code('Filter', 'return $input.all().filter(item => item.json.fits);')),
	'Code that returns the first': afterClaim(code('First', 'return [$input.first()];')),
	'Code for each item that returns nothing for some': afterClaim(
		code('Some', 'if ($json.fits) { return { json: $json }; }', 'runOnceForEachItem'),
	),
	'Code that skips by continue': afterClaim(
		code(
			'Skip',
			'const out = []; for (const item of $input.all()) { if (!item.json.fits) continue; out.push(item); } return out;',
		),
	),
	'a Merge by field': afterClaim(
		node('Join', `${BASE}merge`, { mode: 'combine', fieldsToMatchString: 'id' }, {}, 3.2),
	),
	'a Merge by position': afterClaim(
		node('Join', `${BASE}merge`, { mode: 'combine', combineBy: 'combineByPosition' }, {}, 3.2),
	),
	'a Merge that chooses a branch': afterClaim(
		node('Join', `${BASE}merge`, { mode: 'chooseBranch' }, {}, 3.2),
	),
	'a conversion of all items to one file': afterClaim(node('To file', `${BASE}convertToFile`, {}, {}, 1.1)),
	'a table of files': afterClaim(node('From file', `${BASE}extractFromFile`, {}, {}, 1)),
	'an aggregate': afterClaim(node('All', `${BASE}aggregate`, {}, {}, 1)),
	'a limit': afterClaim(node('Ten', `${BASE}limit`, { maxItems: 10 }, {}, 1)),
	'duplicates removed': afterClaim(node('Once', `${BASE}removeDuplicates`, {}, {}, 2)),
	'a list split that may be empty': afterClaim(
		node('Split', `${BASE}splitOut`, { fieldToSplitOut: 'parts' }, {}, 1),
	),
	'a classifier without other': afterClaim(
		node('Sort', `${CHAIN}textClassifier`, { categories: { categories: [{ category: 'a' }] } }, {}, 1.1),
	),
	'a GET that may answer an empty list': afterClaim(
		node('Ask', `${BASE}httpRequest`, { url: 'https://api.airtable.com/v0/x', options: {} }, {}, 4.2),
	),
	'Execute Once': flag('Write text', { executeOnce: true }),
	'a Switch whose rules leave something': afterClaim(switchOf({})),
	'a chain that names no items': [
		afterClaim(
			node(
				'Ask',
				`${CHAIN}chainLlm`,
				{ promptType: 'define', text: '={{ $json.text }}', options: {} },
				{},
				1.5,
			),
		),
		modelled('Ask'),
	],
	'SMS by Twilio, which names no items': sendBy(
		`${BASE}twilio`,
		{
			resource: 'sms',
			operation: 'send',
			from: '+15550000000',
			to: "={{ $('Claim delivery').item.json.contact.properties.phone }}",
			message: 'x',
		},
		'sid',
	),
	'WhatsApp, which names no items': sendBy(
		`${BASE}whatsApp`,
		{
			resource: 'message',
			operation: 'send',
			recipientPhoneNumber: "={{ $('Claim delivery').item.json.contact.properties.phone }}",
			textBody: 'x',
		},
		'messages.0.id',
	),
	'Code for all items that names none': afterClaim(
		code('Code', 'return $input.all().map((item) => ({ json: { ...item.json, n: 1 } }));'),
	),
	'Code for all items that throws on one': afterClaim(
		code(
			'Code',
			'return $input.all().map((item) => ({ json: { ...item.json, text: JSON.parse(item.json.text).a } }));',
		),
	),
	'Due Deliveries a second time': afterClaim(node('Again', 'dueDeliveries', { spine: 'content' })),
});

const field = (type: string, value: string): object => ({
	assignments: { assignments: [{ id: 'a', name: 'x', type, value }] },
	includeOtherFields: true,
	options: {},
});
const edit =
	(parameters: object) =>
	(workflow: SpineWorkflow): void =>
		insert(
			workflow,
			'Claim delivery',
			1,
			node('Edit', `${BASE}set`, parameters as Record<string, unknown>, {}, 3.4),
		);
const iff =
	(conditions: object) =>
	(workflow: SpineWorkflow): void => {
		insert(workflow, 'Claim delivery', 1, node('Which', `${BASE}if`, { conditions }, {}, 2.2));
		link(workflow, 'Which', 1, 'Fail delivery');
	};

/** 3: a node that throws on one item, and stops the run with all claims open. */
export const throwing = attacks(3, {
	'strict number in If': iff(condition('={{ $json.age }}', 'number', 'gt', 18)),
	'strict boolean in If': iff(condition('={{ $json.fits }}', 'boolean', 'true')),
	'strict text in If': iff(condition('={{ $json.name }}', 'string', 'equals', 'Ann')),
	'a date in If': iff(condition('={{ $json.since }}', 'dateTime', 'after', '2026-01-01', 'loose')),
	'a list in If': iff(condition('={{ $json.tags }}', 'array', 'contains', 'x')),
	'a loose number in If': iff(condition('={{ $json.age }}', 'number', 'gt', 18, 'loose')),
	'a number in Edit Fields': edit(field('number', '={{ $json.age }}')),
	'a truth in Edit Fields': edit(field('boolean', '={{ $json.fits }}')),
	'a list in Edit Fields': edit(field('array', '={{ $json.tags }}')),
	'an object in Edit Fields': edit(field('object', '={{ $json.more }}')),
	'JSON.parse in an expression': edit(field('string', '={{ JSON.parse($json.text).a }}')),
	'an item out of range': edit(field('string', "={{ $('Get due deliveries').itemMatching(7).json.name }}")),
	'toDateTime in an expression': edit(field('string', '={{ $json.since.toDateTime() }}')),
	'an expression that cannot be read': edit(field('string', '={{ $json. }}')),
	'$items in an expression': edit(field('string', "={{ $items('Get due deliveries')[9].json.x }}")),
	'Code without an error output': (workflow) =>
		insert(workflow, 'Claim delivery', 1, code('Code', 'return $input.all();')),
	'a date that cannot be read': (workflow) =>
		insert(workflow, 'Claim delivery', 1, node('Date', `${BASE}dateTime`, {}, {}, 2)),
	'generation without an error output': (workflow) =>
		insert(workflow, 'Claim delivery', 1, node('Ask', `${CHAIN}chainLlm`, {}, {}, 1.5)),
});
