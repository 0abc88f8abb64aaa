import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../adapters/postgres';
import type { Ledger } from '../../../app/ledger/api';
import { slotOpens } from '../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';

let database: TestDatabase;
let ledger: Ledger;
beforeAll(async () => {
	database = await freshDatabase();
	ledger = await openPostgresLedger({ connection: database.url, clock: () => slotOpens });
});
afterAll(async () => {
	await ledger.close();
	await database.drop();
});

test('the outbox gives out its first entries at once, however many wait and without statistics', async () => {
	await database.query(`SET search_path TO release_gate;
		ALTER TABLE outbox SET (autovacuum_enabled = off);
		INSERT INTO outbox (target, object_id, payload, spine, space, slot, recipient, status, created_at)
		SELECT 'hubspot:contacts', n::text, '{}', 's', 'live', '1', n::text, 'waiting', 0 FROM generate_series(1, 20000) AS n`);
	const began = performance.now();
	const taken = await ledger.outbox.take('hubspot:contacts', 100, 1_000);
	expect(taken.map(({ objectId }) => Number(objectId))).toEqual(
		Array.from({ length: 100 }, (_, at) => at + 1),
	);
	// Entry against entry, 20,000 of them take minutes.
	expect(performance.now() - began).toBeLessThan(10_000);
}, 120_000);
