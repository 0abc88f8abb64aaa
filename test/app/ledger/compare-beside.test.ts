import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { migrate } from '../../../adapters/sqlite/migrate';
import { SqliteStore } from '../../../adapters/sqlite/store';
import { createLedger } from '../../../app/ledger/ledger';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';

const spine = 'beside';

test('a record changed past the ledger is found however many others the ledger changes meanwhile', async () => {
	const db = new DatabaseSync(':memory:');
	migrate(db, ':memory:', 0);
	const store = new SqliteStore(db, ':memory:', () => slotOpens + 1000);
	const ledger = createLedger(store);
	await ledger.spines.configure(testSettings(spine), 'test');
	const owed = Array.from({ length: 2_500 }, (_none, at) => registrationOf(spine, `r${10_000 + at}`));
	await ledger.deliveries.register([...owed, registrationOf(spine, 'zz')]);
	db.exec("UPDATE deliveries SET reason = 'a stranger' WHERE recipient = 'zz'");
	const breathe = store.breathe.bind(store);
	let claimed = 0;
	store.breathe = async () => {
		await breathe();
		// After the walk along the chain, before the rows are held against it.
		if (claimed++ !== 0) return;
		await ledger.deliveries.claim(
			owed.map(({ ref }) => ({ ref })),
			'test',
		);
	};
	expect(await ledger.events.verify()).toMatchObject({
		status: 'broken',
		record: expect.stringContaining('delivery of zz'),
	});
	expect(claimed).toBeGreaterThan(1);
}, 60_000);
