import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../adapters/postgres';
import { openSqliteLedger } from '../../../adapters/sqlite';
import type { Ledger } from '../../../app/ledger/api';
import { freshDatabase } from '../../../testbed/databases/postgres';

const scope = 'orders';
const wide = `SELECT count(*) AS n FROM key_claims WHERE coalesce(state, owner) IS NOT NULL
	OR coalesce(token, lease_until, expires_at, claimed_at, changed_at) IS NOT NULL`;

/** Claims a hundred keys and completes them in one batch. */
async function play(ledger: Ledger): Promise<void> {
	const terms = {
		scope,
		leaseMs: 60_000,
		rememberMs: 86_400_000,
		whenUnknown: 'hold',
		owner: 'run 1',
	} as const;
	const keys = Array.from({ length: 100 }, (_, at) => `order-${1000 + at}`);
	const claimed = await ledger.keys.claim(
		terms,
		keys.map((key) => ({ key, digest: 'abcdefghijklmnopqrstuv' })),
	);
	await ledger.keys.complete(
		claimed.map((result, at) => ({
			scope,
			key: keys[at] ?? '',
			token: result.status === 'first' ? result.token : null,
			result: null,
		})),
		'run 1',
	);
}

test('rows of keys that are completed together stay as narrow as new ones, on SQLite', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'rg-alike-'));
	const file = join(folder, 'ledger.sqlite');
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	await play(ledger);
	expect(await ledger.keys.list({ scope, states: ['done'], limit: 1000 })).toHaveLength(100);
	await ledger.close();
	const db = new DatabaseSync(file, { readOnly: true });
	expect(db.prepare(wide).get()).toEqual({ n: 0 });
	db.close();
	rmSync(folder, { recursive: true, force: true });
});

test('rows of keys that are completed together stay as narrow as new ones, on Postgres', async () => {
	const database = await freshDatabase();
	const ledger = await openPostgresLedger({ connection: database.url });
	await play(ledger);
	expect(await ledger.keys.list({ scope, states: ['done'], limit: 1000 })).toHaveLength(100);
	const rows = await database.query(wide.replaceAll('key_claims', 'release_gate.key_claims'));
	expect(rows.map(({ n }) => Number(n))).toEqual([0]);
	await ledger.close();
	await database.drop();
});
