import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readVendorFailure } from '../../../adapters/providers/failure';
import { classifyFailure, readNodeFailure } from '../../../core/delivery/failure';

/** The error output of n8n's HTTP Request node 4.2 (n8n 2.40): the answer's body is in the message of the cause. */
const http = (status: number, body: object) => ({
	error: {
		message: 'Your request is invalid or could not be processed by the service',
		name: 'NodeApiError',
		context: {},
		cause: { name: 'AxiosError', message: `${status} - ${JSON.stringify(body)}` },
	},
});
/** The same in n8n 1.123, whose errors have no cause: the answer is in the list of messages. */
const inN8n1 = ({ error: { cause, ...error } }: ReturnType<typeof http>) => ({
	error: { ...error, httpCode: cause.message.slice(0, 3), messages: [cause.message] },
});
/** The error output of n8n's Send Email node: text. */
const mail = (error: string) => ({ error });
const openAi = (code: string, type = 'invalid_request_error') => ({
	error: { message: '', type, param: null, code },
});

const read = (json: unknown, stage: 'send' | 'generation' = 'send') =>
	classifyFailure({ ...readNodeFailure(json), stage }, readVendorFailure(json));

describe('what a vendor says when it refuses', () => {
	it.each<[string, object, string, boolean]>([
		['Postmark 405', http(422, { ErrorCode: 405, Message: 'out of credits' }), 'everybody', false],
		['Postmark 406', http(422, { ErrorCode: 406, Message: 'inactive' }), 'recipient', true],
		['Postmark 300', http(422, { ErrorCode: 300, Message: "Invalid 'To' address." }), 'recipient', true],
		[
			'Postmark 300, sender',
			http(422, { ErrorCode: 300, Message: "Invalid 'From' address." }),
			'everybody',
			false,
		],
		['Postmark 10', http(401, { ErrorCode: 10, Message: 'token' }), 'everybody', false],
		['Postmark, a new code', http(422, { ErrorCode: 9999, Message: 'new' }), 'doubt', true],
		['Postmark 429', http(429, { ErrorCode: 429, Message: 'slow' }), 'later', false],
		['Postmark 500', http(500, { ErrorCode: 500, Message: 'oops' }), 'doubt', true],
		['SMTP 535', mail('Invalid login: 535 5.7.8 Authentication credentials invalid'), 'everybody', false],
		[
			'SMTP 550',
			mail("Can't send mail - all recipients were rejected: 550 Mailbox unavailable"),
			'recipient',
			true,
		],
		[
			'SMTP 451',
			mail("Can't send mail - all recipients were rejected: 451 Mailbox unavailable"),
			'later',
			true,
		],
		['SMTP 552', mail('Message failed: 552 Message rejected'), 'recipient', true],
		['SMTP 421', mail('Message failed: 421 Try later'), 'later', false],
		['SMTP sender', mail('Mail command failed: 553 Sender refused'), 'everybody', false],
		['SMTP, broken off', mail('Connection closed unexpectedly'), 'doubt', true],
		['Resend key', http(401, { statusCode: 401, name: 'missing_api_key', message: '' }), 'everybody', false],
		[
			'Resend key in use',
			http(409, { statusCode: 409, name: 'concurrent_idempotent_requests', message: '' }),
			'doubt',
			true,
		],
		['Brevo credits', http(402, { code: 'not_enough_credits', message: '' }), 'everybody', false],
		['SES paused', http(400, { __type: 'SendingPausedException', message: '' }), 'everybody', false],
		[
			'HubSpot token',
			http(401, { status: 'error', category: 'INVALID_AUTHENTICATION', message: '' }),
			'everybody',
			false,
		],
		['HubSpot 429', http(429, { status: 'error', errorType: 'RATE_LIMIT', message: '' }), 'later', false],
		[
			'SendGrid sender',
			http(403, {
				errors: [
					{
						message: 'The from address does not match a verified Sender Identity.',
						field: 'from',
						help: null,
					},
				],
			}),
			'everybody',
			false,
		],
		['Mailgun domain', http(404, { message: 'Domain not found: example.com' }), 'everybody', false],
	])('%s', (_name, json, kind, costsReplay) => {
		expect(read(json)).toMatchObject({ kind, costsReplay, sent: kind === 'doubt' ? 'unknown' : 'no' });
	});

	it.each<[string, object, string]>([
		['a retired model', http(404, openAi('model_not_found')), 'everybody'],
		['no quota', http(429, openAi('insufficient_quota', 'insufficient_quota')), 'everybody'],
		['throttling', http(429, openAi('rate_limit_exceeded', 'requests')), 'later'],
		['a wrong key', http(401, openAi('invalid_api_key')), 'everybody'],
		['a refusal', http(400, openAi('content_policy_violation')), 'recipient'],
	])('the generation vendor: %s', (_name, json, kind) => {
		expect(read(json, 'generation')).toMatchObject({ kind, sent: 'no' });
	});

	it.each<[number, object, string]>([
		[422, { ErrorCode: 405, Message: 'out of credits' }, 'everybody'],
		[422, { ErrorCode: 406, Message: 'inactive' }, 'recipient'],
		[404, openAi('model_not_found'), 'everybody'],
		[401, { statusCode: 401, name: 'missing_api_key', message: '' }, 'everybody'],
		[500, { ErrorCode: 500, Message: 'oops' }, 'doubt'],
	])('reads the same from an error of n8n 1.123: %d %j', (status, body, kind) => {
		const before = inN8n1(http(status, body));
		expect(read(before)).toMatchObject({ kind });
		expect(read(before)).toEqual(read(http(status, body)));
	});

	it('repeats no text of an answer, and never throws', () => {
		expect(read(http(422, { ErrorCode: 406, Message: 'ada@example.com is inactive' })).reason).not.toMatch(
			/ada|@/,
		);
		fc.assert(
			fc.property(fc.anything(), (error) => {
				expect(['no', 'unknown']).toContain(read({ error }).sent);
			}),
		);
	});

	it('takes nothing for a refusal that is none: an answer of 5xx proves nothing, whatever it says', () => {
		for (const body of [
			{ ErrorCode: 406, Message: 'x' },
			{ statusCode: 422, name: 'validation_error' },
			{ code: 'invalid_parameter' },
		])
			expect(read(http(502, body))).toMatchObject({ sent: 'unknown' });
	});
});
