import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openPostgresLedger } from '../../../../adapters/postgres';
import type { Ledger } from '../../../../app/ledger/api';
import type { TokenRef } from '../../../../core/delivery/record';
import { slotOpens, type TestClock, testSettings } from '../../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../../testbed/databases/postgres';
import { type Fault, postgresProxy, type PostgresProxy } from '../../../../testbed/databases/postgres-proxy';
import { operations, spine } from './operations';

const tables = [
	'spines',
	'spine_versions',
	'slots',
	'deliveries',
	'inputs',
	'recipients',
	'messages',
	'outbox',
	'records',
];
/** Where ids and hashes differ from run to run: a transaction that was undone leaves a gap in the ids. */
const columns: Readonly<Record<string, string>> = {
	events: 'at, kind, spine, subject, sentence, data, position IS NOT NULL AS sealed',
	outbox: 'target, object_id, payload, recipient, status, attempts, not_before, lease_until, reason',
	records: 'kind, id, body, revision',
};

describe('a connection to Postgres that breaks', () => {
	const clock: TestClock = { at: slotOpens };
	let database: TestDatabase;
	let other: Client;
	let proxy: PostgresProxy;
	let ledger: Ledger;

	beforeAll(async () => {
		database = await freshDatabase();
		other = new Client({ connectionString: database.url });
		await other.connect();
		proxy = await postgresProxy(database.url, (pid) => other.query('SELECT pg_terminate_backend($1)', [pid]));
		ledger = await openPostgresLedger({ connection: proxy.url, clock: () => clock.at, connections: 1 });
		await other.query('SET search_path TO release_gate');
	});
	afterAll(async () => {
		await ledger.close();
		await proxy.close();
		await other.end();
		await database.drop();
	});

	/** Everything the ledger holds; `deliveries.refused` aside, which tells of the call that was repeated. */
	const books = async (): Promise<Readonly<Record<string, unknown>>> => {
		const result: Record<string, unknown> = {};
		for (const table of tables) {
			const { rows } = await other.query(`SELECT ${columns[table] ?? '*'} FROM ${table} ORDER BY 1, 2, 3, 4`);
			result[table] = rows;
		}
		const { rows } = await other.query(
			`SELECT ${columns['events']} FROM events WHERE kind <> 'deliveries.refused' ORDER BY id`,
		);
		return { ...result, events: rows };
	};
	/** An empty ledger with one spine, brought to where the operation makes a difference. */
	const begin = async (name: string): Promise<readonly TokenRef[]> => {
		proxy.strike(null);
		clock.at = slotOpens + 60_000;
		const identity = 'ALTER SEQUENCE outbox_id_seq RESTART; ALTER SEQUENCE events_id_seq RESTART';
		const zero = '0'.repeat(64);
		await other.query(
			`${[...tables, 'events'].map((table) => `DELETE FROM ${table}`).join(';')}; ${identity};
			UPDATE chain SET head_position = 0, head_hash = '${zero}', foot_position = 0, foot_hash = '${zero}'`,
		);
		await ledger.spines.configure(testSettings(spine), 'test');
		return (await operations[name]?.prepare(ledger, clock)) ?? [];
	};

	describe.each(Object.entries(operations))('during: %s', (name, operation) => {
		let before: unknown;
		let after: unknown;
		let count = 0;
		beforeEach(async () => {
			const tokens = await begin(name);
			before = await books();
			proxy.strike(null);
			const answer = await operation.call(ledger, tokens);
			count = proxy.statements.length;
			after = await books();
			expectAnswer(answer, operation.answer);
		});

		test.each<Fault['how']>(['before', 'after', 'terminate'])(
			'%s any statement: an error with a remedy, nothing half written, and the call can be repeated',
			async (how) => {
				expect(count).toBeGreaterThanOrEqual(3);
				for (let at = 1; at <= count; at += 1) {
					const tokens = await begin(name);
					proxy.strike({ at, how });
					const error = await operation.call(ledger, tokens).catch((caught: unknown) => caught);
					expect(error).toMatchObject({
						code: 'ledger-unreachable',
						remedy: expect.stringContaining('safe to repeat'),
					});
					const left = await books();
					const stored = JSON.stringify(left) === JSON.stringify(after);
					if (operation.parts !== true) {
						expect(left).toEqual(stored ? after : before);
						// Only a COMMIT that reached the server is stored, although nobody heard.
						expect(stored).toBe(
							how === 'after' && at === count && JSON.stringify(before) !== JSON.stringify(after),
						);
					}
					proxy.strike(null);
					const answer = await operation.call(ledger, tokens);
					if (operation.parts !== true) expectAnswer(answer, stored ? operation.again : operation.answer);
					expect(await books()).toEqual(after);
					expectAnswer(await operation.call(ledger, tokens), operation.again);
					expect(await books()).toEqual(after);
					await operation.later?.(ledger, clock);
					expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
				}
			},
			120_000,
		);
	});
});

function expectAnswer(answer: unknown, expected: unknown): void {
	if (typeof expected === 'object' && expected !== null) expect(answer).toMatchObject(expected);
	else expect(answer).toBe(expected);
}
