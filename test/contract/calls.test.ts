import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { postgresHouse, sqliteHouse, slotOpens, type LedgerHouse } from '../../testbed/databases/ledgers';

const clock = { at: slotOpens };
const limit = { most: 4, windowMs: 1_000 };

describe("a vendor's rate in the ledger", () => {
	let house: LedgerHouse;
	let ledgers: readonly Ledger[];

	beforeAll(async () => {
		house = await postgresHouse(clock);
		ledgers = await Promise.all([house.open(), house.open()]);
	});
	afterAll(() => house.close());

	const take = async (process: 0 | 1, wanted: number, account = 'a'): Promise<readonly number[]> => {
		const budget = ledgers[process]?.calls;
		if (!budget) throw new Error('no budget');
		return await budget.take(account, limit, wanted);
	};

	test('is one line for all processes, each account with its own', async () => {
		expect(await take(0, 3)).toEqual([0, 0, 0]);
		expect(await take(1, 2)).toEqual([0, 1_080]);
		expect(await take(0, 1, 'b')).toEqual([0]);
		clock.at += 1_080;
		expect(await take(1, 1)).toEqual([0]);
	});

	test('is never given twice, however many ask at once', async () => {
		const all = await Promise.all(
			Array.from({ length: 20 }, (_none, at) => take(at % 2 === 0 ? 0 : 1, 2, 'crowd')),
		);
		const starts = all.flat().sort((a, b) => a - b);
		expect(starts).toEqual(Array.from({ length: 40 }, (_none, at) => Math.floor(at / 4) * 1_080));
	});

	test('stands still for everybody after a refusal', async () => {
		await ledgers[0]?.calls?.hold('held', 10_000);
		expect(await take(1, 1, 'held')).toEqual([10_000]);
	});
});

test('a SQLite ledger has one process, which keeps the rate itself', async () => {
	const house = await sqliteHouse(clock);
	expect((await house.open()).calls).toBeNull();
	await house.close();
});
