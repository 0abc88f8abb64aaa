import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Examination } from '../../app/doctor';
import { readSlots } from '../../cli/setup/package-files';
import { freshDatabase } from '../../testbed/databases/postgres';
import { type PlayedApi, startPlayedApi } from '../../testbed/setup/played-api';
import { PlayedN8n } from '../../testbed/setup/played-n8n';
import { runCommand } from '../support/cli';

let folder: string;
let sqlite: string;
let n8n: PlayedN8n;
let api: PlayedApi;
let openAi: Server | undefined;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'release-gate-doctor-cli-'));
	sqlite = join(folder, 'ledger.sqlite');
	await (await openSqliteLedger({ file: sqlite, clock: Date.now })).close();
	n8n = new PlayedN8n(readSlots());
	api = await startPlayedApi(n8n);
});
afterEach(async () => {
	openAi?.close();
	await api.close();
	rmSync(folder, { recursive: true, force: true });
});

const doctor = async (...more: string[]) =>
	await runCommand('doctor', '--n8n', api.url, '--key', api.apiKey, '--record', folder, ...more);
const asJson = (out: string) => JSON.parse(out) as Examination;

describe('doctor from the command line', () => {
	it('says loudly what it did not look at, and ends with 0; with --strict with 2', async () => {
		const looked = await doctor('--sqlite', sqlite);
		expect([looked.code, looked.err]).toEqual([0, '']);
		expect(looked.out).toMatch(/UNSEEN {3}Not looked at: the version of n8n; .*only n8n itself sees them/);
		expect(looked.out).toMatch(/checks did NOT look, or not at everything: .*n8n-too-old/);
		expect((await doctor('--sqlite', sqlite, '--strict')).code).toBe(2);
	});

	it('gives findings, what passed and what is unseen as JSON', async () => {
		const { findings, passed, unseen } = asJson((await doctor('--json')).out);
		expect(findings.map(({ where }) => where)).toEqual([
			'ledger',
			'database',
			'process',
			'models',
			'workers',
		]);
		expect(passed).toContain('called-gone');
		expect(unseen).toEqual(expect.arrayContaining(['chain-broken', 'database-rights', 'n8n-too-old']));
		expect(passed.filter((id) => unseen.includes(id))).toEqual([]);
	});

	it('ends with 1 for trouble', async () => {
		n8n.skewMs = 0;
		const settings = { errorWorkflow: 'gone0000gone0000' };
		await n8n.publish(await n8n.create({ name: 'Orders', nodes: [], connections: {}, settings }));
		const { code, out } = await doctor('--sqlite', sqlite);
		expect(code).toBe(1);
		expect(out).toContain('TROUBLE  The error workflow of "Orders" is gone.');
	});

	it('makes no ledger where there is none: a mistyped file is trouble', async () => {
		const mistyped = join(folder, 'leger.sqlite');
		const { code, out } = await doctor('--sqlite', mistyped);
		expect(code).toBe(1);
		expect(out).toContain('(ledger-closed)');
		expect(existsSync(mistyped)).toBe(false);
	});

	it('looks at the Postgres of the ledger', async () => {
		const database = await freshDatabase();
		try {
			await (await openPostgresLedger({ connection: database.url })).close();
			const { findings, passed } = asJson((await doctor('--postgres', database.url, '--json')).out);
			expect(passed).toEqual(expect.arrayContaining(['database-rights', 'database-connections']));
			expect(findings.map(({ id }) => id)).toContain('database-superuser');
		} finally {
			await database.drop();
		}
	});

	it('ends with 2 where OpenAI was to be asked and does not list its models', async () => {
		openAi = createServer((_request, response) => response.writeHead(401).end('{}'));
		await new Promise<void>((resolve) => openAi?.listen(0, '127.0.0.1', resolve));
		const url = `http://127.0.0.1:${(openAi.address() as AddressInfo).port}/v1`;
		const { code, out } = await doctor('--sqlite', sqlite, '--openai-key', 'sk-secret', '--openai-url', url);
		expect(code).toBe(2);
		expect(out).toContain('OpenAI answered 401');
		expect(out).not.toContain('sk-secret');
	});

	it('ends with 2 where n8n cannot be asked', async () => {
		const { code, err } = await runCommand('doctor', '--n8n', 'http://127.0.0.1:1', '--key', 'k');
		expect([code, err]).toEqual([2, expect.stringContaining('does not answer')]);
	});
});
