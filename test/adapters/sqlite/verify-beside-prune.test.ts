import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { migrate } from '../../../adapters/sqlite/migrate';
import { SqliteStore } from '../../../adapters/sqlite/store';
import { createLedger } from '../../../app/ledger/ledger';
import { slotOpens } from '../../../testbed/databases/ledgers';

const hour = 3_600_000;

/** A chain of two walks' pages; the first half of its events is two hours older than the rest. */
async function longChain() {
	const clock = { at: slotOpens };
	const db = new DatabaseSync(':memory:');
	migrate(db, ':memory:', 0);
	const store = new SqliteStore(db, ':memory:', () => clock.at);
	const ledger = createLedger(store);
	const event = { kind: 'test', spine: null, subject: null, sentence: 'Something.', data: {} };
	const half = Array.from({ length: 1_200 }, () => event);
	await ledger.events.append(half);
	clock.at += 2 * hour;
	await ledger.events.append(half);
	await ledger.events.seal();
	return { db, store, ledger };
}

const pruning = { inputsMs: hour, deliveriesMs: hour, eventsMs: hour };

test('a chain whose beginning is pruned while it is walked is intact', async () => {
	const { store, ledger } = await longChain();
	const breathe = store.breathe.bind(store);
	let pruned = 0;
	store.breathe = async () => {
		await breathe();
		// After the first page of the walk; the prune breathes too.
		if (pruned++ === 0) await ledger.prune(pruning);
	};
	expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	expect((await ledger.events.ends()).foot).toBeGreaterThan(1_000);
});

test('an event that is gone from a chain nobody pruned is still found', async () => {
	const { db, ledger } = await longChain();
	db.exec('DELETE FROM events WHERE position = 1100');
	expect(await ledger.events.verify()).toMatchObject({ status: 'broken', position: 1100 });
});
