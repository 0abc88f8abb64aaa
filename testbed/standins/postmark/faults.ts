import type { Fault } from '../shared/faults';

const json = { 'content-type': 'application/json' };

const faults: readonly Fault[] = [
	{
		id: 'throttled',
		name: '429',
		before: () => ({ status: 429, headers: json, body: { ErrorCode: 429, Message: 'Rate limit exceeded.' } }),
	},
	{
		id: 'outage',
		name: '503',
		before: () => ({ status: 503, headers: { 'content-type': 'text/html' }, raw: '<html>503</html>' }),
	},
	{
		id: 'server-error',
		name: '500 with a body',
		before: () => ({
			status: 500,
			headers: json,
			body: { ErrorCode: 500, Message: 'Internal Server Error' },
		}),
	},
	{ id: 'reset-before', name: 'connection cut before the message was accepted', before: () => 'reset' },
	{ id: 'reset-after', name: 'connection cut after the message was accepted', after: () => 'reset' },
	{
		id: 'lost-answer',
		name: 'accepted, answered with 504',
		after: () => ({ status: 504, headers: { 'content-type': 'text/html' }, raw: '<html>504</html>' }),
	},
	{
		id: 'cut-half',
		name: 'connection cut when half of a batch was accepted',
		before: (call) => {
			if (Array.isArray(call.body)) call.body = call.body.slice(0, Math.floor(call.body.length / 2));
			return undefined;
		},
		after: () => 'reset',
	},
	{
		id: 'refused-call',
		name: 'a whole call refused (error code 403)',
		before: () => ({
			status: 422,
			headers: json,
			body: { ErrorCode: 403, Message: 'Incompatible JSON.' },
		}),
	},
	{
		id: 'forbidden',
		name: '403 of something in front of Postmark, which takes a text for an attack',
		outside: true,
		before: () => ({ status: 403, headers: { 'content-type': 'text/html' }, raw: '<html>403</html>' }),
	},
	{
		id: 'short-answer',
		name: 'a batch accepted, and one result missing in the answer',
		outside: true,
		after: (_call, _variant, { body }) => ({
			status: 200,
			headers: json,
			body: Array.isArray(body) ? body.slice(1) : body,
		}),
	},
	{
		id: 'long-answer',
		name: 'a batch accepted, and one result too many in the answer',
		outside: true,
		after: (_call, _variant, { body }) => ({
			status: 200,
			headers: json,
			body: Array.isArray(body) ? [...(body as unknown[]), body[0]] : body,
		}),
	},
	{
		id: 'mixed-up-answer',
		name: 'a batch accepted, and its results in another order',
		outside: true,
		after: (_call, _variant, { body }) => ({
			status: 200,
			headers: json,
			body: Array.isArray(body) ? [...(body as unknown[])].reverse() : body,
		}),
	},
	{
		id: 'garbled-answer',
		name: 'accepted, and answered with something that is no JSON',
		outside: true,
		after: () => ({ status: 200, headers: json, raw: '[{"ErrorCode":0,' }),
	},
	{
		id: 'empty-answer',
		name: 'accepted, and answered with nothing',
		outside: true,
		after: () => ({ status: 200, headers: json, raw: '' }),
	},
	{ id: 'silence', name: 'never answers, nothing accepted', before: () => 'silence' },
	{ id: 'silence-after', name: 'accepted, never answers', after: () => 'silence' },
	{
		id: 'slow',
		name: 'answers late',
		variants: ['1 s', '5 s', '60 s'],
		before: async (_call, variant) => {
			await new Promise((resolve) => setTimeout(resolve, parseInt(variant, 10) * 1000).unref());
			return undefined;
		},
	},
	{
		id: 'inactive',
		name: 'inactive recipient (error code 406)',
		before: () => ({
			status: 422,
			headers: json,
			body: {
				ErrorCode: 406,
				Message: 'You tried to send to recipient(s) that have been marked as inactive.',
			},
		}),
	},
];

/** What may become of a call that sends, one message or many. */
export const postmarkFaults: readonly Fault[] = faults.map((fault) => ({
	...fault,
	on: { method: 'POST', path: '/email' },
}));
