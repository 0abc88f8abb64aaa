import { describe, expect, it } from '@jest/globals';
import { auditWorkflow, parseAuditPolicy, parseWorkflow } from '../../../core/audit';
import {
	base,
	batchOf,
	behind,
	between,
	type Change,
	fields,
	inBatches,
	WHOLE,
} from '../../../testbed/audit/batches';
import { BASE, condition, cut, find, insert, link, node, set } from '../../../testbed/audit/edit';
import { spine, STAND_INS, type SpineNode, type SpineWorkflow } from '../../../testbed/audit/spine';

const policy = parseAuditPolicy(STAND_INS, 'test');
const report = (workflow: SpineWorkflow) => auditWorkflow(parseWorkflow(workflow, 'test'), { policy });
const rules = (workflow: SpineWorkflow): readonly string[] => [
	...new Set(report(workflow).violations.map(({ rule }) => rule)),
];

/** An If whose both outputs end where those of a spine should. */
const asks = (leftValue: string): SpineNode =>
	base('Ask', 'if', { conditions: condition(leftValue, 'boolean', 'true'), options: {} }, 2.2);
const elseFails: Change = (workflow) => link(workflow, 'Ask', 1, 'Fail delivery');
/** Sort by a program that gets the items themselves. */
const sorted = (code: string): SpineNode => base('Order', 'sort', { type: 'code', code }, 1);
/** Edit Fields with these parameters, of this version. */
const edits = (parameters: Record<string, unknown>, version = 3.4): SpineNode =>
	node('Edit', `${BASE}set`, { includeOtherFields: true, options: {}, ...parameters }, {}, version);
/** A Merge at this output, with a list of somebody else's at its second input. */
const joined =
	(from: string, output: number, parameters: Record<string, unknown>): Change =>
	(workflow) => {
		insert(workflow, from, output, base('Join', 'merge', parameters, 3));
		workflow.nodes.push(base('By hand', 'manualTrigger', {}, 1), fields('Others', 'messages', '={{ [] }}'));
		link(workflow, 'By hand', 0, 'Others');
		link(workflow, 'Others', 0, 'Join', 1);
	};
/** One more send of the same kind, behind the send of batches. */
const sentAgain =
	(name: string): Change =>
	(workflow) => {
		insert(workflow, 'Send batch', 0, { ...structuredClone(find(workflow, name)), name: 'Again' });
		link(workflow, 'Again', 1, 'Fail delivery');
	};
const byHeader = (value: string): Change =>
	batchOf({ sendHeaders: true, headerParameters: { parameters: [{ name: 'X-Note', value }] } });
const BY_POSITION = { mode: 'combine', combineBy: 'combineByPosition', options: {} };

