import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RowTable } from '../../../app/ledger/history/row-table';
import { keyText, type StateKey } from '../../../app/ledger/history/state';

const digest = (number: number): string => String(number).padStart(22, 'd');

test('holds what a map of keys holds, whatever the keys and digests are', () => {
	const part = fc.oneof(
		fc.constantFrom('0', '00', '7', '007', '-1', '1e3', '4294967294', '4294967295', '99999999999', ''),
		fc.nat({ max: 50 }).map(String),
		fc.string({ maxLength: 4 }).filter((text) => !text.includes('\u0000')),
	);
	const key = fc.record({
		table: fc.constantFrom('deliveries', 'recipients', 'blobs'),
		path: fc.array(part, { minLength: 1, maxLength: 4 }),
	}) as fc.Arbitrary<StateKey>;
	const told = fc.oneof(fc.constantFrom('', 'forged', 'é'.repeat(22), 'x'.repeat(500)), fc.nat().map(digest));
	const steps = fc.array(fc.tuple(key, told, fc.nat()), { maxLength: 200 });
	fc.assert(
		fc.property(steps, key, (taken, other) => {
			const table = new RowTable();
			const map = new Map<string, readonly [string, number]>();
			for (const [one, after, place] of taken) {
				table.set(one, after, place);
				map.set(keyText(one), [after, place]);
			}
			const rows = Array.from({ length: table.size }, (_none, row): [string, readonly [string, number]] => [
				table.keyAt(row),
				[table.digestAt(row), table.placeAt(row)],
			]);
			expect(rows).toEqual([...map]);
			for (const [one] of taken) expect(table.keyAt(table.find(one))).toBe(keyText(one));
			expect(table.find(other) >= 0).toBe(map.has(keyText(other)));
		}),
		{ numRuns: 300 },
	);
});

test('grows past its first blocks and index, and finds each row again', () => {
	const table = new RowTable();
	const keyOf = (number: number): StateKey => ({
		table: 'deliveries',
		path: ['spine', 'live', `s-${number % 7}`, number % 2 === 0 ? String(number) : `r${number}`],
	});
	const count = 30_000;
	for (let number = 0; number < count; number += 1) table.set(keyOf(number), digest(number), number);
	for (let number = 0; number < count; number += 3) table.set(keyOf(number), digest(number + 1), count);
	expect(table.size).toBe(count);
	for (let number = 0; number < count; number += 1) {
		const row = table.find(keyOf(number));
		const again = number % 3 === 0;
		expect([row, table.digestAt(row), table.placeAt(row)]).toEqual([
			number,
			digest(again ? number + 1 : number),
			again ? count : number,
		]);
	}
	expect(table.find(keyOf(count))).toBe(-1);
});
