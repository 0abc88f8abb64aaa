import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { takeTurn } from '../../app/deliver/turns';
import type { Ledger } from '../../app/ledger/api';
import type { Turn } from '../../core/delivery/turns';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

describe.each(stores)('turns of a spine on %s', (_store, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let other: Ledger;
	let spine = '';
	let count = 0;

	beforeAll(async () => {
		house = await open(clock);
		[ledger, other] = [await house.open(), await house.open()];
	});
	afterAll(() => house.close());
	beforeEach(async () => {
		clock.at = slotOpens + 60_000;
		spine = `spine-${(count += 1)}`;
		await ledger.spines.configure(testSettings(spine, { parallelRuns: 2 }), 'test');
	});

	const turn = async (owner: string, from = ledger): Promise<string> => {
		const record = await from.spines.get(spine);
		if (record === null) throw new Error('no spine');
		const taken: Turn = await takeTurn({ ledger: from, now: () => clock.at }, { spine: record, owner });
		return taken.status === 'turn' ? `place ${taken.place.place}` : taken.reason;
	};
	const serve = async (recipient: string): Promise<void> => {
		const registration = registrationOf(spine, recipient);
		const [grant] = await ledger.deliveries.claim([{ ref: registration.ref, register: registration }], 'run');
		if (grant?.status !== 'granted') throw new Error('not granted');
		const of = { ref: registration.ref, token: grant.token };
		await ledger.deliveries.confirm([of]);
		await ledger.deliveries.commit([{ ...of, provider: 'postmark', providerMessageId: recipient }]);
	};

	test('as many executions as it has parallel runs, over processes, until one leaves its place', async () => {
		expect(await turn('a')).toBe('place 1');
		expect(await turn('b', other)).toBe('place 2');
		expect(await turn('c')).toBe('no-place');
		await ledger.spines.pause(spine, 'looks wrong', 'test');
		expect(await turn('a')).toBe('paused');
		await ledger.spines.resume(spine, 'fine', 'test');
		expect(await turn('c')).toBe('place 1');
	});

	test('goes on while deliveries are committed, and is over with the slot', async () => {
		expect(await turn('a')).toBe('place 1');
		await serve('1');
		expect(await turn('a')).toBe('place 1');
		expect(await turn('a')).toBe('nobody-served');
		const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'PT30M' };
		await ledger.spines.configure(testSettings(spine, { cadence }), 'test');
		clock.at = slotOpens + 1_800_000;
		expect(await turn('d')).toBe('closed');
	});

	test('is not begun for a list that was read to its end, but for what waits to be sent again', async () => {
		const of = { spine, space: 'live' as const, slot: '2026-11-20' };
		const taken = await ledger.reading.take(of);
		if (taken.status === 'held') throw new Error('held');
		await ledger.reading.move(of, taken.mark.token, { kind: 'ended' });
		await ledger.reading.giveBack(of, taken.mark.token, []);
		expect(await turn('a')).toBe('nothing-due');
		await ledger.deliveries.register([registrationOf(spine, '7')]);
		expect(await turn('a')).toBe('place 1');
	});

	test('is not begun while the newest look says that the error budget is spent', async () => {
		const body = { at: clock.at, verdict: null, errorBudget: 'spent', mark: null };
		await ledger.records.write(
			[{ kind: 'verdict', id: `${spine}-look`, spine, parent: null, body, expectedRevision: 0 }],
			[],
		);
		expect(await turn('a')).toBe('budget-spent');
	});
});
