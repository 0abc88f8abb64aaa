import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../../cli';
import { readSlots } from '../../cli/setup/package-files';
import type { JsonObject } from '../../core/delivery/types';
import { type PlayedApi, startPlayedApi } from '../../testbed/setup/played-api';
import { PlayedN8n } from '../../testbed/setup/played-n8n';
import { sandboxToken, startHubSpot } from '../../testbed/standins';

/** The questions in their order, each with a good answer. */
const good = (api: PlayedApi): readonly (readonly [question: RegExp, answer: string])[] => [
	[/^Address of n8n/, api.url],
	[/^API key of n8n/, api.apiKey],
	[/^HubSpot token/, sandboxToken],
	[/^Postmark server token/, 'postmark-token'],
	[/^OpenAI key/, 'openai-key'],
	[/^Slack bot token/, 'slack-token'],
	[/^Sender of the emails/, 'News <news@example.com>'],
	[/^How often/, 'every 2 days at 9:00 New York'],
	[/^Emails of HubSpot contacts/, 'tester@example.com'],
	[/^n8n emails of those who may approve/, 'owner@example.com'],
	[/^When the rehearsal has passed/, 'none'],
	[/^\nDo this\?/, 'y'],
];

interface Said {
	readonly code: number;
	readonly out: string;
	readonly err: string;
	/** Questions in the order in which they were asked. */
	readonly asked: readonly string[];
}

