import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allOf, pages } from '../../../app/ledger/pages';

test('every entry once, in order, whatever the number of entries and of the page', async () => {
	await fc.assert(
		fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 12 }), async (count, limit) => {
			const entries = Array.from({ length: count }, (_, at) => at);
			let calls = 0;
			const list = async (last: number | undefined) => {
				calls += 1;
				return entries.filter((entry) => last === undefined || entry > last).slice(0, limit);
			};
			const sizes: number[] = [];
			for await (const page of pages(limit, list)) sizes.push(page.length);
			expect(sizes.every((size) => size > 0 && size <= limit)).toBe(true);
			expect(calls).toBe(Math.floor(count / limit) + 1);
			expect(await allOf(limit, list)).toEqual(entries);
		}),
	);
});
