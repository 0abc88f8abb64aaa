import { code, flag, node, set, BASE } from '../../edit';
import { ACT_HOST } from '../base';
import { between, fields, type KeyAttack, lead, ledger, table, withKey } from './tools';

/** What is claimed: other items, keys that differ from run to run, other ledgers and scopes. */
export const KEYS: readonly KeyAttack[] = [
	...table(9, {
		'the first thing for all': set('Act', {
			jsonBody: "={{ JSON.stringify({ externalNumber: $('When Called').first().json.id }) }}",
		}),
		'the last thing for all': set('Act', {
			jsonBody: '={{ JSON.stringify({ externalNumber: $input.last().json.id }) }}',
		}),
		'a thing by its place': set('Act', {
			jsonBody: "={{ JSON.stringify({ externalNumber: $('When Called').all()[0].json.id }) }}",
		}),
		'the first thing in the address': set('Act', {
			url: `=${ACT_HOST}/do?for={{ $('When Called').first().json.id }}`,
			jsonBody: "={{ JSON.stringify({ externalNumber: $('When Called').first().json.id }) }}",
		}),
		'fields of the first thing behind the claim': [
			between(fields('Compose', ['for', "={{ $('When Called').first().json.id }}"])),
			set('Act', { jsonBody: '={{ JSON.stringify({ externalNumber: $json.for }) }}' }),
		],
		'fields of the last thing behind the claim': [
			between(fields('Compose', ['for', '={{ $input.last().json.id }}'])),
			set('Act', { jsonBody: '={{ JSON.stringify({ externalNumber: $json.for }) }}' }),
		],
		'a text generated from the first thing': [
			between(
				node(
					'Write',
					`${BASE}httpRequest`,
					{
						method: 'POST',
						url: 'https://api.openai.com/v1/chat/completions',
						sendBody: true,
						specifyBody: 'json',
						jsonBody: "={{ { input: $('When Called').first().json.text } }}",
						options: {},
					},
					{ onError: 'continueErrorOutput' },
					4.2,
				),
			),
			lead('Write', 1, 'Give back'),
		],
		'a key that is the run': withKey('={{ $execution.id }}-{{ $json.id }}'),
		'a key that is random': withKey('={{ $json.id + Math.random() }}'),
		'a key that is the time': withKey('={{ $json.id }}-{{ $now.toMillis() }}'),
		'a key that is the place in the batch': withKey(
			'={{ $json.id }}-{{ $runIndex }}-{{ $itemIndex }}-{{ Date.now() }}',
		),
		'a key that is one for all': withKey('={{ "thing" }}'),
		'a key without its brackets': withKey('=id'),
		'a key of the first item': withKey("={{ $('When Called').first().json.id }}"),
		'a key field that holds the run': withKey(
			'event',
			fields('Name it', ['event', '={{ $json.id }}-{{ $execution.id }}']),
		),
		'a key field from another field that holds the time': withKey(
			'event',
			fields('Name it', ['event', '={{ $json.at }}']),
			fields('Date it', ['at', '={{ $json.id }}{{ $now }}']),
		),
		'a key field that code makes up': withKey(
			'event',
			code(
				'Name it',
				'return $input.all().map((item) => ({ json: { ...item.json, event: item.json.id + Date.now() } }));',
			),
		),
		'a key field that Crypto makes up': withKey(
			'id, nonce',
			node('Nonce', `${BASE}crypto`, { action: 'generate', dataPropertyName: 'nonce' }),
		),
		'a key field that Date & Time makes up': withKey(
			'id, currentDate',
			node('Now', `${BASE}dateTime`, { operation: 'getCurrentDate', options: {} }, {}, 2),
		),
		'a scope that is the run': set('Claim', { scope: '=things-{{ $execution.id }}' }),
	}),
	...table(10, {
		'two ledgers': flag('Complete', ledger('other')),
		'a completion in another scope': set('Complete', { scope: 'others' }),
		'a giving back in another scope': set('Give back', { scope: 'others' }),
		'a second claim under the first': between(
			node(
				'Claim again',
				'idempotencyCheck',
				{ operation: 'claimKey', scope: 'others', key: 'id', compare: 'off' },
				{},
				2,
			),
		),
		'a delivery in the way of a key': between(node('Route', 'releaseGate', { operation: 'route' })),
		'a key completed as a delivery': set('Complete', { operation: 'commit' }),
		'a key given back as a delivery': set('Give back', { operation: 'fail' }),
	}),
	...table(11, {
		'pinned Act': (workflow) => void (workflow.pinData = { Act: [{ json: { number: 1 } }] }),
		'pinned Claim': (workflow) => void (workflow.pinData = { Claim: [{ json: { id: 'a' } }] }),
		'pinned Complete': (workflow) => void (workflow.pinData = { Complete: [{ json: {} }] }),
	}),
];
