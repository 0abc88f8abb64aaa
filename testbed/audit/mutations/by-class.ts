import { code, condition, find, get, insert, link, node, BASE } from '../edit';
import { mutants, type Mutant } from '../mutants';
import type { SpineNode, SpineWorkflow } from '../spine';

/** A workflow with one mistake, and the class of mistakes it belongs to. */
export interface ClassMutant extends Mutant {
	/** Number of the class, 1 to 16; 0 for connections. */
	readonly is: number;
}

const OWN = 'n8n-nodes-release-gate.';
const isOwn = ({ type }: SpineNode): boolean => type.startsWith(OWN);
const isTrigger = ({ type }: SpineNode): boolean => /Trigger$|\.webhook$/.test(type);
const isHttp = ({ type }: SpineNode): boolean => type === `${BASE}httpRequest`;

const place = { __rl: true, mode: 'id', value: '1' };
/** A channel of the team, as Slack names one. */
const CHANNEL = { ...place, value: 'C0123456789' };
const looped = (size: number): SpineNode =>
	node('Mutant', `${BASE}splitInBatches`, { batchSize: size, options: {} }, {}, 3);
const wait = (amount: number, unit: string): SpineNode =>
	node('Mutant', `${BASE}wait`, { amount, unit }, {}, 1.1);
const written = (...assignments: readonly (readonly [string, string])[]): SpineNode =>
	node(
		'Mutant',
		`${BASE}set`,
		{
			includeOtherFields: true,
			assignments: {
				assignments: assignments.map(([name, value]) => ({ id: name, name, value, type: 'string' })),
			},
			options: {},
		},
		{},
		3.4,
	);
const strict = (more: Partial<SpineNode>): SpineNode =>
	node('Mutant', `${BASE}if`, { conditions: condition('={{ $json.age }}', 'number', 'gt', 0) }, more, 2.2);
const asked = (method: string, url: string, more: Partial<SpineNode> = {}): SpineNode =>
	node('Mutant', `${BASE}httpRequest`, { method, url, options: {} }, more, 4.2);

/** A request that goes on whatever it is answered. */
const kept = (method: string, url: string): SpineNode =>
	asked(method, url, { onError: 'continueRegularOutput' });

