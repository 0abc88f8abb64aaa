import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPostgresRecipients, openPostgresLedger } from '../../adapters/postgres';
import { hashSqliteRecipients, openSqliteLedger } from '../../adapters/sqlite';
import type { DeliveryRef, Instant, Space } from '../../core/delivery/types';
import type { Ledger } from '../../app/ledger/api';
import type { RecipientsAs } from '../../app/ledger/hashes/port';
import type { ConversionReport } from '../../app/ledger/hashes/convert';
import type { Registration } from '../../core/delivery/record';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { freshDatabase } from './postgres';

/** Opens ledgers of one store; each `open` is one more process, as far as the ledger can tell. */
export interface LedgerHouse {
	/** Where the ledger is: a file, or the URL of a database. */
	readonly address: string;
	open(
		encryptionKey?: string,
		signingKey?: string,
		formerKeys?: string,
		recipients?: RecipientsAs,
	): Promise<Ledger>;
	/** Converts the names of recipients to hashes, as the command line does. Nothing of the house may be open. */
	hashRecipients(encryptionKey: string, signingKey?: string, formerKeys?: string): Promise<ConversionReport>;
	/** A stranger's hand in the database. */
	tamper(sql: string): Promise<void>;
	/** What a stranger reads in the database. */
	read(sql: string): Promise<readonly Record<string, unknown>[]>;
	/** All that is kept: on SQLite the bytes of the file and of what lies beside it, on Postgres every row. */
	remains(): Promise<string>;
	close(): Promise<void>;
}

/** The clock of a test; it moves when told. */
export interface TestClock {
	at: Instant;
}

export async function sqliteHouse(clock: TestClock): Promise<LedgerHouse> {
	const folder = mkdtempSync(join(tmpdir(), 'rg-ledger-'));
	const file = join(folder, 'ledger.sqlite');
	const { DatabaseSync } = await import('node:sqlite');
	const opened: Ledger[] = [];
	return {
		address: file,
		open: async (encryptionKey, signingKey, formerKeys, recipients) => {
			const options = { encryptionKey, signingKey, formerKeys, recipients };
			const ledger = await openSqliteLedger({ file, clock: () => clock.at, ...options });
			opened.push(ledger);
			return ledger;
		},
		hashRecipients: (encryptionKey, signingKey, formerKeys) =>
			hashSqliteRecipients({ file, clock: () => clock.at, encryptionKey, signingKey, formerKeys }),
		tamper: async (sql) => {
			const db = new DatabaseSync(file, { timeout: 5000 });
			db.exec(sql);
			db.close();
		},
		read: async (sql) => {
			const db = new DatabaseSync(file, { timeout: 5000 });
			const rows = db.prepare(sql).all();
			db.close();
			return rows;
		},
		remains: async () =>
			readdirSync(folder)
				.map((name) => readFileSync(join(folder, name), 'utf8'))
				.join(''),
		close: async () => {
			for (const ledger of opened) await ledger.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export async function postgresHouse(clock: TestClock): Promise<LedgerHouse> {
	const database = await freshDatabase();
	const opened: Ledger[] = [];
	return {
		address: database.url,
		open: async (encryptionKey, signingKey, formerKeys, recipients) => {
			const ledger = await openPostgresLedger({
				connection: database.url,
				clock: () => clock.at,
				encryptionKey,
				signingKey,
				formerKeys,
				recipients,
			});
			opened.push(ledger);
			return ledger;
		},
		hashRecipients: (encryptionKey, signingKey, formerKeys) =>
			hashPostgresRecipients({
				connection: database.url,
				clock: () => clock.at,
				encryptionKey,
				signingKey,
				formerKeys,
			}),
		tamper: async (sql) => {
			await database.query(`SET search_path TO release_gate; ${sql}`);
		},
		read: (sql) => database.query(sql.replace(/\bFROM /, 'FROM release_gate.')),
		remains: async () => {
			const tables = await database.query(
				"SELECT tablename FROM pg_tables WHERE schemaname = 'release_gate'",
			);
			const rows = tables.map(({ tablename }) =>
				database.query(`SELECT * FROM release_gate.${String(tablename)}`),
			);
			return JSON.stringify(await Promise.all(rows));
		},
		close: async () => {
			for (const ledger of opened) await ledger.close();
			await database.drop();
		},
	};
}

export const stores = [
	['sqlite', sqliteHouse],
	['postgres', postgresHouse],
] as const;

/** The same house, whose ledgers store recipients as keyed hashes unless they are told otherwise. */
const hashing =
	(house: (clock: TestClock) => Promise<LedgerHouse>) =>
	async (clock: TestClock): Promise<LedgerHouse> => {
		const inner = await house(clock);
		return {
			...inner,
			open: (key = '5a'.repeat(32), signing, former, recipients = 'hashes') =>
				inner.open(key, signing, former, recipients),
		};
	};

/** Both stores, recipients stored as names and as keyed hashes: to whoever uses the ledger there is no difference. */
export const storesBothWays = [
	...stores,
	['sqlite, recipients as hashes', hashing(sqliteHouse)],
	['postgres, recipients as hashes', hashing(postgresHouse)],
] as const;

const hour = 3_600_000;

/** Slot 2026-11-20 of the test spine: open from 09:00 UTC for two days. */
export const slotOpens: Instant = Date.UTC(2026, 10, 20, 9);
export const slotCloses: Instant = slotOpens + 48 * hour;

export const testSettings = (spine: string, changes: Partial<SpineSettings> = {}): SpineSettings => ({
	spine,
	cadence: { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' },
	mode: 'live',
	dryRun: 'rehearsal',
	testRecipients: [],
	leaseMs: 600_000,
	sendLeaseMs: 120_000,
	replaysPerSlot: 1,
	inDoubt: 'assume-delivered',
	inDoubtQuietMs: 900_000,
	properties: {
		status: 'cc_delivery_status',
		nextEligibleAt: 'cc_next_eligible_send_at',
		lastDeliveryAt: 'cc_last_delivery_at',
		deliveryCount: 'cc_delivery_count',
		lastAssetId: 'cc_last_asset_id',
		critical: ['email'],
		defaults: {},
		also: [],
	},
	templateVersion: '1',
	policy: 'quiet-content-delivery',
	...changes,
});

export const refOf = (
	spine: string,
	recipient: string,
	slot = '2026-11-20',
	space: Space = 'live',
): DeliveryRef => ({
	spine,
	space,
	slot,
	recipient,
});

/** A registration in the slot that opens `slots` slots after 2026-11-20. */
export function registrationOf(
	spine: string,
	recipient: string,
	slots = 0,
	changes: Partial<Registration> = {},
): Registration {
	const opensAt = slotOpens + slots * 48 * hour;
	const slot = new Date(opensAt).toISOString().slice(0, 10);
	return {
		ref: refOf(spine, recipient, slot),
		opensAt,
		closesAt: opensAt + 48 * hour,
		cadenceIndex: 9 + slots,
		input: { id: recipient, email: `${recipient}@example.test` },
		...changes,
	};
}
