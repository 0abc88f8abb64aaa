import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { openPostgresLedger } from '../../../adapters/postgres';
import type { Ledger } from '../../../app/ledger/api';
import type { Registration } from '../../../core/delivery/record';
import { refId } from '../../../core/delivery/refs';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { freshDatabase, type TestDatabase } from '../../../testbed/databases/postgres';

const spine = 'sweep';

describe('a batch that is read and written in one sweep on Postgres', () => {
	let database: TestDatabase;
	let ledger: Ledger;
	let slots = 0;
	beforeAll(async () => {
		database = await freshDatabase();
		ledger = await openPostgresLedger({ connection: database.url, clock: () => slotOpens + 1000 });
		await ledger.spines.configure(testSettings(spine), 'test');
	});
	afterAll(async () => {
		await ledger.close();
		await database.drop();
	});

	/** Registers these recipients in a slot and a space of their own. */
	const owe = async (recipients: readonly string[]): Promise<readonly Registration[]> => {
		slots += 1;
		const all = recipients.map((recipient) => {
			const one = registrationOf(spine, recipient);
			return { ...one, ref: { ...one.ref, slot: `s-${slots}`, space: `dry-run:${slots}` as const } };
		});
		await ledger.deliveries.register(all);
		return all;
	};
	const thirty = Array.from({ length: 30 }, (_none, at) => `r${100 + at}`);
	const statesOf = async (all: readonly Registration[]) =>
		(await ledger.deliveries.get(all.map(({ ref }) => ref))).map((one) => [one?.state, one?.token]);

	test('touches the deliveries asked for and no others, and the chain tells each step of them', async () => {
		const name = fc.oneof(
			{ weight: 20, arbitrary: fc.integer({ min: 100, max: 150 }).map((number) => `r${number}`) },
			{ weight: 1, arbitrary: fc.constantFrom('r101é', '\u{1f600}', '\uff21', 'zz') },
		);
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(name, { minLength: 15, maxLength: 45 }),
				fc.nat({ max: 20 }),
				fc.nat({ max: 3 }),
				async (registered, from, left) => {
					const all = await owe([...registered].sort());
					// A stretch of them, now and then with one of the middle left out.
					const picked = all.slice(from).filter((_one, at) => left !== 0 || at !== 5);
					const wanted = new Set(picked.map(({ ref }) => refId(ref)));
					const claims = await ledger.deliveries.claim(
						picked.map(({ ref }) => ({ ref })),
						'test',
					);
					expect(claims.map((claim) => ('input' in claim ? claim.input['id'] : claim))).toEqual(
						picked.map(({ input }) => input['id']),
					);
					const held = picked.map(({ ref }) => ({ ref, token: 1 }));
					const sends = await ledger.deliveries.confirm(held);
					expect(sends.map(({ status }) => status)).toEqual(held.map(() => 'send'));
					expect(await statesOf(all)).toEqual(
						all.map(({ ref }) => (wanted.has(refId(ref)) ? ['sending', 1] : ['due', 0])),
					);
				},
			),
			{ numRuns: 40 },
		);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	}, 180_000);

	/** Does something to one delivery of the batch while the batch is claimed, which waits for it. */
	async function besides(all: readonly Registration[], change: string) {
		const other = new Client({ connectionString: database.url });
		await other.connect();
		try {
			await other.query('SET search_path TO release_gate; BEGIN');
			const slot = all[0]?.ref.slot;
			await other.query(`UPDATE deliveries SET ${change} WHERE slot = '${slot}' AND recipient = 'r115'`);
			const claims = ledger.deliveries.claim(
				all.map(({ ref }) => ({ ref })),
				'test',
			);
			await wait(300);
			await other.query('COMMIT');
			return await claims;
		} finally {
			await other.end();
		}
	}

	test('reads a row that it waited for as it is then', async () => {
		const all = await owe(thirty);
		const claims = await besides(all, "state = 'held', reason = 'the other was faster'");
		expect(claims.map(({ status }) => status)).toEqual(
			thirty.map((one) => (one === 'r115' ? 'refused' : 'granted')),
		);
		expect(await statesOf(all)).toEqual(thirty.map((one) => (one === 'r115' ? ['held', 0] : ['claimed', 1])));
	});

	test('writes a row that it waited for where it lies then', async () => {
		const all = await owe(thirty);
		const claims = await besides(all, 'token = 7');
		expect(claims.map(({ status }) => status)).toEqual(thirty.map(() => 'granted'));
		expect(await statesOf(all)).toEqual(thirty.map((one) => ['claimed', one === 'r115' ? 8 : 1]));
	});

	test('eight who claim the same batches at once grant each delivery once', async () => {
		const all = await owe(thirty);
		const many = await Promise.all(
			Array.from({ length: 8 }, (_none, at) =>
				ledger.deliveries.claim(
					all.slice(at % 3).map(({ ref }) => ({ ref })),
					`run ${at}`,
				),
			),
		);
		const granted = many.flatMap((claims) => claims.filter(({ status }) => status === 'granted'));
		expect(granted).toHaveLength(30);
		expect(await statesOf(all)).toEqual(thirty.map(() => ['claimed', 1]));
	});
});
