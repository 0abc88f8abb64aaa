import type { SpineNode, SpineWorkflow } from '../spine';
import { isOwn, isTrigger, isHttp, own, told } from './kinds';

/** Changes of one node, by class; `null` where a change makes no sense. */
export const CHANGED: readonly (readonly [
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

/** Changes of the whole workflow. */
export const WHOLE: readonly (readonly [is: number, what: string, change: (all: SpineWorkflow) => void])[] = [
	[12, 'the old execution order', (all) => void (all.settings.executionOrder = 'v0')],
	[12, 'no execution order', (all) => delete all.settings.executionOrder],
	[
		16,
		'every trigger disabled',
		(all) => void all.nodes.filter(isTrigger).forEach((one) => (one.disabled = true)),
	],
];
