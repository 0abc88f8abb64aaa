import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openAiRetirements, retirementsIn } from '../../../adapters/providers/retirements';

/** As OpenAI answers: a day, null, or nothing. */
const list = {
	object: 'list',
	data: [
		{ id: 'gpt-5', object: 'model', shutdown_date: '2026-12-11' },
		{ id: 'gpt-6-luna', object: 'model', shutdown_date: null },
		{ id: 'gpt-6-sol', object: 'model' },
	],
};

describe('when models are shut down', () => {
	let server: Server | undefined;
	afterEach(() => void server?.close());
	const answering = async (status: number, body: string): Promise<{ url: string; asked: string[] }> => {
		const asked: string[] = [];
		server = createServer((request, response) => {
			asked.push(`${request.url} ${request.headers.authorization}`);
			response.writeHead(status, { 'content-type': 'application/json' }).end(body);
		});
		await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
		return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`, asked };
	};
	const unreadable = { code: 'setup-models-unreadable' };

	it('reads the days that the list names', () => {
		expect([...retirementsIn(list)]).toEqual([['gpt-5', Date.parse('2026-12-11T00:00:00Z')]]);
	});

	it.each([[null], ['text'], [{ error: { message: 'no' } }], [{ data: [{ name: 'gpt-5' }] }]])(
		'refuses %j: an answer that is no list says nothing of models',
		(answer) => expect(() => retirementsIn(answer)).toThrow(expect.objectContaining(unreadable)),
	);

	it('refuses a day that it cannot read: the model would stand as one that stays', () => {
		const odd = { data: [...list.data, { id: 'gpt-4', shutdown_date: 'soon' }] };
		expect(() => retirementsIn(odd)).toThrow(expect.objectContaining(unreadable));
		expect(() => retirementsIn(odd)).toThrow(/gpt-4/);
	});

	it('asks with the key, at the address that is given', async () => {
		const { url, asked } = await answering(200, JSON.stringify(list));
		expect((await openAiRetirements(url, 'sk-1')).size).toBe(1);
		expect(asked).toEqual(['/v1/models Bearer sk-1']);
	});

	it('says what OpenAI answered, without the key', async () => {
		const { url } = await answering(401, '{}');
		const asked = openAiRetirements(url, 'sk-secret');
		await expect(asked).rejects.toThrow(/OpenAI answered 401/);
		await expect(asked).rejects.not.toThrow(/sk-secret/);
		await expect(openAiRetirements('http://127.0.0.1:1/v1', 'k')).rejects.toMatchObject(unreadable);
	});
});
