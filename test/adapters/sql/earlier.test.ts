import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { lookAtPostgresLedger, openPostgresLedger } from '../../../adapters/postgres';
import { migrations as postgresMigrations } from '../../../adapters/postgres/migrations';
import { lookAtSqliteLedger, openSqliteLedger } from '../../../adapters/sqlite';
import { migrations as sqliteMigrations } from '../../../adapters/sqlite/migrations';
import type { LedgerSight } from '../../../adapters/sql/sight';
import type { Ledger } from '../../../app/ledger/api';
import { refOf, slotOpens, type TestClock } from '../../../testbed/databases/ledgers';
import { freshDatabase } from '../../../testbed/databases/postgres';

const fixtures = join(__dirname, '..', '..', 'fixtures', 'ledgers');

interface Earlier {
	look(): Promise<LedgerSight>;
	open(): Promise<Ledger>;
	/** Names of the migrations that the ledger says it was brought through. */
	applied(): Promise<readonly unknown[]>;
	remove(): Promise<void>;
}

async function sqlite(clock: TestClock): Promise<Earlier> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-earlier-'));
	const file = join(folder, 'ledger.sqlite');
	copyFileSync(join(fixtures, 'ledger.sqlite'), file);
	return {
		look: () => lookAtSqliteLedger({ file }),
		open: () => openSqliteLedger({ file, clock: () => clock.at }),
		applied: async () => {
			const db = new DatabaseSync(file, { readOnly: true });
			const rows = db.prepare('SELECT name FROM migrations ORDER BY name').all();
			db.close();
			return rows.map(({ name }) => name);
		},
		remove: async () => rmSync(folder, { recursive: true, force: true }),
	};
}

async function postgres(clock: TestClock): Promise<Earlier> {
	const database = await freshDatabase();
	await database.query(readFileSync(join(fixtures, 'ledger.pg.sql'), 'utf8'));
	const connection = database.url;
	return {
		look: () => lookAtPostgresLedger({ connection }),
		open: () => openPostgresLedger({ connection, clock: () => clock.at }),
		applied: async () => {
			const rows = await database.query('SELECT name FROM release_gate.migrations ORDER BY name');
			return rows.map(({ name }) => name);
		},
		remove: () => database.drop(),
	};
}

describe.each([
	['sqlite', sqlite, sqliteMigrations],
	['postgres', postgres, postgresMigrations],
] as const)('a ledger that version 0.1.0 made, on %s', (_store, make, migrations) => {
	test('is seen, opens, is brought to this version, verifies, and goes on where it was', async () => {
		const clock: TestClock = { at: slotOpens + 2000 };
		const earlier = await make(clock);
		try {
			expect(await earlier.look()).toEqual({ exists: true, spines: 1 });
			const ledger = await earlier.open();
			expect(await earlier.applied()).toEqual(migrations.map(({ name }) => name));
			// Its records are of before digests: the first look takes them into the chain as they stand, and once.
			const first = await ledger.events.verify();
			expect(first).toMatchObject({ status: 'intact', unsealed: 0, compared: 0 });
			expect(first.status === 'intact' && first.adopted).toBeGreaterThan(6);
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact', adopted: 0 });
			expect(await ledger.spines.get('kept')).toMatchObject({ version: 1, paused: false });

			const states = await ledger.deliveries.list({ spine: 'kept', limit: 10 });
			expect(Object.fromEntries(states.map(({ ref, state }) => [ref.recipient, state]))).toEqual({
				due: 'due',
				claimed: 'claimed',
				sending: 'sending',
				committed: 'committed',
				failed: 'failed',
				'in-doubt': 'in-doubt',
			});
			expect(await ledger.records.get('trigger', ['kept'])).toMatchObject([
				{ body: { after: 1 }, revision: 1 },
			]);

			// What was under way goes on under the tokens that were given out before.
			const message = { provider: 'postmark', providerMessageId: 'm-2' };
			expect(
				await ledger.deliveries.commit([{ ref: refOf('kept', 'sending'), token: 1, ...message }]),
			).toMatchObject([{ status: 'committed' }]);
			expect(await ledger.deliveries.confirm([{ ref: refOf('kept', 'claimed'), token: 1 }])).toMatchObject([
				{ status: 'send' },
			]);
			expect(
				await ledger.deliveries.claim(
					['due', 'failed', 'committed', 'in-doubt'].map((id) => ({ ref: refOf('kept', id) })),
					'later',
				),
			).toMatchObject([
				{ status: 'granted', token: 1, input: { id: 'due' } },
				{ status: 'granted', token: 2, input: { id: 'failed' } },
				{ status: 'already-delivered' },
				{ status: 'refused', reason: 'in-doubt' },
			]);
			const waiting = await ledger.outbox.take('hubspot:contacts', 10, 1000);
			expect(waiting.map(({ objectId }) => objectId)).toEqual(['committed', 'sending']);
			await ledger.events.seal();
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact', unsealed: 0 });
			await ledger.close();

			const again = await earlier.open();
			expect(await again.events.verify()).toMatchObject({ status: 'intact' });
			await again.close();
		} finally {
			await earlier.remove();
		}
	});

	test('lets one of its recipients be erased', async () => {
		const clock: TestClock = { at: slotOpens + 2000 };
		const earlier = await make(clock);
		try {
			const ledger = await earlier.open();
			await ledger.erasure.erase({ recipient: 'committed', alsoKnownAs: [], by: 'test' });
			expect(await ledger.erasure.scrub()).toBeDefined();
			expect(await ledger.deliveries.get([refOf('kept', 'committed')])).toEqual([null]);
			const states = await ledger.deliveries.list({ spine: 'kept', states: ['committed'], limit: 10 });
			expect(states.map(({ ref }) => ref.recipient)).toEqual([expect.stringMatching(/^erased-/)]);
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact', adopted: 0 });
			await ledger.close();
		} finally {
			await earlier.remove();
		}
	});
});
