import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openAi } from '../../contracts/openai';
import type { Fault } from '../shared/faults';
import { createBench, type StandIn, type StandInAdmin } from '../shared/server';
import { flawedText, generatedText, type Flaw } from './text';

/** Key every generator stand-in takes. It opens nothing but the stand-in. */
export const sandboxGeneratorKey = 'sk-stand-in';

/** How the generator stand-in starts. */
export interface GeneratorStandInOptions {
	readonly host?: string;
	readonly port?: number;
}

/** What a test may do to the generator stand-in. */
export interface GeneratorAdmin extends StandInAdmin {
	/** The next texts are wrong in this way; only for inputs that contain `where`, if given. */
	flaw(flaw: Flaw, times?: number, where?: string): void;
	/** Texts that were generated since the start. */
	generated(): number;
}

interface WaitingFlaw {
	readonly flaw: Flaw;
	readonly where: string;
	times: number;
}

const json = { 'content-type': 'application/json' };

/** Body of a refusal in OpenAI's shape. */
const refusal = (message: string, type: string, code: string | null) => ({
	error: { message, type, param: null, code },
});

const faults: readonly Fault[] = [
	{
		id: 'throttled',
		name: '429',
		before: () => ({
			status: 429,
			headers: { ...json, 'retry-after': '1' },
			body: refusal('Rate limit reached', 'requests', 'rate_limit_exceeded'),
		}),
	},
	{
		id: 'outage',
		name: '500',
		before: () => ({
			status: 500,
			headers: json,
			body: refusal('The server had an error', 'server_error', null),
		}),
	},
	{ id: 'reset', name: 'connection cut', before: () => 'reset' },
	{ id: 'silence', name: 'never answers', before: () => 'silence' },
	{
		id: 'slow',
		name: 'answers late',
		variants: ['1 s', '5 s', '60 s'],
		before: async (_call, variant) => {
			await new Promise((resolve) => setTimeout(resolve, parseInt(variant, 10) * 1000).unref());
			return undefined;
		},
	},
];

/** Starts a vendor that answers chat completions in OpenAI's shape. Port 0 takes a free one. */
export async function startGenerator(
	options: GeneratorStandInOptions = {},
): Promise<StandIn<GeneratorAdmin>> {
	const bench = createBench(faults, openAi);
	const flaws: WaitingFlaw[] = [];
	let generated = 0;
	const admin: GeneratorAdmin = {
		...bench.admin,
		flaw: (flaw, times = 1, where = '') => {
			flaws.push({ flaw, times, where });
		},
		generated: () => generated,
	};
	const textFor = (input: string): string => {
		generated += 1;
		const flawed = flaws.find((entry) => entry.times > 0 && input.includes(entry.where));
		if (flawed === undefined) return generatedText(input);
		flawed.times -= 1;
		return flawedText(flawed.flaw, input);
	};
	addRoutes(bench.app, textFor);
	bench.app.post('/__admin/flaw', async (request) => {
		const { flaw, times, where } = request.body as { flaw: Flaw; times?: number; where?: string };
		admin.flaw(flaw, times, where);
		return { ok: true };
	});
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}

function addRoutes(app: FastifyInstance, textFor: (input: string) => string): void {
	app.addHook('preHandler', async (request, reply) => {
		if (request.url.startsWith('/__admin') || reply.sent) return;
		if (request.headers.authorization === `Bearer ${sandboxGeneratorKey}`) return;
		return reply
			.code(401)
			.send(refusal('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'));
	});
	app.get('/v1/models', async () => ({
		object: 'list',
		data: [{ id: 'stand-in-1', object: 'model', created: 1_700_000_000, owned_by: 'stand-in' }],
	}));
	app.post('/v1/chat/completions', async (request, reply) => {
		const { model, messages } = (request.body ?? {}) as {
			model?: string;
			messages?: readonly { content?: unknown }[];
		};
		if (!Array.isArray(messages) || messages.length === 0) {
			return reply.code(400).send(refusal("'messages' is required.", 'invalid_request_error', null));
		}
		const input = messages
			.map((message: { content?: unknown }) =>
				typeof message.content === 'string' ? message.content : JSON.stringify(message.content ?? ''),
			)
			.join('\n');
		const text = textFor(input);
		return {
			id: `chatcmpl-${createHash('sha256').update(input).digest('hex').slice(0, 24)}`,
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model: model ?? 'stand-in-1',
			choices: [
				{
					index: 0,
					message: { role: 'assistant', content: text, refusal: null },
					logprobs: null,
					finish_reason: 'stop',
				},
			],
			usage: {
				prompt_tokens: Math.ceil(input.length / 4),
				completion_tokens: Math.ceil(text.length / 4),
				total_tokens: Math.ceil((input.length + text.length) / 4),
			},
		};
	});
}
