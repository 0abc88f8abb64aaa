import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { documentOf } from '../../app/ledger/documents';
import { openRelease, writeNotes } from '../../app/release';
import { plain } from '../../core/delivery/json';
import { releaseSchema } from '../../core/release/documents';
import { runWorkflow } from '../../testbed/engine/n8n';
import { dueItems, ledger, ownUserFolder } from '../nodes/kit/spine';
import { manifestFor, preset } from '../support/release';
import { readTemplate } from './template';

const template = readTemplate('hotfix-account.json');
const spine = 'content-delivery';
const day = 86_400_000;

let home: ReturnType<typeof ownUserFolder>;
let server: Server;
let answer: object;
let told: string[];
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([], { spine });
	[answer, told] = [{ ok: true }, []];
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			told.push((JSON.parse(body) as { text: string }).text);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(answer));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
	await new Promise((resolve) => server.close(resolve));
	await home.remove();
});

/** A release that shipped so many days ago. */
async function shipped(kind: 'hotfix' | 'regular', daysAgo: number): Promise<void> {
	const books = await ledger();
	const purpose = kind === 'hotfix' ? { purpose: 'restore-delivery' } : {};
	const manifest = manifestFor(preset('quiet-content-delivery'), {
		id: 'fix-1',
		title: 'A <quick> mend',
		subject: spine,
		kind,
		...purpose,
	});
	await openRelease({ ledger: books, now: Date.now }, manifest, 'test');
	const [record] = await books.records.get('release', ['fix-1']);
	const body = {
		...documentOf(record!, releaseSchema),
		stage: 'stable',
		shippedAt: Date.now() - daysAgo * day,
	};
	const write = { kind: 'release' as const, id: 'fix-1', spine, parent: null, body: plain(body) };
	await books.records.write([{ ...write, expectedRevision: record!.revision }], []);
}

/** Runs the daily look against a stand-in of the team's channel. */
async function look() {
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return await runWorkflow(structuredClone(template) as never, {
		startNode: 'Check Every Day',
		credentials: { slackApi: { accessToken: 'x' } },
		nodeOverrides: { 'Alert: Owed': { parameters: { authentication: 'none', url } } },
	});
}

describe('hotfix-account.json', () => {
	it('reminds of the account and of the follow-up, each with its date, until they are given', async () => {
		await shipped('hotfix', 1);
		await look();
		expect(told).toHaveLength(1);
		expect(told[0]).toMatch(
			/^Hotfix fix-1 \(A &lt;quick&gt; mend\) owes its account, by \d{4}-\d\d-\d\d: http\S+\?release=fix-1; and a follow-up release, by \d{4}-\d\d-\d\d$/,
		);
		const account = 'The vendor timed out for two hours; the limit was raised and the texts went out.';
		const notes = { audience: 'internal', timeZone: 'UTC', account } as const;
		await writeNotes({ ledger: await ledger(), now: Date.now }, 'fix-1', notes, 'test');
		await look();
		expect(told[1]).toMatch(/owes a follow-up release, by/);
		expect(told[1]).not.toContain('its account');
	});

	it('says since when something is overdue', async () => {
		await shipped('hotfix', 5);
		await look();
		expect(told[0]).toMatch(/owes its account, overdue since .*a follow-up release, by/);
	});

	it('says nothing of a release that is no hotfix', async () => {
		await shipped('regular', 5);
		await look();
		expect(told).toEqual([]);
	});

	it('fails where the channel refuses the reminder', async () => {
		await shipped('hotfix', 1);
		answer = { ok: false, error: 'channel_not_found' };
		expect((await look()).error?.message).toContain('channel_not_found');
	});
});
