import { BASE, CHAIN, condition, cut, flag, insert, link, node, post, set } from '../edit';
import { foreign, type Change } from './table';
import { bare, base, edited } from './shapes';

const says = (value: string, type = 'string'): Change => bare(edited('Edit', ['x', value, type]));

/** 3: a node that throws on one item and stops the run with all claims open. */
export const throwing = foreign(3, {
	'a sum over what is no list': ['n8n throws on .sum() of text', says('={{ $json.prices.sum() }}')],
	'a hash by an unknown algorithm': [
		'n8n throws on .hash of an unknown algorithm',
		says('={{ $json.text.hash($json.algorithm) }}'),
	],
	'a chunk of no size': ['n8n throws on .chunk(0)', says('={{ $json.tags.chunk($json.size) }}')],
	'$jmespath over text': [
		'n8n throws when its first argument is no object',
		says("={{ $jmespath($json.text, 'a') }}"),
	],
	'a node that is not there': [
		'n8n throws on $() of an unknown node',
		says("={{ $('Set Config').item.json.x }}"),
	],
	'a node that has not run': [
		'n8n throws on $() of a node not executed',
		says("={{ $('Fail delivery').item.json.x }}"),
	],
	'a node of the other branch': [
		'n8n throws on $() of a node not executed',
		says("={{ $('Write rehearsal').first().json.x }}"),
	],
	'$env, which may be blocked': ['n8n throws when access to env vars is denied', says('={{ $env.TONE }}')],
	'custom data without a value': [
		'n8n throws on a value that is no text',
		says("={{ $execution.customData.set('contact', $json.contact) }}"),
	],
	'$fromAI outside of a tool': ['n8n throws on an empty key', says("={{ $fromAI('') }}")],
	'a text turned to a number': [
		'n8n throws on .toNumber() of text that is none',
		says('={{ $json.age.toNumber() }}'),
	],
	'a text turned to an int': [
		'n8n throws on .toInt() of text that is none',
		says('={{ $json.age.toInt() }}'),
	],
	'text parsed as JSON': [
		'n8n throws on .parseJson() of what is none',
		says('={{ $json.text.parseJson() }}'),
	],
	'a text turned to a truth in an If': [
		'n8n throws on a strict type',
		(workflow) => {
			bare(
				node(
					'Which',
					`${BASE}if`,
					{
						conditions: condition(
							'={{ $json.text.toDateTime() }}',
							'dateTime',
							'after',
							'2026-01-01',
							'loose',
						),
					},
					{},
					2.2,
				),
			)(workflow);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'an If without types': [
		'validation is strict where the workflow does not say',
		(workflow) => {
			const conditions = condition('={{ $json.age }}', 'number', 'gt', 18);
			bare(node('Which', `${BASE}if`, { conditions: { ...conditions, options: { version: 2 } } }, {}, 2.2))(
				workflow,
			);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'an If with a regex that cannot be read': [
		'a bad expression throws',
		(workflow) => {
			bare(
				node(
					'Which',
					`${BASE}if`,
					{ conditions: condition('={{ $json.text }}', 'string', 'regex', '={{ $json.pattern }}', 'loose') },
					{},
					2.2,
				),
			)(workflow);
			link(workflow, 'Which', 1, 'Fail delivery');
		},
	],
	'Respond to Webhook without a webhook': [
		'n8n throws when no Webhook node started the run: every run stops with all claims open',
		bare(base('Answer', 'respondToWebhook', { respondWith: 'text' }, 1.1)),
	],
	'Crypto of a file that is not there': [
		'throws',
		bare(base('Hash', 'crypto', { action: 'hash', binaryData: true })),
	],
	'JWT that cannot be checked': ['throws', bare(base('Token', 'jwt', { operation: 'verify' }))],
	'XML that cannot be read': ['throws', bare(base('Xml', 'xml', { mode: 'xmlToJson' }))],
	'HTML that is not there': ['throws', bare(base('Html', 'html', { operation: 'extractHtmlContent' }, 1.2))],
	'Stop and Error': [
		'throws',
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			workflow.nodes.push(base('Stop', 'stopAndError', { errorMessage: 'unfit' }));
			link(workflow, 'Text fits', 1, 'Stop');
		},
	],
	'raw JSON that cannot be read': [
		'text with a quote in it breaks the JSON',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{ mode: 'raw', jsonOutput: '={ "text": "{{ $json.text }}" }', options: {} },
				{},
				3.4,
			),
		),
	],
	'the request of generation stops': [
		'one refusal stops the run',
		(workflow) => {
			insert(
				workflow,
				'Claim delivery',
				1,
				post('Ask', 'http://127.0.0.2/write', { onError: 'stopWorkflow' }),
			);
		},
	],
	'the error output of generation leads nowhere': [
		'the claim stays open',
		(workflow) => {
			insert(workflow, 'Claim delivery', 1, post('Ask', 'http://127.0.0.2/write'));
		},
	],
	'the send throws with nothing that catches it': [
		'the run stops in doubt with all confirmed',
		flag('Send email', { onError: 'stopWorkflow' }),
	],
	'a field name of the commit worked out from a missing node': [
		'Delivery Commit throws after the send',
		set('Commit delivery', { messageIdField: "={{ $('Set Config').first().json.field }}" }),
	],
	'a reason of the failure worked out from a missing node': [
		'Delivery Commit throws, the claim stays open',
		set('Fail delivery', { reason: "={{ $('Set Config').first().json.reason }}" }),
	],
	'a reason of the failure from a node that has not run': [
		'Delivery Commit throws when the failure came before the send',
		set('Fail delivery', { reason: "={{ $('Send email').item.json.error.message }}" }),
	],
	'a limit of times the claim cannot read': [
		'n8n throws',
		set('Confirm before send', { note: "={{ $('Set Config').first().json.x }}" }),
	],
	'Date & Time': [
		'throws on what is no date',
		bare(base('When', 'dateTime', { operation: 'formatDate', date: '={{ $json.since }}' }, 2)),
	],
	'a chain with a parser': [
		'the model does not keep the form: throws',
		bare(node('Ask', `${CHAIN}chainLlm`, { hasOutputParser: true }, {}, 1.7)),
	],
	'a switch by expression': [
		'a number that is no output throws',
		bare(base('Kind', 'switch', { mode: 'expression', numberOutputs: 1, output: '={{ $json.kind }}' }, 3.2)),
	],
	'a look-up in the answer of another item': [
		'throws out of range',
		says("={{ $('Claim delivery').all()[$itemIndex + 1].json.x.toInt() }}"),
	],
});
