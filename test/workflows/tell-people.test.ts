import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from 'node:net';
import { openRelease } from '../../app/release';
import { runWorkflow } from '../../testbed/engine/n8n';
import { dueItems, ledger, ownUserFolder } from '../nodes/kit/spine';
import { manifestFor, preset } from '../support/release';
import { readTemplate } from './template';

const template = readTemplate('tell-people.json');
const spine = 'content-delivery';
const port = (server: HttpServer | TcpServer): number => (server.address() as AddressInfo).port;

/** Slack's chat.postMessage, which refuses with 200 and ok false, and a mail server that takes every mail. */
const told: { channel?: string; text: string }[] = [];
let slackSays: object;
const slack = createHttp((request, response) => {
	let text = '';
	request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
	request.on('end', () => {
		told.push(JSON.parse(text) as { channel: string; text: string });
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(slackSays));
	});
});
const smtp = createTcp((socket) => {
	let mail: string | null = null;
	socket.setEncoding('utf8');
	socket.write('220 mail.example.com\r\n');
	socket.on('error', () => undefined);
	socket.on('data', (chunk: string) => {
		for (const line of chunk.split('\r\n').slice(0, chunk.endsWith('\r\n') ? -1 : undefined)) {
			if (mail !== null) {
				if (line !== '.') mail += `${line}\n`;
				else {
					told.push({ text: mail });
					mail = null;
					socket.write('250 taken\r\n');
				}
			} else if (/^DATA/i.test(line)) {
				mail = '';
				socket.write('354 go on\r\n');
			} else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
			else socket.write('250 ok\r\n');
		}
	});
});
const listen = async (server: HttpServer | TcpServer): Promise<void> =>
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
beforeAll(async () => {
	await Promise.all([listen(slack), listen(smtp)]);
});
afterAll(() => {
	slack.closeAllConnections();
	slack.close();
	smtp.close();
});

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	told.length = 0;
	slackSays = { ok: true };
	home = ownUserFolder();
	await dueItems([], { spine });
});
afterEach(async () => await home.remove());

const run = async (
	start: string,
	json: object,
	{ mailIsOn, ...config }: Record<string, string> & { readonly mailIsOn?: string } = {},
) => {
	const changed = structuredClone(template) as unknown as {
		nodes: {
			name: string;
			disabled?: boolean;
			parameters: { assignments: { assignments: { name: string; value: unknown }[] } };
		}[];
	};
	const set = changed.nodes.find(({ name }) => name === 'Set Config');
	for (const one of set?.parameters.assignments.assignments ?? [])
		one.value = { slackUrl: `http://127.0.0.1:${port(slack)}`, ...config }[one.name] ?? one.value;
	if (mailIsOn !== undefined) for (const node of changed.nodes) node.disabled = false;
	return await runWorkflow(changed as never, {
		startNode: start,
		triggerItems: [{ json: json as never }],
		credentials: {
			slackApi: { accessToken: 'x' },
			smtp: { host: '127.0.0.1', port: port(smtp), secure: false, disableStartTls: true },
		},
	});
};
const question = {
	release: 'warmer-v2',
	title: 'Warmer <opening> line',
	requestedBy: 'rita@example.com',
	asked: ['leadership'],
	to: ['lead@example.com'],
	link: 'https://n8n.example.com/form/approve-a-change?release=warmer-v2',
};

describe('tell-people.json', () => {
	it('gives the link to who is asked, in the channel, and says so to whoever calls it', async () => {
		const { error, json } = await run('When Called', question);
		expect(error).toBeUndefined();
		expect(told).toEqual([
			{
				channel: '#releases',
				text: `rita@example.com asks for a word of leadership (lead@example.com) for "Warmer &lt;opening&gt; line": ${question.link}`,
			},
		]);
		expect(json('Set Told')).toEqual([{ told: 'Told in the channel #releases.' }]);
	});

	it('keeps a title to one line in its own direction: it is nobody else’s word', async () => {
		const title = 'Warmer\nLea Lead approved it.\u202e \u2028<!channel> <https://evil.example.com|here>';
		await run('When Called', { ...question, title });
		expect(told[0]?.text).toContain(
			'"Warmer Lea Lead approved it.   &lt;!channel&gt; &lt;https://evil.example.com|here&gt;": https://n8n',
		);
	});

	it('fails where the channel refuses, so that nobody takes it for told', async () => {
		slackSays = { ok: false, error: 'channel_not_found' };
		const { error } = await run('When Called', question);
		expect(error?.message).toMatch(
			/^Nobody was told: rita@example.com asks .* Slack refused it: channel_not_found/,
		);
	});

	it('writes to the one address of the team where mail is chosen', async () => {
		const { error, json } = await run('When Called', question, { tellBy: 'mail', mailIsOn: 'yes' });
		expect(error).toBeUndefined();
		expect(json('Set Told')).toEqual([{ told: 'Told by mail, to releases@example.com.' }]);
		expect(told).toHaveLength(1);
		const mail = told[0]?.text.replaceAll('=\n', '').replaceAll('=3D', '=') ?? '';
		expect(mail).toContain('To: releases@example.com');
		expect(mail).toContain('Subject: Please approve: Warmer <opening> line');
		expect(mail).toContain(question.link);
	});

	it('fails where mail is chosen and its node is still off, so that nobody takes it for told', async () => {
		const { error, runData } = await run('When Called', question, { tellBy: 'mail' });
		expect(error?.message).toMatch(/^Nobody was told: rita@example.com asks .* Send Mail is switched off/);
		expect(runData).not.toHaveProperty('Set Told');
		expect(told).toEqual([]);
	});

	it.each([
		['stable', 'stable'],
		['rolled-back', 'rolled back'],
	])('tells whoever asked for a release that it is %s, with the link of its report', async (stage, words) => {
		const books = await ledger();
		const manifest = manifestFor(preset('quiet-content-delivery'), { subject: spine });
		const { release } = await openRelease({ ledger: books, now: Date.now }, manifest, 'test');
		await books.records.write(
			[
				{
					kind: 'release',
					id: release.id,
					spine,
					parent: null,
					body: JSON.parse(JSON.stringify({ ...release.body, stage })),
					expectedRevision: release.revision,
				},
			],
			[],
		);
		const { error } = await run('Start on Outcome', {
			event: stage,
			subject: release.id,
			sentence: 'It took one cycle.',
		});
		expect(error).toBeUndefined();
		expect(told.map(({ text }) => text)).toEqual([
			`${manifest.requestedBy}, "${manifest.title}" is ${words}. It took one cycle. How it went: http://localhost:5678/webhook/release-report?release=${release.id}`,
		]);
	});
});
