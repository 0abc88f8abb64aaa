import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
	sandboxGeneratorKey,
	sandboxServerToken,
	startStandIns,
	type StandIns,
} from '../../testbed/standins';
import { startPostmark } from '../../testbed/standins/postmark';

type Body = Record<string, unknown>;

describe('the stand-ins of the other vendors', () => {
	let world: StandIns;
	beforeEach(async () => {
		world = await startStandIns();
	});
	afterEach(() => world.close());

	const post = async (url: string, body: unknown, headers: Record<string, string>) => {
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify(body),
		});
		return { status: answer.status, body: (await answer.json()) as Body };
	};
	const postmark = { 'x-postmark-server-token': sandboxServerToken };
	const message = (to: string, more: Body = {}): Body => ({
		From: 'Content <content@example.com>',
		To: to,
		Subject: 'Hello',
		TextBody: 'Text',
		...more,
	});
	const send = (to: string, more: Body = {}) =>
		post(`${world.postmark.url}/email`, message(to, more), postmark);
	const find = async (query: string): Promise<Body> => {
		const answer = await fetch(`${world.postmark.url}/messages/outbound?${query}`, { headers: postmark });
		return (await answer.json()) as Body;
	};

	describe('Postmark', () => {
		it('accepts, keeps and finds messages by their metadata', async () => {
			const { status, body } = await send('ada@example.com', { Metadata: { key: 'spine:1:2026-11-21' } });
			expect([status, body['ErrorCode'], body['Message']]).toEqual([200, 0, 'OK']);
			await send('bo@example.com', { Metadata: { key: 'other' } });
			const found = await find('count=10&offset=0&metadata_key=spine:1:2026-11-21');
			expect(found['TotalCount']).toBe(1);
			expect((found['Messages'] as Body[])[0]?.['MessageID']).toBe(body['MessageID']);
			expect(world.postmark.admin.received().map(({ to }) => to)).toEqual([
				'ada@example.com',
				'bo@example.com',
			]);
			expect((await find('metadata_key=other'))['ErrorCode']).toBe(600);
		});

		it('takes batches, one answer each', async () => {
			world.postmark.admin.deactivate('bo@example.com');
			const { body } = await post(
				`${world.postmark.url}/email/batch`,
				['ada@example.com', 'bo@example.com', 'nobody'].map((to) => message(to)),
				postmark,
			);
			expect((body as unknown as Body[]).map((answer) => answer['ErrorCode'])).toEqual([0, 406, 300]);
		});

		it('refuses a wrong token, too much metadata and inactive recipients', async () => {
			expect((await post(`${world.postmark.url}/email`, message('a@example.com'), {})).status).toBe(401);
			const fields = (count: number) =>
				Object.fromEntries(Array.from({ length: count }, (_none, index) => [`field${index}`, 'x']));
			expect((await send('a@example.com', { Metadata: fields(10) })).status).toBe(200);
			expect((await send('a@example.com', { Metadata: fields(11) })).status).toBe(422);
			expect((await send('a@example.com', { Metadata: { key: 'x'.repeat(81) } })).status).toBe(422);
			expect((await send('a@example.com', { Metadata: { ['k'.repeat(21)]: 'x' } })).status).toBe(422);
			expect(world.postmark.admin.received()).toHaveLength(1);
		});

		it('can fail before and after it accepted', async () => {
			const { admin } = world.postmark;
			admin.fault('reset-before');
			await expect(send('a@example.com')).rejects.toThrow();
			expect(admin.received()).toHaveLength(0);
			for (const fault of ['reset-after', 'lost-answer']) {
				admin.fault(fault);
				await expect(send('a@example.com')).rejects.toThrow();
			}
			expect(admin.received()).toHaveLength(2);
			admin.fault('throttled');
			expect((await send('a@example.com')).status).toBe(429);
			expect(admin.received()).toHaveLength(2);
			expect(admin.openFaults()).toBe(0);
		});

		it('reports deliveries, bounces and complaints', async () => {
			const reports: Body[] = [];
			const receiver = createServer((request, response) => {
				let text = '';
				request.on('data', (part: Buffer) => (text += part.toString()));
				request.on('end', () => {
					reports.push(JSON.parse(text) as Body);
					response.end();
				});
			});
			await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
			const { admin } = world.postmark;
			admin.webhook(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, {
				deliveries: true,
				afterMs: 1,
			});
			const { body } = await send('ada@example.com', { Metadata: { key: 'k' } });
			await new Promise((resolve) => setTimeout(resolve, 100));
			expect(await admin.report(String(body['MessageID']), 'Bounce')).toBe(200);
			expect(
				reports.map((report) => [report['RecordType'], report['MessageID'], report['Metadata']]),
			).toEqual([
				['Delivery', body['MessageID'], { key: 'k' }],
				['Bounce', body['MessageID'], { key: 'k' }],
			]);
			expect((await send('ada@example.com')).body['ErrorCode']).toBe(406);
			await new Promise((resolve) => receiver.close(resolve));
		});

		it('reports soft bounces of those it is told to, signed in, and goes on sending to them', async () => {
			const reports: (readonly [string | undefined, Body])[] = [];
			const receiver = createServer((request, response) => {
				let text = '';
				request.on('data', (part: Buffer) => (text += part.toString()));
				request.on('end', () => {
					reports.push([request.headers.authorization, JSON.parse(text) as Body]);
					response.end();
				});
			});
			await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
			const { port } = receiver.address() as AddressInfo;
			world.postmark.admin.webhook(`http://post%40mark:word@127.0.0.1:${port}/hook`, {
				bounces: ({ to }) => to.startsWith('full'),
				afterMs: 1,
			});
			await send('ada@example.com');
			await send('full@example.com');
			await new Promise((resolve) => setTimeout(resolve, 100));
			const login = `Basic ${Buffer.from('post@mark:word').toString('base64')}`;
			expect(reports).toEqual([
				[login, expect.objectContaining({ RecordType: 'Bounce', Type: 'SoftBounce', Inactive: false })],
			]);
			expect((await send('full@example.com')).status).toBe(200);
			await new Promise((resolve) => receiver.close(resolve));
		});
	});

	describe('reports of Postmark that were not answered with 200', () => {
		const tryWith = async (kind: 'Delivery' | 'Bounce', answers: readonly number[]) => {
			let now = Date.parse('2026-11-30T08:00:00Z');
			const postmark = await startPostmark({ clock: () => now });
			const times: number[] = [];
			const receiver = createServer((request, response) => {
				request.resume();
				times.push(now);
				response.statusCode = answers[Math.min(times.length, answers.length) - 1] ?? 500;
				request.on('end', () => response.end());
			});
			await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
			postmark.admin.webhook(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
			const { body } = await post(
				`${postmark.url}/email`,
				{ From: 'content@example.com', To: 'ada@example.com', Subject: 's', TextBody: 't' },
				{ 'x-postmark-server-token': sandboxServerToken },
			);
			await postmark.admin.report(String(body['MessageID']), kind);
			for (let minute = 0; minute < 700; minute += 1) {
				now += 60_000;
				if ((await postmark.admin.reportAgain()) === 0) break;
			}
			await postmark.close();
			await new Promise((resolve) => receiver.close(resolve));
			return times.map((at) => (at - (times[0] ?? 0)) / 60_000);
		};

		it('come three more times within 21 minutes for a delivery, ten times for a bounce', async () => {
			expect(await tryWith('Delivery', [500])).toEqual([0, 1, 6, 21]);
			expect(await tryWith('Bounce', [500])).toHaveLength(11);
		});

		it('end with a 200, and for good with a 403', async () => {
			expect(await tryWith('Delivery', [500, 200])).toEqual([0, 1]);
			expect(await tryWith('Delivery', [500, 403])).toEqual([0, 1]);
		});
	});

	describe('the generator', () => {
		const generate = (content: string) =>
			post(
				`${world.generator.url}/v1/chat/completions`,
				{ model: 'stand-in-1', messages: [{ role: 'user', content }] },
				{ authorization: `Bearer ${sandboxGeneratorKey}` },
			);
		const textOf = ({ body }: { body: Body }): string =>
			(body['choices'] as { message: { content: string } }[])[0]?.message.content ?? '';

		it('gives the same text for the same input', async () => {
			const [one, same, other] = [await generate('a'), await generate('a'), await generate('b')];
			expect(textOf(one).length).toBeGreaterThan(40);
			expect(textOf(same)).toBe(textOf(one));
			expect(textOf(other)).not.toBe(textOf(one));
		});

		it('gives texts that must not pass, when told to', async () => {
			world.generator.admin.flaw('empty', 1, 'contact 7');
			world.generator.admin.flaw('placeholder');
			expect(textOf(await generate('contact 6'))).toContain('{{firstname}}');
			expect(textOf(await generate('contact 7'))).toBe('');
			expect(textOf(await generate('contact 7')).length).toBeGreaterThan(40);
			expect(world.generator.admin.generated()).toBe(3);
		});
	});

	describe('a gate', () => {
		const admin = async (method: string, path: string, body?: Body): Promise<Body> => {
			const answer = await fetch(`${world.postmark.url}/__admin/${path}`, {
				method,
				headers: body === undefined ? {} : { 'content-type': 'application/json' },
				body: body === undefined ? undefined : JSON.stringify(body),
			});
			return (await answer.json()) as Body;
		};

		it.each([
			['before', 0],
			['after', 1],
		] as const)('holds the second call %s it is applied, over HTTP', async (when, applied) => {
			const gate = await admin('POST', 'gate', { path: '/email', when, nth: 2 });
			await send('first@example.com');
			const second = send('second@example.com');
			const held = await admin('GET', `gate/${String(gate['id'])}?wait=5000`);
			expect(held).toMatchObject({ reached: true, released: false, call: { number: 2, path: '/email' } });
			expect(world.postmark.admin.received()).toHaveLength(1 + applied);
			await admin('DELETE', `gate/${String(gate['id'])}`);
			expect((await second).status).toBe(200);
			expect(world.postmark.admin.received()).toHaveLength(2);
		});

		it('wakes listeners in the process at both moments', async () => {
			const moments: string[] = [];
			const stop = world.postmark.admin.onCall((call, when) => {
				moments.push(`${call.number} ${when}`);
			});
			await send('a@example.com');
			stop();
			await send('b@example.com');
			expect(moments).toEqual(['1 before', '1 after']);
		});
	});

	it('seeds an account when asked', async () => {
		const seeded = await startStandIns({ contacts: 50, seed: 3 });
		expect(seeded.story?.eligible.length).toBeGreaterThan(0);
		expect(world.story).toBeNull();
		await seeded.close();
	});
});
