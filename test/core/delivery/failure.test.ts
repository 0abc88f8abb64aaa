import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';
import { classifyFailure, readNodeFailure } from '../../../core/delivery/failure';

const node: INode = { id: '1', name: 'Send', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const atSend = (json: unknown) => classifyFailure({ ...readNodeFailure(json), stage: 'send' });

describe('what a failure proves', () => {
	it.each<[number, 'no' | 'unknown', boolean]>([
		[400, 'no', false],
		[401, 'no', true],
		[403, 'no', true],
		[406, 'no', false],
		[407, 'no', true],
		[408, 'unknown', false],
		[409, 'unknown', false],
		[422, 'no', false],
		[429, 'no', true],
		[302, 'unknown', false],
		[500, 'unknown', false],
		[503, 'unknown', false],
	])('an answer %s at the send: %s, retryable %s', (httpStatus, sent, retryable) => {
		expect(classifyFailure({ httpStatus, stage: 'send' })).toMatchObject({ sent, retryable });
	});

	it.each<[string, string | undefined, 'no' | 'unknown']>([
		['ECONNREFUSED', undefined, 'no'],
		['ENOTFOUND', undefined, 'no'],
		['EAI_AGAIN', undefined, 'no'],
		['CERT_HAS_EXPIRED', undefined, 'no'],
		['ETIMEDOUT', 'connect', 'no'],
		['ETIMEDOUT', 'read', 'unknown'],
		['ETIMEDOUT', undefined, 'unknown'],
		['ECONNRESET', undefined, 'unknown'],
		['ECONNABORTED', undefined, 'unknown'],
		['EHOSTUNREACH', undefined, 'unknown'],
		['ESOMETHING', undefined, 'unknown'],
	])('the code %s in %s: %s', (code, syscall, sent) => {
		expect(classifyFailure({ code, syscall, stage: 'send' }).sent).toBe(sent);
	});

	it('is "no" for anything before the send, and doubt for anything not understood', () => {
		const facts = fc.record(
			{ httpStatus: fc.integer({ min: 100, max: 599 }), code: fc.string(), message: fc.string() },
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(facts, (known) => {
				expect(classifyFailure({ ...known, stage: 'generation' }).sent).toBe('no');
				expect(classifyFailure({ ...known, stage: 'before-generation' }).sent).toBe('no');
				expect(classifyFailure({ ...known, stage: 'commit' }).sent).toBe('unknown');
			}),
		);
		expect(classifyFailure({ stage: 'send' }).sent).toBe('unknown');
	});

	it('never repeats a message', () => {
		const { reason } = atSend({ error: { message: 'No route for ada@example.com', status: 422 } });
		expect(reason).not.toMatch(/ada|@/);
	});
});

describe('reading what n8n puts on the error output', () => {
	let server: Server;
	let url = '';
	beforeAll(async () => {
		server = createServer((request, response) => {
			response.statusCode = Number(request.url?.slice(1));
			response.end('{"code":"ECONNREFUSED","message":"upstream"}');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => new Promise((resolve) => server.close(resolve)));

	it('a real refused connection, as it is and wrapped', async () => {
		const spare = createServer();
		await new Promise<void>((resolve) => spare.listen(0, '127.0.0.1', resolve));
		const closed = `http://127.0.0.1:${(spare.address() as AddressInfo).port}`;
		await new Promise((resolve) => spare.close(resolve));
		const refused = (await fetch(closed).catch((thrown: unknown) => thrown)) as Error;
		expect(atSend({ error: refused })).toMatchObject({ sent: 'no', retryable: true });
		const wrapped = new NodeApiError(node, refused.cause as JsonObject);
		expect(atSend({ error: wrapped })).toMatchObject({ sent: 'no' });
	});

	it.each([
		[422, 'no'],
		[500, 'unknown'],
	])('an answer %s in every shape, whatever its body claims', async (status, sent) => {
		const body: unknown = await (await fetch(`${url}/${status}`)).json();
		const axiosJson = {
			name: 'AxiosError',
			message: `Request failed with status code ${status}`,
			code: 'ERR_BAD_REQUEST',
			status,
		};
		const shapes: unknown[] = [
			{ error: axiosJson },
			{ error: { ...axiosJson, status: undefined, response: { status, data: body } } },
			{ error: { statusCode: status, message: `${status} - {}`, error: body } },
			{ error: `${status} - {"code":"ECONNREFUSED"}` },
			{ error: { message: 'x' }, details: { httpCode: String(status), message: 'y', body } },
			{ error: new NodeApiError(node, { statusCode: status, error: body } as unknown as JsonObject) },
		];
		for (const shape of shapes) {
			expect(readNodeFailure(shape).httpStatus).toBe(status);
			expect(atSend(shape).sent).toBe(sent);
		}
	});

	it('anything at all, without throwing', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (error, details) => {
				const facts = readNodeFailure({ error, details });
				expect(['no', 'unknown']).toContain(classifyFailure({ ...facts, stage: 'send' }).sent);
			}),
		);
		const loop: Record<string, unknown> = {};
		loop.cause = loop;
		expect(atSend({ error: loop }).sent).toBe('unknown');
	});
});
