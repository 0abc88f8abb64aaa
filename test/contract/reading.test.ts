import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { handOutMs, markLeaseMs } from '../../core/delivery/reading';
import type { Ledger } from '../../app/ledger/api';
import type { HeldMark } from '../../app/ledger/api/reading';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

describe.each(stores)('who reads contacts, on %s', (store, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let other: Ledger;
	let count = 0;
	let of = { spine: '', space: 'live' as const, slot: '2026-11-20' };

	beforeAll(async () => {
		house = await open(clock);
		[ledger, other] = [await house.open(), await house.open()];
	});
	afterAll(() => house.close());
	beforeEach(() => {
		clock.at = slotOpens;
		of = { ...of, spine: `spine-${(count += 1)}` };
	});

	const take = async (from = ledger): Promise<HeldMark> => {
		const taken = await from.reading.take(of);
		if (taken.status === 'held') throw new Error('held');
		return taken;
	};

	test('of several at once one has the mark', async () => {
		// Two connections of one process to a SQLite file would wait for each other on the same thread.
		const second = store === 'sqlite' ? ledger : other;
		const all = await Promise.all(
			Array.from({ length: 8 }, (_none, at) => (at % 2 === 0 ? ledger : second).reading.take(of)),
		);
		expect(all.filter(({ status }) => status === 'taken')).toHaveLength(1);
		expect(all.filter(({ status }) => status === 'held')).toHaveLength(7);
	});

	test('a holder moves it and gives it back; the next goes on from there, in another process too', async () => {
		const { mark } = await take();
		expect(await ledger.reading.move(of, mark.token, { kind: 'read', position: '1000' })).toMatchObject({
			position: '1000',
		});
		await ledger.reading.giveBack(of, mark.token, []);
		const next = await take(other);
		expect(next.mark).toMatchObject({ position: '1000', pass: 1, endedAt: null });
		await other.reading.move(of, next.mark.token, { kind: 'ended' });
		await other.reading.giveBack(of, next.mark.token, []);
		expect((await take()).mark).toMatchObject({ position: null, pass: 2, endedAt: clock.at });
	});

	test('a holder that died is followed when its lease has passed, and can move nothing when it comes back', async () => {
		const dead = await take();
		clock.at += markLeaseMs - 1;
		expect(await other.reading.take(of)).toEqual({ status: 'held', until: slotOpens + markLeaseMs });
		clock.at += 1;
		const next = await take(other);
		expect(await ledger.reading.move(of, dead.mark.token, { kind: 'read', position: '9' })).toBeNull();
		await ledger.reading.giveBack(of, dead.mark.token, []);
		expect(await ledger.reading.take(of)).toMatchObject({ status: 'held' });
		expect(await other.reading.move(of, next.mark.token, { kind: 'alive' })).toMatchObject({
			position: null,
		});
	});

	test('the next is told what others were handed, for a minute', async () => {
		const first = await take();
		const handed = [
			{ space: 'live' as const, recipients: ['1', '2'] },
			{ space: 'dry-run:rehearsal' as const, recipients: ['3'] },
			{ space: 'dry-run:other' as const, recipients: [] },
		];
		await ledger.reading.giveBack(of, first.mark.token, handed);
		const until = clock.at + handOutMs;
		const second = await take(other);
		expect([...second.handOuts].sort((a, b) => (a.space < b.space ? -1 : 1))).toEqual([
			{ space: 'dry-run:rehearsal', recipients: ['3'], until },
			{ space: 'live', recipients: ['1', '2'], until },
		]);
		await other.reading.giveBack(of, second.mark.token, []);
		clock.at += handOutMs;
		expect((await take()).handOuts).toEqual([]);
	});

	test('marks of slots that are over go when a new slot begins', async () => {
		const { mark } = await take();
		await ledger.reading.giveBack(of, mark.token, []);
		of = { ...of, slot: '2026-11-22' };
		await take();
		expect(
			await house.read(`SELECT slot FROM reading_marks WHERE spine = '${of.spine}' ORDER BY slot`),
		).toEqual([{ slot: '2026-11-22' }]);
	});

	test('one who is erased stands in no mark and no hand-out, and the others are read as before', async () => {
		await ledger.spines.configure(testSettings(of.spine), 'test');
		await ledger.deliveries.register([registrationOf(of.spine, '150829384756')]);
		const { mark } = await take();
		await ledger.reading.move(of, mark.token, { kind: 'read', position: '150829384756' });
		await ledger.reading.giveBack(of, mark.token, [{ space: 'live', recipients: ['150829384756'] }]);
		await ledger.erasure.erase({ recipient: '150829384756', alsoKnownAs: [], by: 'ada' });
		expect(await house.read('SELECT * FROM hand_outs')).toEqual([]);
		const next = await take();
		expect(next.mark).toMatchObject({ position: null, pass: 1 });
		expect(next.handOuts).toEqual([]);
	});
});
