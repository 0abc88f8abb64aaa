import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { exportStatement } from '../../../app/release';
import { runCli } from '../../../cli';
import { preset } from '../../support/release';
import { openShippable, serviceFixture, type ServiceFixture, SUBJECT } from '../../support/release-service';
import { testSettings } from '../../../testbed/databases/ledgers';

const pair = generateKeyPairSync('ed25519');
const quiet = preset('quiet-content-delivery');
const folder = mkdtempSync(join(tmpdir(), 'rg-statement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fixture: ServiceFixture;
beforeAll(async () => {
	const base = await serviceFixture();
	await base.close();
	const ledger = await openSqliteLedger({
		file: join(folder, 'ledger.sqlite'),
		clock: () => base.clock.at,
		signingKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
	});
	await ledger.spines.configure(testSettings(SUBJECT), 'test');
	fixture = { ...base, ledger, ports: { ledger, now: () => base.clock.at }, close: () => ledger.close() };
	await openShippable(fixture, quiet);
});
afterAll(() => fixture.close());

async function check(document: unknown): Promise<{ code: number; out: string; err: string }> {
	const file = join(folder, 'release.json');
	writeFileSync(file, JSON.stringify(document));
	let [out, err] = ['', ''];
	const code = await runCli(['check', file, '--policy', 'quiet-content-delivery', '--json'], {
		out: (text) => (out += text),
		err: (text) => (err += text),
	});
	return { code, out, err };
}

test('a release leaves as an in-toto statement, signed as DSSE asks, that check reads', async () => {
	const { statement, envelope } = await exportStatement({ ...fixture.ports, ledger: fixture.ledger }, 'r-1');
	expect(statement).toMatchObject({
		_type: 'https://in-toto.io/Statement/v1',
		subject: expect.arrayContaining([
			{ name: 'r-1/release', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
		]),
		predicate: {
			policy: { name: 'quiet-content-delivery' },
			decision: { class: 'critical' },
			head: { signature: { algorithm: 'ed25519' } },
		},
	});
	const body = Buffer.from(envelope?.payload ?? '', 'base64');
	const type = 'application/vnd.in-toto+json';
	const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${body.length} `), body]);
	const [signature] = envelope?.signatures ?? [];
	const key = createPublicKey(pair.publicKey.export({ format: 'pem', type: 'spki' }));
	expect(verify(null, signed, key, Buffer.from(signature?.sig ?? '', 'base64'))).toBe(true);

	for (const document of [statement, envelope]) {
		const { code, out, err } = await check(document);
		expect({ code, err }).toEqual({ code: 1, err: '' });
		expect(JSON.parse(out)).toMatchObject({ release: 'r-1', decision: 'hold' });
	}
	const other = { ...statement, subject: [{ name: 'r-1/release', digest: { sha256: 'ab'.repeat(32) } }] };
	expect(await check(other)).toMatchObject({ code: 2, err: expect.stringContaining('names other subjects') });
});

test('the command line verifies the ledger against a head that was kept', async () => {
	const head = join(folder, 'head.json');
	const keyFile = join(folder, 'key.pem');
	const publicFile = join(folder, 'public.pem');
	const kept = await fixture.ledger.events.head();
	writeFileSync(keyFile, pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
	writeFileSync(publicFile, pair.publicKey.export({ format: 'pem', type: 'spki' }));
	const run = async (value: unknown): Promise<{ code: number; said: string }> => {
		let said = '';
		const note = (text: string): void => {
			said += text;
		};
		writeFileSync(head, JSON.stringify(value));
		const sqlite = join(folder, 'ledger.sqlite');
		const keys = ['--signing-key', keyFile, '--public-key', publicFile];
		const code = await runCli(['verify', '--sqlite', sqlite, '--against', head, ...keys], {
			out: note,
			err: note,
		});
		return { code, said };
	};
	expect(await run(kept)).toMatchObject({ code: 0, said: expect.stringContaining('"intact"') });
	expect(await run({ ...kept, hash: 'ab'.repeat(32) })).toMatchObject({
		code: 2,
		said: expect.stringContaining('is not signed with key'),
	});
});
