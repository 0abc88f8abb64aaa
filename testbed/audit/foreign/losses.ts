import { afterClaim, BASE, code, cut, flag, link, node } from '../edit';

import { base, bare, edited } from './shapes';
import { foreign } from './table';

const FIRST = "={{ $('Claim delivery').first().json.delivery }}";

/** 2: envelopes that are overwritten, settings that take the first item only, and ends that are off or lead nowhere. */
export const losses = foreign(2, {
	'the first envelope for all': [
		'all confirm the first delivery: the others are never sent',
		bare(edited('Edit', ['delivery', FIRST, 'object'])),
	],
	'the envelope emptied': [
		'our nodes do not find the delivery, claims stay open',
		bare(edited('Edit', ['delivery', '={{ {} }}', 'object'])),
	],
	'the envelope of another node': [
		'the token is older than the claim: every confirmation is refused, every claim stays open',
		bare(edited('Edit', ['delivery', "={{ $('Get due deliveries').item.json.delivery }}", 'object'])),
	],
	'the token overwritten': [
		'every confirmation is refused',
		bare(edited('Edit', ['delivery.token', '={{ 1 }}', 'number'])),
	],
	'the recipient overwritten': [
		'another delivery is confirmed and failed',
		bare(edited('Edit', ['delivery.recipient', '1'])),
	],
	'the key overwritten': ['another delivery is confirmed', bare(edited('Edit', ['delivery.key', 'x']))],
	'the mode overwritten': [
		'a live delivery is committed as a rehearsal',
		bare(edited('Edit', ['delivery.mode', 'dry-run'])),
	],
	'raw JSON with the first envelope': [
		'all confirm the first delivery',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{
					mode: 'raw',
					jsonOutput: "={{ { delivery: $('Claim delivery').first().json.delivery } }}",
					options: {},
				},
				{},
				3.4,
			),
		),
	],
	'raw JSON of all items': [
		'all items carry the same',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{ mode: 'raw', jsonOutput: '={{ $input.first().json }}', options: {} },
				{},
				3.4,
			),
		),
	],
	'an old Edit Fields that overwrites the envelope': [
		'our nodes do not find the delivery',
		bare(
			node(
				'Edit',
				`${BASE}set`,
				{ values: { string: [{ name: 'delivery', value: 'x' }] }, options: {} },
				{},
				2,
			),
		),
	],
	'Rename Keys of the envelope': [
		'another field takes its place',
		bare(base('Rename', 'renameKeys', { keys: { key: [{ currentKey: 'previous', newKey: 'delivery' }] } })),
	],
	'Code that gives each item the first envelope': [
		'all confirm the first delivery',
		afterClaim(
			code(
				'Code',
				'const items = $input.all(); return items.map((item) => ({ json: { ...item.json, delivery: items[0].json.delivery } }));',
			),
		),
	],
	'Code that hands on copies of the first item': [
		'all confirm the first delivery',
		afterClaim(code('Code', 'return $input.all().map(() => ({ json: { ...$input.first().json } }));')),
	],
	'Execute Once on the confirmation': [
		'only the first is confirmed, the other claims stay open',
		flag('Confirm before send', { executeOnce: true }),
	],
	'Execute Once on the claim': [
		'only one contact a run is mailed',
		flag('Claim delivery', { executeOnce: true }),
	],
	'Execute Once on the gate': [
		'only one contact a run is mailed',
		flag('Route deliveries', { executeOnce: true }),
	],
	'Execute Once on the send': [
		'the others are confirmed and never sent',
		flag('Send email', { executeOnce: true }),
	],
	'Execute Once on the commit': [
		'the others are sent and never committed',
		flag('Commit delivery', { executeOnce: true }),
	],
	'Execute Once on the failure': [
		'the other failures leave their claims open',
		flag('Fail delivery', { executeOnce: true }),
	],
	'Execute Once on the check': [
		'the others are never sent, their claims open',
		flag('Text fits', { executeOnce: true }),
	],
	'a failure led to a note': [
		'the claim stays open',
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			workflow.nodes.push(base('Note it', 'noOp'));
			link(workflow, 'Text fits', 1, 'Note it');
		},
	],
	'a failure led to a node that is not there': [
		'n8n finds no such node: the claim stays open',
		(workflow) => {
			cut(workflow, 'Text fits', 1);
			link(workflow, 'Text fits', 1, 'Fail Delivery');
		},
	],
	'a failure node that is off': [
		'a disabled node writes nothing: claims stay open',
		flag('Fail delivery', { disabled: true }),
	],
	'a commit that is off': ['sent and never committed', flag('Commit delivery', { disabled: true })],
	'the send entered by a second input': [
		'HTTP Request reads its first input only: nothing is sent, all stay confirmed',
		(workflow) => {
			cut(workflow, 'Confirm before send', 1);
			link(workflow, 'Confirm before send', 1, 'Send email', 1);
		},
	],
	'the commit entered by a second input': [
		'Delivery Commit reads its first input only',
		(workflow) => {
			cut(workflow, 'Send email', 0);
			link(workflow, 'Send email', 0, 'Commit delivery', 1);
		},
	],
});
