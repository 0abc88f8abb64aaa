import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	storesBothWays,
	testSettings,
	type TestClock,
} from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const day = 24 * hour;
const ten = 3652 * day;
const by = 'ada';

describe.each(storesBothWays)('a clock that is wrong once, on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	/** Slots of two days are counted from the first one. */
	const due = async (recipient: string, slots: number): Promise<void> => {
		await ledger.deliveries.register([registrationOf('content', recipient, slots)]);
	};
	const claim = async (recipient: string, slots: number) => {
		const { ref } = registrationOf('content', recipient, slots);
		const [grant] = await ledger.deliveries.claim([{ ref }], 'run 1');
		return { ref, ...grant };
	};
	const serve = async (recipient: string, slots: number): Promise<void> => {
		await due(recipient, slots);
		const grant = await claim(recipient, slots);
		if (!('token' in grant)) throw new Error(JSON.stringify(grant));
		const at = { ref: grant.ref, token: grant.token };
		expect(await ledger.deliveries.confirm([at])).toMatchObject([{ status: 'send' }]);
		await ledger.deliveries.commit([{ ...at, provider: 'p', providerMessageId: null }]);
	};
	/** Claims in the slot of the clock. */
	const claims = async (recipient: string, slots: number) => {
		await due(recipient, slots);
		return await claim(recipient, slots);
	};
	/** Days of the test's calendar: two a slot. */
	const onDay = (days: number): void => {
		clock.at = slotOpens + hour + days * day;
	};

	beforeEach(async () => {
		onDay(0);
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings('content'), by);
	});
	afterEach(async () => await house.close());

	test('is refused ten years ahead by every door, changes nothing, and is believed again when it is right', async () => {
		await serve('1', 0);
		const before = (await ledger.events.list({ limit: 100 })).length;
		clock.at += ten;
		const slots = Math.round(ten / (2 * day));
		await expect(ledger.deliveries.sweep('content')).rejects.toMatchObject({ code: 'ledger-clock-ahead' });
		await expect(due('1', slots)).rejects.toMatchObject({ code: 'ledger-clock-ahead' });
		const { ref } = registrationOf('content', '1', slots);
		await expect(
			ledger.deliveries.claim([{ ref, register: registrationOf('content', '1', slots) }], 'run 1'),
		).rejects.toMatchObject({ code: 'ledger-clock-ahead' });
		expect(await ledger.events.list({ limit: 100 })).toHaveLength(before);
		onDay(2);
		await ledger.deliveries.sweep('content');
		await serve('1', 1);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('is told once it lies behind what was looked at; mended, nobody is served twice and everybody goes on', async () => {
		await serve('1', 0);
		onDay(90);
		await ledger.deliveries.sweep('content');
		await serve('1', 45);
		await due('2', 45);
		expect(await claim('2', 45)).toMatchObject({ status: 'granted' });
		onDay(94);
		await ledger.deliveries.sweep('content');

		onDay(2);
		await expect(ledger.deliveries.sweep('content')).rejects.toMatchObject({
			code: 'ledger-clock-behind',
			message: expect.stringContaining('content'),
		});
		await expect(claims('1', 1)).rejects.toMatchObject({ code: 'ledger-clock-behind' });

		expect(await ledger.spines.mendClock('content', by)).toMatchObject({ recipients: 1 });
		expect(await ledger.spines.mendClock('content', by)).toMatchObject({ recipients: 0, leases: 0 });
		await ledger.deliveries.sweep('content');
		expect(await claims('1', 1)).toMatchObject({ status: 'refused' });
		expect(await claims('3', 1)).toMatchObject({ status: 'granted' });
		onDay(4);
		await ledger.deliveries.sweep('content');
		expect(await claims('1', 2)).toMatchObject({ status: 'granted' });
		expect(await claims('2', 2)).toMatchObject({ status: 'granted' });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('leaves no send under way for ever: its lease is over when the clock is mended', async () => {
		onDay(90);
		await due('1', 45);
		const grant = await claim('1', 45);
		if (!('token' in grant)) throw new Error(JSON.stringify(grant));
		await ledger.deliveries.confirm([{ ref: grant.ref, token: grant.token }]);
		onDay(2);
		expect(await ledger.spines.mendClock('content', by)).toMatchObject({ recipients: 1, leases: 1 });
		await ledger.deliveries.sweep('content');
		const [found] = await ledger.deliveries.get([grant.ref]);
		expect(found).toMatchObject({ state: 'in-doubt' });
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('of a spine nobody looked at for three years is right when a person says so', async () => {
		await serve('1', 0);
		clock.at += 3 * 365 * day;
		await expect(ledger.deliveries.sweep('content')).rejects.toMatchObject({ code: 'ledger-clock-ahead' });
		await ledger.spines.mendClock('content', by);
		const [event] = await ledger.events.list({ kinds: ['spine.clock-mended'], limit: 1 });
		expect(event?.sentence).toMatch(
			/says ada: 0 recipients.*Slots since 2026-11-20T10:00:00.*not told one by one/,
		);
		await ledger.deliveries.sweep('content');
		await expect(ledger.spines.mendClock('nobody', by)).rejects.toMatchObject({
			code: 'ledger-spine-unknown',
		});
	});
});
