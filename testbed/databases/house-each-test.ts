import { afterEach, beforeEach } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import { type LedgerHouse, slotOpens, type TestClock } from './ledgers';

const hour = 3_600_000;

/** What a test of one store is given anew. */
export interface EachTest {
	/** An hour after the slot of the test spine opened, until the test moves it. */
	readonly clock: TestClock;
	readonly house: LedgerHouse;
	/** A ledger that stores recipients as keyed hashes, opened with this key, or without one. */
	hashed(key: string | undefined, former?: string): Promise<Ledger>;
}

/** A new house for each test of the `describe` that asks for it, closed after the test. */
export function houseEachTest(open: (clock: TestClock) => Promise<LedgerHouse>): EachTest {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	beforeEach(async () => {
		clock.at = slotOpens + hour;
		house = await open(clock);
	});
	afterEach(() => house.close());
	return {
		clock,
		get house() {
			return house;
		},
		hashed: (key, former) => house.open(key, undefined, former, 'hashes'),
	};
}
