import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openAi } from '../../contracts/openai';
import type { Fault } from '../shared/faults';
import { createBench, type StandIn, type StandInAdmin } from '../shared/server';
import { finishOf, flawedText, generatedText, type Flaw } from './text';

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
	/** Models that answer; a retired one, and one that never was, is 404. */
	readonly models: Set<string>;
	/** From now on at most this many texts, then 429 with `retry-after`, until it is called again; `null` for no limit. */
	allow(texts: number | null): void;
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
	const models = new Set(['gpt-6-luna', 'stand-in-1']);
	let generated = 0;
	let allowed: number | null = null;
	const admin: GeneratorAdmin = {
		...bench.admin,
		flaw: (flaw, times = 1, where = '') => {
			flaws.push({ flaw, times, where });
		},
		generated: () => generated,
		models,
		allow: (texts) => {
			allowed = texts;
		},
	};
	const write = (input: string): Written => {
		generated += 1;
		const flawed = flaws.find((entry) => entry.times > 0 && input.includes(entry.where));
		if (flawed === undefined) return { text: generatedText(input), flaw: null };
		flawed.times -= 1;
		return { text: flawedText(flawed.flaw, input), flaw: flawed.flaw };
	};
	const admit = (): boolean => {
		if (allowed === null) return true;
		allowed -= 1;
		return allowed >= 0;
	};
	addRoutes(bench.app, { write, admit, models });
	bench.app.post('/__admin/flaw', async (request) => {
		const { flaw, times, where } = request.body as { flaw: Flaw; times?: number; where?: string };
		admin.flaw(flaw, times, where);
		return { ok: true };
	});
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}

interface Written {
	readonly text: string;
	readonly flaw: Flaw | null;
}

interface Vendor {
	readonly write: (input: string) => Written;
	/** Whether the rate limit lets one more text pass. */
	readonly admit: () => boolean;
	readonly models: ReadonlySet<string>;
}

function addRoutes(app: FastifyInstance, { write, admit, models }: Vendor): void {
	app.addHook('preHandler', async (request, reply) => {
		if (request.url.startsWith('/__admin') || reply.sent) return;
		if (request.headers.authorization === `Bearer ${sandboxGeneratorKey}`) return;
		return reply
			.code(401)
			.send(refusal('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'));
	});
	app.get('/v1/models', async () => ({
		object: 'list',
		data: [...models].map((id) => ({
			id,
			object: 'model',
			created: 1_700_000_000,
			owned_by: 'stand-in',
		})),
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
		if (model === undefined || !models.has(model)) {
			const message = `The model \`${model ?? ''}\` does not exist or you do not have access to it.`;
			return reply.code(404).send(refusal(message, 'invalid_request_error', 'model_not_found'));
		}
		if (!admit()) {
			return reply
				.code(429)
				.header('retry-after', '20')
				.send(refusal('Rate limit reached for requests per min.', 'requests', 'rate_limit_exceeded'));
		}
		const { text, flaw } = write(input);
		const refused = flaw === 'refused' ? "I'm sorry, I can't help with that." : null;
		return {
			id: `chatcmpl-${createHash('sha256').update(input).digest('hex').slice(0, 24)}`,
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model,
			choices: [
				{
					index: 0,
					message: { role: 'assistant', content: refused === null ? text : null, refusal: refused },
					logprobs: null,
					finish_reason: finishOf(flaw),
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
