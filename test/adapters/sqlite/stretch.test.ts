import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openSqliteLedger } from '../../../adapters/sqlite';
import { stretchOf } from '../../../adapters/sql/stretch';
import { bySlot } from '../../../adapters/sql/group';
import type { Ledger } from '../../../app/ledger/api';
import { refId } from '../../../core/delivery/refs';
import { registrationOf, slotOpens, testSettings } from '../../../testbed/databases/ledgers';

describe('a stretch of recipients', () => {
	test('is what stands in order, each once', () => {
		expect(stretchOf(['a', 'b', 'd'])).toEqual({ first: 'a', last: 'd' });
		expect(stretchOf(['a'])).toEqual({ first: 'a', last: 'a' });
	});

	test('is nothing where the order or a character could mean another row', () => {
		expect(stretchOf([])).toBeNull();
		expect(stretchOf(['b', 'a'])).toBeNull();
		expect(stretchOf(['a', 'a'])).toBeNull();
		// UTF-16 puts the first before the second, UTF-8 the second before the first.
		expect(stretchOf(['\u{1f600}', '\uff21'])).toBeNull();
	});
});

test('refs by slot: every ref once, with its place', () => {
	const part = fc.constantFrom('a', 'b', 'c');
	const ref = fc.record({ spine: part, space: fc.constant('live' as const), slot: part, recipient: part });
	fc.assert(
		fc.property(fc.array(ref), (refs) => {
			const groups = bySlot(refs);
			const back = groups.flatMap(({ slot: [spine, space, slot], recipients, places }) =>
				places.map((place, index) => ({ place, spine, space, slot, recipient: recipients[index] })),
			);
			back.sort((a, b) => a.place - b.place);
			expect(back).toEqual(refs.map((one, place) => ({ place, ...one })));
			expect(new Set(groups.map(({ slot }) => slot.join())).size).toBe(groups.length);
		}),
	);
});

describe('a batch written in one sweep', () => {
	let ledger: Ledger;
	let folder = '';
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rg-stretch-'));
		ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: () => slotOpens + 1000 });
		await ledger.spines.configure(testSettings('stretch'), 'test');
	});
	afterAll(async () => {
		await ledger.close();
		rmSync(folder, { recursive: true, force: true });
	});

	test('touches the deliveries asked for and no others, in every mix of neighbours', async () => {
		const name = fc.oneof(
			fc.integer({ min: 0, max: 40 }).map((number) => `r${String(number).padStart(3, '0')}`),
			fc.constantFrom('r001é', '\u{1f600}', '\uff21', 'zz'),
		);
		let slot = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(name, { minLength: 1, maxLength: 40 }),
				fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
				async (registered, picked) => {
					slot += 1;
					const all = registered.map((recipient) => {
						const one = registrationOf('stretch', recipient);
						return { ...one, ref: { ...one.ref, slot: `s-${slot}` } };
					});
					await ledger.deliveries.register(all);
					const wanted = all.filter((_one, index) => picked[index] === true);
					const results = await ledger.deliveries.claim(
						wanted.map(({ ref }) => ({ ref })),
						'test',
					);
					expect(results.map(({ status }) => status)).toEqual(wanted.map(() => 'granted'));
					const claimed = new Set(wanted.map(({ ref }) => refId(ref)));
					const stored = await ledger.deliveries.get(all.map(({ ref }) => ref));
					expect(stored.map((one) => one?.state)).toEqual(
						all.map(({ ref }) => (claimed.has(refId(ref)) ? 'claimed' : 'due')),
					);
				},
			),
			{ numRuns: 60 },
		);
	});
});