/** What each does to a batch on its way, or to its answer, and the rule that says so. */
const attacks: Readonly<Record<string, readonly [rule: string, ...changes: readonly Change[]]>> = {
	'Limit on the way': ['items-dropped', between(base('Limit', 'limit', {}, 1))],
	'Filter on the way': [
		'items-dropped',
		between(base('Filter', 'filter', { conditions: condition('={{ true }}', 'boolean', 'true') }, 2.2)),
	],
	'Sort by a program that turns the messages round': [
		'batch-not-whole',
		between(sorted('a.json.messages.reverse(); return 0;')),
	],
	'Sort by a way chosen at run time': [
		'batch-not-whole',
		between(base('Order', 'sort', { type: '={{ $json.how }}', code: 'return 0;' }, 1)),
	],
	'Sort by a program behind the send': [
		'answer-replaced',
		behind(sorted('a.json.body.reverse(); return 0;')),
	],
	'Merge with other messages': ['items-dropped', joined('Confirm before send', 3, BY_POSITION)],
	'Merge by a query': [
		'items-dropped',
		joined('Confirm before send', 3, { mode: 'combineBySql', query: 'SELECT * FROM input1' }),
	],
	'Merge that takes the other input': [
		'items-dropped',
		joined('Confirm before send', 3, { mode: 'chooseBranch', useDataOfInput: 2 }),
	],
	'Merge with another answer': ['items-dropped', joined('Send batch', 0, BY_POSITION)],
	'an If that turns the messages round while it asks': [
		'batch-not-whole',
		between(asks('={{ $json.messages.reverse().length > 0 }}')),
		elseFails,
	],
	'an If that writes into a message while it asks': [
		'batch-not-whole',
		between(asks('={{ ($json.messages[0].To = "boss@example.com") !== "" }}')),
		elseFails,
	],
	'an If that turns the answer round while it asks': [
		'answer-replaced',
		behind(asks('={{ $json.body.reverse().length > 0 }}')),
		elseFails,
	],
	'a field that fills the messages with the first': [
		'batch-not-whole',
		between(fields('Count', 'n', '={{ $json.messages.fill($json.messages[0]).length }}')),
	],
	'a header of the send that does': [
		'batch-not-whole',
		byHeader('={{ $json.messages.fill($json.messages[0]).length }}'),
	],
	'a header of the send that does by another name': [
		'batch-not-whole',
		byHeader("={{ $('Confirm before send').first().json.messages['fi' + 'll'](1) }}"),
	],
	'a header of the send that hands them to somebody': [
		'batch-not-whole',
		byHeader('={{ Array.prototype.reverse.call($input.item.json.messages).length }}'),
	],
	'a pause of the send that takes messages away': [
		'batch-not-whole',
		batchOf({
			options: {
				...WHOLE,
				batching: { batch: { batchSize: 1, batchInterval: '={{ $json.messages.splice(1).length }}' } },
			},
		}),
	],
	'options that are an expression': [
		'batch-not-whole',
		batchOf({ options: '={{ { response: { response: { fullResponse: true, neverError: true } } } }}' }),
	],
	'a message by its path in brackets': [
		'batch-not-whole',
		between(fields('Edit', '[messages][0].To', 'boss@example.com')),
	],
	'the messages by a path in quotes': [
		'batch-not-whole',
		between(fields('Edit', '["messages"]', '={{ [] }}')),
	],
	'the messages by a path with an escape': [
		'batch-not-whole',
		between(fields('Edit', '["mess\\ages"]', '={{ [] }}')),
	],
	'the messages by a name that begins as an expression': [
		'batch-not-whole',
		between(fields('Edit', '=messages', '={{ [] }}')),
	],
	'the deliveries by a path in brackets': [
		'delivery-overwritten',
		between(fields('Edit', '[deliveries]', '={{ [] }}')),
	],
	'the answer by a path in brackets': ['answer-replaced', behind(fields('Edit', '[body]', '={{ [] }}'))],
	'the answer by a name that begins as an expression': [
		'answer-replaced',
		behind(fields('Edit', '=body', '={{ [] }}')),
	],
	'fields that are an expression': [
		'batch-not-whole',
		between(
			edits({ assignments: "={{ { assignments: [{ name: 'messages', value: [], type: 'array' }] } }}" }),
		),
	],
	'a list of fields that is one': [
		'batch-not-whole',
		between(edits({ assignments: { assignments: "={{ [{ name: 'messages', value: [] }] }}" } })),
	],
	'deliveries in fields that are an expression': [
		'delivery-overwritten',
		between(edits({ assignments: "={{ { assignments: [{ name: 'deliveries', value: [] }] } }}" })),
	],
	'fields of before 3.3 beside an empty list of the form since': [
		'batch-not-whole',
		between(
			edits(
				{
					include: 'all',
					assignments: { assignments: [] },
					fields: { values: [{ name: 'messages', type: 'arrayValue', arrayValue: '={{ [] }}' }] },
				},
				3.2,
			),
		),
	],
	'a second send of the batch behind the first': ['send-twice', sentAgain('Send batch')],
	'a send of single ones behind it': ['send-twice', sentAgain('Send email')],
	'the success output led to the failure': [
		'fail-after-send',
		(workflow) => {
			cut(workflow, 'Send batch', 0);
			link(workflow, 'Send batch', 0, 'Fail delivery');
		},
	],
	'a pause by what a call holds alone': [
		'slow-after-confirm',
		batchOf({
			options: {
				...WHOLE,
				batching: { batch: { batchSize: 1, batchInterval: '={{ 60000 * $json.messages.length }}' } },
			},
		}),
	],
	'a node of another package that is called HTTP Request': [
		'unknown-node',
		(workflow) => void Object.assign(find(workflow, 'Send batch'), { type: 'n8n-nodes-other.httpRequest' }),
	],
	'a switch that is an expression, and messages twice': [
		'batch-not-whole',
		set('Confirm before send', { batches: '={{ true }}' }),
		batchOf({ jsonBody: '={{ [...$json.messages, ...$json.messages] }}' }),
	],
	'an address chosen at run time': [
		'unknown-node',
		batchOf({
			url: '={{ $json.url }}',
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'postmarkApi',
		}),
	],
	'a token that only checks': ['acceptance-unproven', byHeader('POSTMARK_API_TEST')],
};

describe('what changes a batch, or its answer', () => {
	it.each(Object.entries(attacks))('%s: never proven', (_does, [rule, ...changes]) => {
		const workflow = inBatches(...changes);
		expect(report(workflow).verdict).toBe('violated');
		expect(rules(workflow)).toContain(rule);
	});

	it.each<readonly [string, ...Change[]]>([
		['an If that only asks', between(asks('={{ $json.messages.length > 0 }}')), elseFails],
		['Sort by a field', between(base('Order', 'sort', { type: 'simple' }, 1))],
	])('%s does not', (_does, ...changes) => {
		expect(report(inBatches(...changes)).violations).toEqual([]);
	});
});

describe('the same of single deliveries', () => {
	it('knows Never Error also where the options are an expression', () => {
		const workflow = spine();
		set('Send email', {
			options: '={{ { response: { response: { neverError: true } } } }}',
		})(workflow);
		expect(rules(workflow)).toContain('answer-unchecked');
	});

	it.each(['[delivery].token', '=delivery', '["delivery"].token'])(
		'knows the delivery by the path %s',
		(path) => {
			const workflow = spine();
			insert(workflow, 'Claim delivery', 1, fields('Edit', path, '={{ 7 }}'));
			expect(rules(workflow)).toContain('delivery-overwritten');
		},
	);
});
