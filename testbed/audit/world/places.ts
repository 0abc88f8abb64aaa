import type { Answer, Call } from './internet';

/** What stands at an address of the real world, for the judges of the trial. */
export interface Place {
	/**
	 * `mail` reaches a person; `writes` generates text; `reads` hands out what it holds and changes nothing; `team`: a
	 * fixed place of the team that runs n8n.
	 */
	readonly is: 'mail' | 'writes' | 'reads' | 'team';
	/** Host and path, as in `api.telegram.org/bot1/sendMessage`. */
	readonly at: RegExp;
	/** Asked only by this method; any if absent. */
	readonly method?: string;
	/** The vendor's answer when it does what it was asked, with `id` as the message's. */
	readonly takes: (id: string) => Answer;
	/** The vendor's answer to a recipient it does not take. */
	readonly refuses?: Answer;
	/** The vendor's answer where nothing is found. */
	readonly finds?: Answer;
	/** Whether the vendor drops a repetition by the header `Idempotency-Key`. */
	readonly drops?: true;
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const text = (body: (words: string) => unknown): Pick<Place, 'is' | 'takes'> => ({
	is: 'writes',
	takes: () =>
		ok(
			body(
				'{"text":"A text of some length, as one writes it.","fits":true,"answer":"yes","a":true,"category":"a","other":false}',
			),
		),
});

const bucket = (contents: string): string =>
	`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
const feed = (items: string): string =>
	`<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>${items}</channel></rss>`;

const openai = (words: string): unknown => ({
	id: 'chatcmpl-1',
	object: 'chat.completion',
	created: 1,
	model: 'stand-in',
	choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: words } }],
	usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

/**
 * The vendors of the attacks and of the safe spines, each answering in the form of its documentation (the path names the
 * call). They know nothing of the audit: what is not listed is taken for a place that acts when it is asked.
 */
export const PLACES: readonly Place[] = [
	// Postmark: developer/api/email-api. 422 with ErrorCode 406 for an inactive recipient.
	{
		is: 'mail',
		at: /^api\.postmarkapp\.com\/email/,
		takes: (id) => ok({ ErrorCode: 0, Message: 'OK', MessageID: id, SubmittedAt: '2026-11-20T00:00:00Z' }),
		refuses: ok({ ErrorCode: 406, Message: 'Inactive recipient' }, 422),
	},
	// Resend: api-reference/emails/send-email; the same Idempotency-Key within a day sends once.
	{
		is: 'mail',
		at: /^api\.resend\.com\/emails/,
		takes: (id) => ok({ id }),
		refuses: ok({ name: 'validation_error' }, 422),
		drops: true,
	},
	{ is: 'mail', at: /^api\.sendgrid\.com\/v3\/mail\/send/, takes: () => ok('', 202), refuses: ok({}, 400) },
	{
		is: 'mail',
		at: /^api\.(eu\.)?mailgun\.net\/v3\/[^/]+\/messages/,
		takes: (id) => ok({ id, message: 'Queued. Thank you.' }),
		refuses: ok({ message: 'not a valid address' }, 400),
	},
	{
		is: 'mail',
		at: /^api\.hubapi\.com\/marketing\/v4\/email\/single-send/,
		takes: (id) => ok({ statusId: id, status: 'PENDING' }),
		refuses: ok({ category: 'VALIDATION_ERROR' }, 400),
	},
	{
		is: 'mail',
		at: /^api\.twilio\.com\/2010-04-01\/Accounts\/[^/]*\/(Messages|Calls)\.json/,
		takes: (id) => ok({ sid: id, status: 'queued' }, 201),
		refuses: ok({ code: 21610, message: 'Attempt to send to unsubscribed recipient' }, 400),
	},
	{
		is: 'mail',
		at: /^(www|gmail)\.googleapis\.com\/(upload\/)?gmail\/v1\/users\/[^/]+\/messages\/send/,
		takes: (id) => ok({ id, threadId: id, labelIds: ['SENT'] }),
		refuses: ok({ error: { code: 400, message: 'Invalid To header' } }, 400),
	},
	{
		is: 'mail',
		at: /^graph\.microsoft\.com\/v1\.0\/.*sendMail/i,
		takes: () => ok('', 202),
		refuses: ok({}, 400),
	},
	// Slack answers 200 to what it refuses (api.slack.com/web#responses).
	{
		is: 'mail',
		at: /^slack\.com\/api\/chat\./,
		takes: (id) => ok({ ok: true, channel: 'D1', ts: id, message: { ts: id, text: 'x' } }),
		refuses: ok({ ok: false, error: 'user_not_found' }),
	},
	{ is: 'reads', at: /^slack\.com\/api\//, takes: () => ok({ ok: true }) },
	{
		is: 'mail',
		at: /^api\.telegram\.org\/bot[^/]*\/(send|forward|copy)/i,
		takes: (id) => ok({ ok: true, result: { message_id: id } }),
		refuses: ok({ ok: false, error_code: 400, description: 'Bad Request: chat not found' }, 400),
	},
	{
		is: 'mail',
		at: /^graph\.facebook\.com\/.*\/messages/,
		takes: (id) => ok({ messages: [{ id }] }),
		refuses: ok({ error: { code: 131026 } }, 400),
	},
	// Vonage answers 200 to what it refuses (SMS API, status other than 0).
	{
		is: 'mail',
		at: /^rest\.nexmo\.com\/sms\/json/,
		takes: (id) => ok({ 'message-count': '1', messages: [{ status: '0', 'message-id': id }] }),
		refuses: ok({ 'message-count': '1', messages: [{ status: '6', 'error-text': 'unroutable' }] }),
	},
	// Generators.
	{ ...text(openai), at: /^api\.openai\.com\/v1\/chat\/completions/ },
	{
		...text((words) => ({
			id: 'resp_1',
			object: 'response',
			status: 'completed',
			model: 'stand-in',
			output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: words }] }],
			usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
		})),
		at: /^api\.openai\.com\/v1\/responses/,
	},
	{ ...text(openai), at: /^[\w-]+\.openai\.azure\.com\// },
	{ ...text(openai), at: /^[\w-]+\.services\.ai\.azure\.com\// },
	{ ...text(openai), at: /^api\.mistral\.ai\// },
	{
		...text((words) => ({
			id: 'msg_1',
			type: 'message',
			role: 'assistant',
			model: 'stand-in',
			content: [{ type: 'text', text: words }],
			stop_reason: 'end_turn',
			usage: { input_tokens: 1, output_tokens: 1 },
		})),
		at: /^api\.anthropic\.com\/v1\/messages/,
	},
	{
		...text((words) => ({ candidates: [{ content: { role: 'model', parts: [{ text: words }] } }] })),
		at: /^(generativelanguage|[\w-]*aiplatform)\.googleapis\.com\//,
	},
	{
		...text((words) => ({ output: { message: { role: 'assistant', content: [{ text: words }] } } })),
		at: /^bedrock-runtime\.[\w-]+\.amazonaws\.com\//,
	},
	{
		...text((words) => ({
			model: 'x',
			response: words,
			message: { role: 'assistant', content: words },
			done: true,
		})),
		at: /^localhost\/api\/(generate|chat)/,
	},
	{ ...text((words) => ({ translations: [{ text: words }] })), at: /^api(-free)?\.deepl\.com\// },
	{ ...text((words) => ({ audio: words })), at: /^api\.elevenlabs\.io\// },
	{ ...text(() => ({ score: 1 })), at: /^api\.acme\.example\/score/ },
	// What only hands out.
	{ is: 'reads', at: /^api\.acme\.example\/profile/, method: 'GET', takes: () => ok({ age: 30 }) },
	{
		is: 'reads',
		at: /^sheets\.googleapis\.com\/v4\/spreadsheets\/[^/]+\/values\//,
		method: 'GET',
		takes: () => ok({ values: [['id'], ['1']] }),
		finds: ok({ values: [] }),
	},
	{
		is: 'reads',
		at: /^sheets\.googleapis\.com\//,
		method: 'GET',
		takes: () => ok({ sheets: [{ properties: { sheetId: 0, title: 'Sheet1' } }] }),
	},
	{
		is: 'reads',
		at: /^www\.googleapis\.com\/drive\//,
		method: 'GET',
		takes: () => ok({ id: '1', name: 'f', mimeType: 'text/plain', files: [{ id: '1', name: 'f' }] }),
		finds: ok({ id: '1', name: 'f', mimeType: 'text/plain', files: [] }),
	},
	{
		is: 'reads',
		at: /^api\.airtable\.com\/v0\/meta/,
		method: 'GET',
		takes: () => ok({ tables: [{ id: '1', name: 't', fields: [] }], bases: [] }),
	},
	{
		is: 'reads',
		at: /^api\.airtable\.com\/v0\//,
		method: 'GET',
		takes: () => ok({ records: [{ id: '1', fields: {} }] }),
		finds: ok({ records: [] }),
	},
	{
		is: 'reads',
		at: /^api\.notion\.com\/v1\/(pages|blocks)/,
		method: 'GET',
		takes: () =>
			ok({
				id: '1',
				object: 'page',
				properties: { Name: { id: 'title', type: 'title', title: [{ plain_text: 'A page' }] } },
				parent: {},
				url: '',
				created_time: '',
				last_edited_time: '',
			}),
	},
	// S3: API_GetBucketLocation, API_GetObject, API_ListObjectsV2.
	{
		is: 'reads',
		at: /^([\w-]+\.)?s3[.\w-]*\.amazonaws\.com\/[^?]*\?location/,
		method: 'GET',
		takes: () =>
			ok(
				'<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
			),
	},
	{
		is: 'reads',
		at: /^([\w-]+\.)?s3[.\w-]*\.amazonaws\.com\//,
		method: 'GET',
		takes: () => ok(bucket('<Contents><Key>f</Key></Contents>')),
		finds: ok(bucket('')),
	},
	{
		is: 'reads',
		at: /^example\.com\/feed/,
		method: 'GET',
		takes: () => ok(feed('<item><title>a</title></item>')),
		finds: ok(feed('')),
	},
	// A row in the team's sheet.
	{ is: 'team', at: /^sheets\.googleapis\.com\//, takes: () => ok({ updates: {} }) },
];

/** The place a call reached; `undefined`: nobody knows it, and it is taken to act. */
export const placeOf = ({ host, path, method }: Call): Place | undefined =>
	PLACES.find(
		(place) => place.at.test(`${host}${path}`) && (place.method === undefined || place.method === method),
	);
