import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model that calls its tool again and again with the same arguments, as models do. */
export interface Model {
	readonly url: string;
	/** How often it asked for the tool. */
	readonly asked: () => number;
	close(): Promise<void>;
}

/** What it wants of its tool, each time. */
const wish = { customer: 'cus_1', invoice: 'in_1', amount: 20 };

interface Request {
	readonly stream?: boolean;
	readonly messages?: readonly { readonly role: string }[];
	readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/**
 * Answers OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat): first two equal calls of the tool at
 * once, then, with their results before it, one more, then a sentence.
 */
export async function startModel(): Promise<Model> {
	let asked = 0;
	const answerTo = ({ messages = [], tools = [] }: Request): object => {
		const results = messages.filter(({ role }) => role === 'tool').length;
		const calls = results === 0 ? 2 : results === 2 ? 1 : 0;
		const [tool] = tools;
		if (tool === undefined || calls === 0) return { role: 'assistant', content: 'Refunded.' };
		return {
			role: 'assistant',
			content: null,
			tool_calls: Array.from({ length: calls }, (_none, index) => ({
				index,
				id: `call_${(asked += 1)}`,
				type: 'function',
				function: { name: tool.function.name, arguments: JSON.stringify(wish) },
			})),
		};
	};
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as Request;
			const message = answerTo(body);
			const finish = 'tool_calls' in message ? 'tool_calls' : 'stop';
			const envelope = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini' };
			if (body.stream !== true) {
				response.writeHead(200, { 'content-type': 'application/json' });
				const choices = [{ index: 0, message, finish_reason: finish }];
				const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
				response.end(JSON.stringify({ ...envelope, object: 'chat.completion', choices, usage }));
				return;
			}
			response.writeHead(200, { 'content-type': 'text/event-stream' });
			const tell = (delta: object, reason: string | null): void => {
				const choices = [{ index: 0, delta, finish_reason: reason }];
				response.write(
					`data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', choices })}\n\n`,
				);
			};
			tell(message, null);
			tell({}, finish);
			response.end('data: [DONE]\n\n');
		});
	});
	await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked: () => asked,
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => {
					resolve();
				});
			}),
	};
}