/** Nodes that are put into a connection, by class. */
const INSERTED: readonly (readonly [is: number, what: string, make: () => SpineNode, leaves?: number])[] = [
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

/** Changes of one node, by class; `null` where a change makes no sense. */
const CHANGED: readonly (readonly [
	is: number,
	what: string,
	change: (one: SpineNode, all: SpineWorkflow) => boolean,
])[] = [
	[2, 'executes once', (one) => !isTrigger(one) && !!Object.assign(one, { executeOnce: true })],
	[2, 'always puts data out', (one) => !isTrigger(one) && !!Object.assign(one, { alwaysOutputData: true })],
	[
		3,
		'stops the run',
		(one) => one.onError !== undefined && !!Object.assign(one, { onError: 'stopWorkflow' }),
	],
	[8, 'goes on', (one) => !isTrigger(one) && !!Object.assign(one, { onError: 'continueRegularOutput' })],
	[
		3,
		'has an error output',
		(one) =>
			!isTrigger(one) &&
			one.onError !== 'continueErrorOutput' &&
			!!Object.assign(one, { onError: 'continueErrorOutput' }),
	],
	[
		7,
		'is retried',
		(one) => !isTrigger(one) && !!Object.assign(one, { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }),
	],
	[11, 'is pinned', (one, all) => !!(all.pinData = { [one.name]: [{ json: { MessageID: 'pinned' } }] })],
	[16, 'is disabled', (one) => !!Object.assign(one, { disabled: true })],
	[
		12,
		'is of another version',
		(one) => isOwn(one) && !!Object.assign(one, { typeVersion: one.typeVersion === 1 ? 2 : 1 }),
	],
	[12, 'names no version', (one) => delete (one as Partial<SpineNode>).typeVersion],
	[
		10,
		'uses another ledger',
		(one) =>
			isOwn(one) &&
			!!Object.assign(one, { credentials: { releaseGateLedgerApi: { id: 'other', name: 'Other' } } }),
	],
	[10, 'names another spine', (one) => isOwn(one) && !!Object.assign(one.parameters, { spine: 'another' })],
	[
		8,
		'never errors',
		(one) =>
			isHttp(one) &&
			!!Object.assign(one.parameters, { options: { response: { response: { neverError: true } } } }),
	],
	[
		8,
		'hands on status and body',
		(one) =>
			isHttp(one) &&
			!!Object.assign(one.parameters, { options: { response: { response: { fullResponse: true } } } }),
	],
	[
		8,
		'reads another message id',
		(one) =>
			own(one, 'commit') &&
			!!Object.assign(one.parameters, { provider: 'custom', messageIdField: 'delivery.key' }),
	],
	[
		8,
		'asks for no message id',
		(one) =>
			own(one, 'commit') && !!Object.assign(one.parameters, { provider: 'custom', messageIdField: '' }),
	],
	[
		8,
		'says that nothing was sent',
		(one) =>
			own(one, 'fail') &&
			!!Object.assign(one.parameters, { stage: 'generation', replay: 'yes', retryable: 'yes' }),
	],
	[9, 'is told of the first item', (one) => told(one, /\.item\b/g, '.first()')],
	[9, 'is told of the last item', (one) => told(one, /\$json\b/g, '$input.last().json')],
	[
		9,
		'is told of one person',
		(one) => told(one, /\$\('[^']+'\)\.item\.json\.contact\.properties\.email/g, "'ann@example.com'"),
	],
	[
		7,
		'asks page after page',
		(one) =>
			isHttp(one) &&
			!!Object.assign(one.parameters, {
				options: {
					pagination: {
						pagination: {
							paginationMode: 'updateAParameterInEachRequest',
							parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
							paginationCompleteWhen: 'receiveSpecificStatusCodes',
							limitPagesFetched: true,
							maxRequests: 2,
						},
					},
				},
			}),
	],
	[
		5,
		'hands on all that match',
		(one) =>
			/\.switch$/.test(one.type) &&
			!!Object.assign(one.parameters, { options: { allMatchingOutputs: true } }),
	],
	[
		2,
		'confirms instead of claiming',
		(one) => own(one, 'claim') && !!Object.assign(one.parameters, { operation: 'confirm' }),
	],
	[
		2,
		'claims instead of confirming',
		(one) => own(one, 'confirm') && !!Object.assign(one.parameters, { operation: 'claim' }),
	],
	[
		8,
		'fails instead of committing',
		(one) => own(one, 'commit') && !!Object.assign(one.parameters, { operation: 'fail' }),
	],
	[
		8,
		'commits instead of failing',
		(one) => own(one, 'fail') && !!Object.assign(one.parameters, { operation: 'commit' }),
	],
	[
		10,
		'claims from a field of the recipient',
		(one) =>
			own(one, 'claim') &&
			!!Object.assign(one.parameters, {
				source: 'standalone',
				spine: 'content',
				recipientField: 'contact.id',
			}),
	],
	[
		8,
		'completes instead of giving back',
		(one) => own(one, 'giveKeyBack') && !!Object.assign(one.parameters, { operation: 'completeKey' }),
	],
	[
		8,
		'gives back instead of completing',
		(one) => own(one, 'completeKey') && !!Object.assign(one.parameters, { operation: 'giveKeyBack' }),
	],
	[
		8,
		'says that nothing happened',
		(one) => own(one, 'giveKeyBack') && !!Object.assign(one.parameters, { happened: 'no' }),
	],
	[
		10,
		'settles another scope',
		(one) =>
			(own(one, 'completeKey') || own(one, 'giveKeyBack')) &&
			!!Object.assign(one.parameters, { scope: 'another' }),
	],
	[
		8,
		'settles a key by name',
		(one) =>
			(own(one, 'completeKey') || own(one, 'giveKeyBack')) &&
			!!Object.assign(one.parameters, { which: 'named', namedScope: 'x', namedKey: 'x' }),
	],
	[
		9,
		'claims the run',
		(one) => own(one, 'claimKey') && !!Object.assign(one.parameters, { key: '={{ $execution.id }}' }),
	],
	[
		9,
		'claims one for all',
		(one) => own(one, 'claimKey') && !!Object.assign(one.parameters, { key: '=all' }),
	],
	[
		14,
		'asks where nobody knows',
		(one) => own(one, 'claimKey') && !!Object.assign(one.parameters, { whenUnknown: 'ask' }),
	],
	[
		14,
		'takes for done what nobody knows',
		(one) => own(one, 'claimKey') && !!Object.assign(one.parameters, { whenUnknown: 'done' }),
	],
];

function own(one: SpineNode, operation: string): boolean {
	if (!isOwn(one)) return false;
	const byDefault = one.type.endsWith('idempotencyCheck')
		? 'claim'
		: one.type.endsWith('deliveryCommit')
			? 'commit'
			: '';
	return (one.parameters.operation ?? byDefault) === operation;
}

/** Changes what the expressions of a node look at; `false` where none of them looks that way. */
function told(one: SpineNode, what: RegExp, by: string): boolean {
	if (isOwn(one)) return false;
	const before = JSON.stringify(one.parameters);
	const after = before.replace(what, by);
	one.parameters = JSON.parse(after) as SpineNode['parameters'];
	return before !== after;
}

/** Changes of the whole workflow. */
const WHOLE: readonly (readonly [is: number, what: string, change: (all: SpineWorkflow) => void])[] = [
	[12, 'the old execution order', (all) => void (all.settings.executionOrder = 'v0')],
	[12, 'no execution order', (all) => delete all.settings.executionOrder],
	[
		16,
		'every trigger disabled',
		(all) => void all.nodes.filter(isTrigger).forEach((one) => (one.disabled = true)),
	],
];

/**
 * Every mutant of a workflow: what may stand in each of its connections, what may be wrong with each of its nodes and
 * settings, and what may be wrong with its connections (`mutants.ts`), in a fixed order.
 */
export function classMutants(make: () => SpineWorkflow, sendUrl: string, crmUrl: string): ClassMutant[] {
	const found: ClassMutant[] = [];
	const base = make();
	// Notes are no steps.
	const steps = base.nodes.filter(({ type }) => type !== `${BASE}stickyNote`);
	const add = (is: number, operator: string, what: string, change: (all: SpineWorkflow) => boolean): void => {
		const workflow = structuredClone(base);
		if (change(workflow)) found.push({ is, operator, what, workflow });
	};
	const edges = Object.entries(base.connections).flatMap(([from, { main }]) =>
		main.flatMap((targets, output) => (targets.length > 0 ? [{ from, output, to: targets }] : [])),
	);
	for (const [is, what, added, leaves] of INSERTED)
		for (const { from, output, to } of edges)
			add(is, what, `behind ${from} (${output})`, (all) => {
				insert(all, from, output, added(), leaves);
				if (/\.splitInBatches$/.test(find(all, 'Mutant').type) && leaves === 1)
					for (const { node: target } of to) link(all, target, 0, 'Mutant');
				return true;
			});
	for (const { from, output, to } of edges)
		for (const { node: target, index } of to) {
			add(5, 'a connection twice', `${from} (${output}) to ${target}`, (all) => {
				link(all, from, output, target, index);
				return true;
			});
			add(2, 'the second input', `${from} (${output}) to ${target}`, (all) => {
				for (const one of all.connections[from]?.main[output] ?? []) if (one.node === target) one.index = 1;
				return true;
			});
		}
	for (const [is, what, change] of CHANGED)
		for (const { name } of steps) add(is, what, name, (all) => change(find(all, name), all));
	for (const { name } of steps.filter((one) => !isTrigger(one)))
		add(12, 'another way in', name, (all) => {
			all.nodes.push(node('Mutant', `${BASE}manualTrigger`));
			link(all, 'Mutant', 0, name);
			return true;
		});
	for (const [is, what, change] of WHOLE)
		add(is, what, 'the workflow', (all) => {
			change(all);
			return true;
		});
	const connections = mutants(make, sendUrl, crmUrl).filter(({ operator }) => CONNECTIONS.has(operator));
	return [...found, ...connections.map((one) => ({ ...one, is: 0 }))];
}

/** What `mutants.ts` does to connections alone; the rest stands above. */
const CONNECTIONS = new Set(['remove', 'bypass', 'reorder', 'rewire', 'swap branch', 'side path', 'insert']);
