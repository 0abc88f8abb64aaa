import { code, condition, cut, find, flag, get, insert, link, node, set, BASE } from '../edit';
import type { SpineNode, SpineWorkflow } from '../spine';
import { act, ACT_HOST, ASK, asking, keyedBy } from './base';

/** One unsafe workflow around a key claim. */
export interface KeyAttack {
	readonly is: number;
	readonly does: string;
	readonly workflow: SpineWorkflow;
	readonly others?: readonly SpineWorkflow[];
}

type Change = (workflow: SpineWorkflow) => void;

const table = (is: number, entries: Readonly<Record<string, Change | readonly Change[]>>): KeyAttack[] =>
	Object.entries(entries).map(([does, given]) => ({
		is,
		does,
		workflow: keyedBy(...(typeof given === 'function' ? [given] : given)),
	}));

const put =
	(from: string, output: number, added: SpineNode): Change =>
	(workflow) =>
		insert(workflow, from, output, structuredClone(added));
const between = (added: SpineNode): Change => put('Claim', 1, added);
const add =
	(...added: readonly SpineNode[]): Change =>
	(workflow) =>
		void workflow.nodes.push(...structuredClone(added));
const lead =
	(from: string, output: number, to: string): Change =>
	(workflow) =>
		link(workflow, from, output, to);
const unlead =
	(from: string, output: number): Change =>
	(workflow) =>
		cut(workflow, from, output);
const edit = (name: string, values: (values: readonly unknown[]) => object): SpineNode =>
	node(name, `${BASE}set`, { includeOtherFields: true, ...values([]), options: {} }, {}, 3.4);
const fields = (name: string, ...assignments: readonly (readonly [string, string])[]): SpineNode =>
	edit(name, () => ({
		assignments: {
			assignments: assignments.map(([field, value]) => ({ id: field, name: field, value, type: 'string' })),
		},
	}));