let folder: string;
let hubspot: Awaited<ReturnType<typeof startHubSpot>>;
let n8n: PlayedN8n;
let api: PlayedApi;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-init-'));
	hubspot = await startHubSpot();
	hubspot.admin.seedContacts([{ email: 'tester@example.com', firstname: 'Tess' }]);
	n8n = new PlayedN8n(readSlots(), (nodes): Readonly<Record<string, JsonObject>> => {
		const last = nodes.at(-1)?.name ?? '';
		const findings = [{ id: 'each-once', effect: 'fine', sentence: 'Each of 1 contacts once.' }];
		return { [last]: last === 'Rehearse' ? { findings } : { done: true } };
	});
	api = await startPlayedApi(n8n);
});
afterEach(async () => {
	await api.close();
	await hubspot.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Types the bad answers of a question first, then the good one. A question without an answer ends the input. */
async function typed(
	argv: readonly string[],
	bad: Readonly<Record<string, readonly string[]>> = {},
	answers = good(api),
): Promise<Said> {
	let [out, err] = ['', ''];
	const asked: string[] = [];
	const open = new Map<RegExp, string[]>(
		answers.map(([question, answer]) => {
			const first = Object.entries(bad).find(([part]) => question.source.includes(part))?.[1] ?? [];
			return [question, [...first, answer]];
		}),
	);
	const asker = {
		ask: async (question: string) => {
			asked.push(question);
			return [...open].find(([pattern]) => pattern.test(question))?.[1].shift() ?? null;
		},
		get answers() {
			return asked.length;
		},
		close: () => undefined,
	};
	const more = [
		'--record',
		join(folder, 'record'),
		...(argv[0] === 'init' ? ['--hubspot-url', hubspot.url] : []),
	];
	const code = await runCli([...argv, ...more], {
		out: (text) => (out += text),
		err: (text) => (err += text),
		asker,
	});
	return { code, out, err, asked };
}

describe('init at a terminal', () => {
	it('asks twelve questions, each once, and sets everything up', async () => {
		const { code, out, err, asked } = await typed(['init']);
		expect([code, err]).toEqual([0, '']);
		expect(asked).toHaveLength(12);
		expect(out).toContain('Rehearsal passed');
		expect(n8n.held.credentials.size).toBe(6);
	});

	it('is followed by an upgrade that has nothing to do, and is taken back', async () => {
		await typed(['init']);
		const login = good(api).slice(0, 2);
		const upgraded = await typed(['upgrade'], {}, login);
		expect([upgraded.code, upgraded.err]).toEqual([0, '']);
		expect(upgraded.out).toContain('- "Content delivery spine" is up to date.');
		// With nothing to write nobody is asked whether to.
		expect(upgraded.asked).toHaveLength(2);
		const undone = await typed(['init', '--undo', '--hubspot-token', sandboxToken], {}, login);
		expect([undone.code, undone.err]).toEqual([0, '']);
		expect([n8n.held.workflows.size, n8n.held.credentials.size, n8n.held.tags.size]).toEqual([0, 0, 0]);
		const again = await typed(['init', '--undo'], {}, login);
		expect([again.code, again.err]).toEqual([2, expect.stringContaining('Nothing is written down')]);
	});

	it('says what n8n does not publish, and speaks of 2.27 only where a form asks who is signed in', async () => {
		n8n.unpublishable.set('Approve a change', { status: 400, reason: 'it knows no such form' });
		n8n.unpublishable.set('Desk', { status: 400, reason: 'the path is taken' });
		const { code, out } = await typed(['init']);
		expect(code).toBe(0);
		const said = out.split('\n').filter((line) => line.startsWith('Not in service'));
		expect(said).toEqual([
			'Not in service: "Approve a change". n8n does not publish it: it knows no such form. A form that asks who is signed in needs n8n 2.27 or later.',
			'Not in service: "Desk". n8n does not publish it: the path is taken.',
		]);
		expect(out).not.toContain('/webhook/desk');
	});

	it('says the plan and does nothing with --plan', async () => {
		const { code, out, asked } = await typed(['init', '--plan']);
		expect([code, asked.length, n8n.held.workflows.size, n8n.held.credentials.size]).toEqual([0, 11, 0, 0]);
		expect(out).toContain('- Make credentials: Release gate: HubSpot');
	});

	/** What somebody types wrongly, and what is said of it. */
	const mistakes: readonly (readonly [question: string, answer: string, said: RegExp])[] = [
		['Address of n8n', 'n8n.example.com', /An address cannot be 'n8n\.example\.com': it is no http address/],
		['Address of n8n', 'http://127.0.0.1:1', /n8n at 127\.0\.0\.1:1 does not answer/],
		['API key of n8n', '', /no answer to take/],
		['API key of n8n', 'an old key', /n8n refused to .*401: unauthorized/],
		['HubSpot token', 'pat-wrong', /HubSpot/],
		['Postmark server token', '', /no answer to take/],
		['OpenAI key', '', /no answer to take/],
		['Sender of the emails', 'News', /it holds no email address/],
		['How often', 'now and then', /The rhythm 'now and then' cannot be read/],
		['How often', 'every 2 days at 9:00 Gotham', /Gotham/],
		['Emails of HubSpot contacts', 'tester', /An email address cannot be 'tester'/],
		['Emails of HubSpot contacts', 'nobody@example.com', /number 1 of the test contacts/],
		['may approve', 'Rita', /An email address cannot be 'Rita'/],
		['When the rehearsal', 'tomorrow', /it is none of now, next and none/],
		['Do this', 'perhaps', /Answer 'y' or 'n'/],
	];
	it.each(mistakes)('asks %j again for %j, and loses nothing', async (question, answer, said) => {
		const { code, err, asked } = await typed(['init'], { [question]: [answer] });
		expect(err).toMatch(said);
		expect(err.split('\n').filter((line) => line !== '')).toHaveLength(1);
		expect(code).toBe(0);
		// That one once more, and no other.
		expect(asked).toHaveLength(13);
		expect(new Set(asked).size).toBe(12);
	});

	it('has a question for every mistake', () => {
		const questions = good(api).map(([question]) => question.source);
		for (const [question] of mistakes)
			expect(questions.filter((source) => source.includes(question))).toHaveLength(1);
	});

	it('asks for another key where the service refuses it at the making of the credential', async () => {
		n8n.refused.set('openAiApi', 'Incorrect API key provided');
		const again: [RegExp, string] = [/^Another one/, 'openai-key-2'];
		let seen = 0;
		const test = n8n.testCredential;
		n8n.testCredential = async (id) => {
			const said = await test(id);
			if (!said.ok && (seen += 1) === 1) n8n.refused.clear();
			return said;
		};
		const { code, err } = await typed(['init'], {}, [...good(api), again]);
		expect(err).toBe('The key of OpenAI is refused: Incorrect API key provided.\n');
		expect(code).toBe(0);
		const kept = [...n8n.held.credentials.values()].filter(({ type }) => type === 'openAiApi');
		expect(kept.map(({ data }) => data.apiKey)).toEqual(['openai-key-2']);
	});

	it('does nothing on a no', async () => {
		const answers = good(api).map(
			([question, answer]) => [question, answer === 'y' ? 'No' : answer] as const,
		);
		const { code, out } = await typed(['init'], {}, answers);
		expect([code, n8n.held.workflows.size]).toEqual([2, 0]);
		expect(out).toContain('Nothing was done.');
	});

	it('says which option is missing where nobody answers', async () => {
		const { code, err } = await typed(['init', '--n8n', api.url, '--key', api.apiKey], {}, []);
		expect(code).toBe(2);
		expect(err).toContain('the token of HubSpot is not given. Give it as --hubspot-token');
	});
});

describe('the file of options', () => {
	const told = async (text: string): Promise<Said> => {
		const file = join(folder, 'init.json');
		writeFileSync(file, text);
		return await typed(['init', '--file', file]);
	};

	it('answers what it holds, and is asked for the rest', async () => {
		const { code, asked } = await told(
			JSON.stringify({ n8n: api.url, rhythm: 'daily at 9:00 London', yes: true }),
		);
		expect(code).toBe(0);
		expect(asked).toHaveLength(9);
		const record = readFileSync(
			join(folder, 'record', new URL(api.url).host.replace(':', '_'), 'installation.json'),
		);
		expect(record.toString()).toContain('daily at 9:00 London');
	});

	it.each([
		['{"rhythms": "daily"}', /unknown field rhythms/],
		['{"sets": 5}', /sets: Expected string/],
		['["daily"]', /Expected object/],
		['daily', /JSON/],
	])('is refused as %s, with what is wrong', async (text, said) => {
		const { code, err, asked } = await told(text);
		expect([code, asked.length, n8n.held.workflows.size]).toEqual([2, 0, 0]);
		expect(err).toMatch(said);
	});
});
