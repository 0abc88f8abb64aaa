import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqliteLedger, readSqliteLedger } from '../../adapters/sqlite';
import { serveDesk } from '../../cli/commands/desk';
import type { DeskLinks } from '../../app/desk';
import { playTrouble } from '../../testbed/desk/scene';
import { runCommand } from '../support/cli';

let folder: string;
let file: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'cli-desk-'));
	file = join(folder, 'ledger.sqlite');
	const clock = { at: 0 };
	const ledger = await openSqliteLedger({ file, clock: () => clock.at });
	await playTrouble({ ledger, clock });
	await ledger.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const digest = (): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const links: DeskLinks = {
	forms: { act: null, approve: null, release: null, rollBack: null },
	report: null,
	self: '/',
};

/** What a server at 127.0.0.1 answers; fetch would not let a test name another host. */
const ask = (port: number, path: string, host = `127.0.0.1:${port}`, method = 'GET') =>
	new Promise<{ status: number; body: string }>((resolve, reject) => {
		const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }, (answer) => {
			let body = '';
			answer.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
			answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
		});
		sent.on('error', reject).end();
	});

describe('desk', () => {
	it('writes one page of a ledger that it leaves as it is, byte for byte', async () => {
		const before = digest();
		const page = join(folder, 'desk.html');
		expect(await runCommand('desk', '--sqlite', file, '-o', page)).toEqual({ code: 0, out: '', err: '' });
		expect(readFileSync(page, 'utf8')).toContain('Is anything stuck?');
		expect(digest()).toBe(before);
	});

	it('serves page, search and metrics to this machine alone, and only shows', async () => {
		const ledger = await readSqliteLedger({ file, clock: Date.now });
		const server = await serveDesk(ledger, 0, links);
		const { port } = server.address() as { port: number };
		try {
			expect((await ask(port, '/')).body).toContain('<h1>Desk</h1>');
			expect((await ask(port, '/?q=10403')).body).toContain('What was found');
			expect((await ask(port, '/metrics')).body).toContain(
				'release_gate_deliveries_in_doubt{spine="content-delivery"} 1',
			);
			expect(await ask(port, '/', 'evil.example')).toMatchObject({ status: 421 });
			expect(await ask(port, '/', undefined, 'POST')).toMatchObject({ status: 405 });
			expect(await ask(port, '/other')).toMatchObject({ status: 404 });
			await expect(serveDesk(ledger, port, links)).rejects.toMatchObject({ code: 'desk-port-taken' });
		} finally {
			server.close();
			await ledger.close();
		}
	});

	it('shows under Health what doctor wrote down, and refuses what is none of it', async () => {
		const [page, findings] = [join(folder, 'health.html'), join(folder, 'findings.json')];
		const one = {
			id: 'x',
			level: 'trouble',
			sentence: 'The key <is> gone.',
			mend: 'Make one.',
			where: 'n8n',
		};
		writeFileSync(findings, JSON.stringify({ findings: [one] }));
		const shown = await runCommand('desk', '--sqlite', file, '-o', page, '--findings', findings);
		expect(shown).toEqual({ code: 0, out: '', err: '' });
		expect(readFileSync(page, 'utf8')).toContain('The key &lt;is&gt; gone.');
		writeFileSync(findings, '{"other":1}');
		expect((await runCommand('desk', '--sqlite', file, '-o', page, '--findings', findings)).code).toBe(2);
	});

	it('refuses a ledger that is not there, without making one', async () => {
		const missing = join(folder, 'no.sqlite');
		const { code, err } = await runCommand('desk', '--sqlite', missing, '-o', join(folder, 'x.html'));
		expect([code, err]).toEqual([2, expect.stringContaining(`There is no ledger at ${missing}.`)]);
		expect((await runCommand('desk', '--sqlite', missing, '--port', '1x')).code).toBe(2);
	});

	it('cannot write through what it reads', async () => {
		const ledger = await readSqliteLedger({ file, clock: Date.now });
		await expect(ledger.spines.pause('content-delivery', 'no', 'test')).rejects.toMatchObject({
			code: 'ledger-no-rights',
		});
		await ledger.close();
	});
});

describe('metrics', () => {
	it('writes figures that name no recipient', async () => {
		const { code, out } = await runCommand('metrics', '--sqlite', file);
		expect(code).toBe(0);
		expect(out).toContain('# TYPE release_gate_slot_deliveries gauge');
		// The moment of the reading may hold the same digits.
		expect(out.replace(/_seconds(?:\{.*\})? [\d.]+$/gm, '')).not.toMatch(/104\d\d|@/);
		expect(out.endsWith('# EOF\n')).toBe(true);
	});
});