const looped =
	(back: readonly (readonly [string, number])[]): Change =>
	(workflow) => {
		insert(workflow, 'When Called', 0, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
		for (const [from, output] of back) link(workflow, from, output, 'Loop');
	};
const ALL_BACK = [
	['Note what is held', 0],
	['Note what was done before', 0],
	['Complete', 0],
	['Complete', 1],
	['Give back', 0],
	['Give back', 1],
] as const;
const withKey = (key: string, ...before: readonly SpineNode[]): Change[] => [
	...before.map((one) => put('When Called', 0, one)),
	set('Claim', { key }),
];
const keep = (options: object): Change => set('Act', { options });
const ledger = (id: string): Partial<SpineNode> =>
	({ credentials: { releaseGateLedgerApi: { id, name: id } } }) as never;

/** Unsafe workflows around a key claim, by the classes of the attacks on spines. */
export const KEY_ATTACKS: readonly KeyAttack[] = [
	...table(1, {
		'a loop that a key given back does not lead back to': looped(
			ALL_BACK.filter(([from]) => from !== 'Give back'),
		),
		'a loop that a refused completion does not lead back to': looped(
			ALL_BACK.filter(([from, output]) => from !== 'Complete' || output !== 0),
		),
		'a loop between the claim and the act, done as well': (workflow) => {
			insert(workflow, 'Claim', 1, node('Loop', `${BASE}splitInBatches`, { options: {} }, {}, 3), 1);
			link(workflow, 'Complete', 1, 'Loop');
			link(workflow, 'Give back', 1, 'Loop');
			link(workflow, 'Loop', 0, 'Act');
		},
	}),
	...table(2, {
		'a filter behind the claim': between(
			node(
				'Only the fit',
				`${BASE}filter`,
				{ conditions: condition('={{ $json.fits }}', 'boolean', 'true', '', 'loose') },
				{},
				2.2,
			),
		),
		'code that filters behind the claim': between(
			code('Only the fit', 'return $input.all().filter((item) => item.json.fits);'),
		),
		'a limit behind the claim': between(node('Limit', `${BASE}limit`, { maxItems: 1 })),
		'an aggregate before the completion': put(
			'Act',
			0,
			node('Aggregate', `${BASE}aggregate`, { aggregate: 'aggregateAllItemData', options: {} }),
		),
		'the first item only': flag('Act', { executeOnce: true }),
		'the first key only': flag('Claim', { executeOnce: true }),
		'nobody completes': unlead('Act', 0),
		'nobody gives back': unlead('Act', 1),
		'the completion disabled': flag('Complete', { disabled: true }),
		'the giving back disabled': flag('Give back', { disabled: true }),
		'the act disabled': flag('Act', { disabled: true }),
		'a key that is named instead of the claimed one': set('Complete', {
			which: 'named',
			namedScope: 'things',
			namedKey: 'x',
		}),
		'what holds the key is written over': put('Act', 0, fields('Tidy', ['keyClaim', 'none'])),
		'a switch without a fallback': between(
			node(
				'Kinds',
				`${BASE}switch`,
				{
					rules: {
						values: [{ conditions: condition('={{ $json.kind }}', 'string', 'equals', 'a', 'loose') }],
					},
					options: {},
				},
				{},
				3.2,
			),
		),
	}),
	...table(3, {
		'a strict comparison behind the claim': between(
			node(
				'Old enough',
				`${BASE}if`,
				{ conditions: condition('={{ $json.age }}', 'number', 'gt', 5) },
				{},
				2.2,
			),
		),
		'code that throws behind the claim': between(
			code(
				'Read',
				'return $input.all().map((item) => ({ json: { ...item.json, text: item.json.text.trim() } }));',
			),
		),
		'an act that stops the run': flag('Act', { onError: 'stopWorkflow' }),
	}),
	...table(4, {
		'a GET to an unknown host before the claim': put(
			'When Called',
			0,
			get('Tell', `${ACT_HOST}/orders?externalNumber=1`, { onError: 'continueRegularOutput' }),
		),
	}),
	...table(5, {
		'two connections to one act': lead('Claim', 1, 'Act'),
		'two acts side by side': [
			add(act('Act too')),
			lead('Claim', 1, 'Act too'),
			lead('Act too', 0, 'Complete'),
			lead('Act too', 1, 'Give back'),
		],
		'two acts one after the other': put('Act', 0, act('Act too')),
		'items doubled behind the claim': between(
			edit('Double', () => ({ duplicateItem: true, duplicateCount: 1 })),
		),
		'code that doubles behind the claim': between(
			code('Double', 'return $input.all().flatMap((item) => [item, item]);'),
		),
		'a join of two ways': (workflow) => {
			const fork = node('Fork', `${BASE}noOp`);
			insert(workflow, 'Claim', 1, fork);
			insert(workflow, 'Fork', 0, node('Join', `${BASE}merge`, {}, {}, 3.2));
			link(workflow, 'Fork', 0, 'Join', 1);
		},
		'an act for every page': keep({
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					paginationCompleteWhen: 'receiveSpecificStatusCodes',
					limitPagesFetched: true,
					maxRequests: 2,
					parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
				},
			},
			response: { response: { fullResponse: true } },
		}),
		'an act that ends in the act again': lead('Act', 1, 'Act'),
	}),
	...table(6, {
		'a Wait between the claim and the act': between(
			node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1),
		),
		'a Wait where what is in doubt is asked about': [
			asking,
			between(node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
		'a person between the claim and the act': between(
			node(
				'Approve',
				`${BASE}slack`,
				{
					operation: 'sendAndWait',
					select: 'channel',
					channelId: { __rl: true, mode: 'id', value: 'C1' },
					message: 'ok?',
				},
				{},
				2.3,
			),
		),
	}),
	...table(7, {
		'an act retried': flag('Act', { retryOnFail: true }),
		'an act retried with the key in a header': [
			flag('Act', { retryOnFail: true }),
			set('Act', {
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'Idempotency-Key', value: '={{ $json.keyClaim.key }}' }] },
			}),
		],
	}),
	...table(8, {
		'a refusal taken for an answer': keep({
			response: { response: { neverError: true, fullResponse: true } },
		}),
		'an act that goes on as if it had succeeded': flag('Act', { onError: 'continueRegularOutput' }),
		'completed on failure too': [unlead('Act', 1), lead('Act', 1, 'Complete')],
		'completed before the act': (workflow) => {
			cut(workflow, 'Claim', 1);
			link(workflow, 'Claim', 1, 'Complete');
			link(workflow, 'Complete', 1, 'Act');
			cut(workflow, 'Act', 0);
		},
		'completed beside the act': lead('Claim', 1, 'Complete'),
		'given back on success': [unlead('Act', 0), lead('Act', 0, 'Give back')],
		'given back as nothing although it may have happened': set('Give back', { happened: 'no' }),
		'given back as the item says': set('Give back', { happened: "={{ $json.error ? 'no' : 'unknown' }}" }),
		'given back by the failure of somebody else': (workflow) => {
			const asked = structuredClone(ASK);
			asked.parameters.url = `${ACT_HOST}/missing`;
			insert(workflow, 'Act', 1, asked);
			link(workflow, 'Ask', 1, 'Give back');
		},
		'given back by a failure that is written': put('Act', 1, fields('Tell', ['error', '422 - refused'])),
		'a send that fails as a whole': (workflow) => {
			const act0 = find(workflow, 'Act');
			Object.assign(act0, {
				type: `${BASE}googleSheets`,
				typeVersion: 4.7,
				parameters: {
					operation: 'append',
					documentId: { __rl: true, mode: 'id', value: '1' },
					sheetName: { __rl: true, mode: 'id', value: '0' },
					columns: { mappingMode: 'autoMapInputData', value: {} },
					options: {},
				},
			});
		},
	}),
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
	...table(12, {
		'a second way in': [add(node('By hand', `${BASE}manualTrigger`)), lead('By hand', 0, 'Act')],
		'a way around the claim': lead('When Called', 0, 'Act'),
		'what is held acts': [unlead('Claim', 0), lead('Claim', 0, 'Act')],
		'what was done before acts': lead('Claim', 2, 'Act'),
		'the first time and done before changed': (workflow) => {
			const { main } = workflow.connections.Claim ?? { main: [] };
			[main[1], main[2]] = [main[2] ?? [], main[1] ?? []];
		},
		'the claim disabled, its output 0 to the act': [
			flag('Claim', { disabled: true }),
			lead('Claim', 0, 'Act'),
		],
		'what failed to be claimed acts': [
			flag('Claim', { onError: 'continueErrorOutput' }),
			lead('Claim', 3, 'Act'),
		],
		'an act before the claim': put('When Called', 0, act('Act before')),
		'an act behind what is given back': [add(act('Act again')), lead('Give back', 1, 'Act again')],
		'a record written for every call': put(
			'When Called',
			0,
			node(
				'Log',
				`${BASE}googleSheets`,
				{
					operation: 'append',
					documentId: { __rl: true, mode: 'id', value: '1' },
					sheetName: { __rl: true, mode: 'id', value: '0' },
					columns: { mappingMode: 'autoMapInputData', value: {} },
					options: {},
				},
				{},
				4.7,
			),
		),
	}),
	...table(13, {
		'code that asks before the claim': put(
			'When Called',
			0,
			code(
				'Tell',
				`await fetch('${ACT_HOST}/do', { method: 'POST', body: JSON.stringify({ externalNumber: $input.first().json.id }) }); return $input.all();`,
			),
		),
		'code that acts behind the claim': between(
			code('Tell', `await this.helpers.httpRequest({ url: '${ACT_HOST}/do' }); return $input.all();`),
		),
	}),
	...table(14, {
		'a mail on the held output': [
			add(
				node(
					'Mail',
					`${BASE}emailSend`,
					{ fromEmail: 'a@b.example', toEmail: '={{ $json.email }}', subject: 'x', options: {} },
					{},
					2.1,
				),
			),
			lead('Claim', 0, 'Mail'),
		],
		'what is in doubt acts': [asking, unlead('Claim', 3), lead('Claim', 3, 'Act')],
		'what is in doubt is completed': [asking, unlead('Claim', 3), lead('Claim', 3, 'Complete')],
		'what is in doubt ends': [asking, unlead('Claim', 3)],
		'nobody decides on what was asked': [asking, unlead('Ask', 0), lead('Ask', 0, 'Act')],
		'a question that failed acts': [asking, unlead('Ask', 1), lead('Ask', 1, 'Act')],
		'a question that failed is decided on': [asking, unlead('Ask', 1), lead('Ask', 1, 'Is it there?')],
		'a question that never fails': [
			asking,
			(workflow) =>
				void (find(workflow, 'Ask').parameters.options = { response: { response: { neverError: true } } }),
		],
		'a question that goes on': [asking, flag('Ask', { onError: 'continueRegularOutput' })],
		'a question that is disabled': [asking, flag('Ask', { disabled: true })],
		'a decision that is disabled': [asking, flag('Is it there?', { disabled: true })],
		'a decision by a constant': [
			asking,
			set('Is it there?', { conditions: condition(true, 'boolean', 'false') }),
		],
		'a decision that goes on': [asking, flag('Is it there?', { onError: 'continueRegularOutput' })],
		'a question that failed is given back as it says': [asking, set('Leave in doubt', { happened: 'auto' })],
		'a question that failed is given back as nothing': [asking, set('Leave in doubt', { happened: 'no' })],
		'an output for doubt that is chosen at run time': [
			asking,
			set('Claim', { whenUnknown: "={{ 'ask' }}" }),
			unlead('Claim', 3),
			lead('Claim', 3, 'Act'),
		],
	}),
	...table(5, {
		'what is in doubt doubled before it is asked about': [
			asking,
			put(
				'Claim',
				3,
				edit('Double', () => ({ duplicateItem: true, duplicateCount: 1 })),
			),
		],
		'two questions about what is in doubt': [asking, lead('Claim', 3, 'Ask')],
		'an act behind its own completion': lead('Complete', 1, 'Act'),
		'a copy that is given back beside the act': lead('Claim', 1, 'Give back'),
		'a question page after page': [
			asking,
			(workflow) =>
				void (find(workflow, 'Ask').parameters.options = {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							paginationCompleteWhen: 'receiveSpecificStatusCodes',
							limitPagesFetched: true,
							maxRequests: 2,
							parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
						},
					},
				}),
		],
	}),
	...table(6, {
		'a Wait before the question': [
			asking,
			put('Claim', 3, node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
		'a Wait behind the question': [
			asking,
			put('Ask', 0, node('Wait', `${BASE}wait`, { amount: 2, unit: 'hours' }, {}, 1.1)),
		],
	}),
	...table(1, {
		'a question asked again and again': [asking, unlead('Is it there?', 1), lead('Is it there?', 1, 'Ask')],
		'a decision that leads to itself': [
			asking,
			unlead('Is it there?', 1),
			lead('Is it there?', 1, 'Is it there?'),
		],
	}),
	...table(14, {
		'a decision that always acts': [asking, unlead('Is it there?', 0), lead('Is it there?', 0, 'Act')],
		'a decision that always completes': [
			asking,
			unlead('Is it there?', 1),
			lead('Is it there?', 1, 'Complete'),
		],
	}),
	...table(9, {
		'a question about the last thing': [
			asking,
			set('Ask', { url: `=${ACT_HOST}/orders?externalNumber={{ $input.last().json.id }}` }),
		],
	}),
	...table(2, {
		'the second input of the act': (workflow) => {
			for (const one of workflow.connections.Claim?.main[1] ?? []) one.index = 1;
		},
	}),
	...table(16, {
		'a trigger that is disabled': flag('When Called', { disabled: true }),
		'a claim that nothing comes to': unlead('When Called', 0),
		'the first time leads nowhere': unlead('Claim', 1),
	}),
];

/** Safe ways to build the same: each is proven, and does everything once in every world. */
export const KEY_SAFE: Readonly<Record<string, readonly Change[]>> = {
	'the workflow itself': [],
	'with a way for what is in doubt': [asking],
	'done where nobody knows': [set('Claim', { whenUnknown: 'done' })],
	'the key by an expression': [set('Claim', { key: '={{ $json.id }}' })],
	'the key of two fields': [set('Claim', { key: 'id, kind' })],
	'the key a day': [set('Claim', { key: '={{ $json.id }}-{{ $now.toISODate() }}' })],
	'the key by a function': [set('Claim', { key: '={{ $json.id.trim().toLowerCase() }}' })],
	'text written behind the claim': [
		between(fields('Write', ['text', '={{ $json.text }} for {{ $json.id }}'])),
	],
	'a branch behind the claim': [
		(workflow) => {
			insert(
				workflow,
				'Claim',
				1,
				node(
					'Is it fit?',
					`${BASE}if`,
					{ conditions: condition('={{ $json.fits }}', 'boolean', 'true', '', 'loose') },
					{},
					2.2,
				),
			);
			link(workflow, 'Is it fit?', 1, 'Act');
		},
	],
	'a loop over single things': [looped(ALL_BACK)],
	'Never Error with a rule': [
		keep({ response: { response: { neverError: true, fullResponse: true } } }),
		(workflow) => {
			insert(
				workflow,
				'Act',
				0,
				node(
					'Taken?',
					`${BASE}if`,
					{ conditions: condition('={{ $json.statusCode }}', 'number', 'lt', 300, 'loose') },
					{ onError: 'continueRegularOutput' },
					2.2,
				),
			);
			link(workflow, 'Taken?', 1, 'Give back');
		},
	],
	'the answer kept by fields': [set('Complete', { keep: 'fields', resultFields: 'statusCode' })],
	'something told behind the completion': [lead('Complete', 1, 'Note what was done before')],
};
