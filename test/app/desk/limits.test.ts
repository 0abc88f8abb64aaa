import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deskHtml, gatherDesk } from '../../../app/desk';
import { keepLimits, limitsSeen } from '../../../app/desk/limits';
import type { Ledger } from '../../../app/ledger/api';
import { LIMITS_OLD } from '../../../core/desk/limits';
import { metricsText } from '../../../core/desk/metrics';
import { type LedgerHouse, slotOpens, stores } from '../../../testbed/databases/ledgers';

const whose = { target: 'HubSpot', account: '3f2a90bc' };
const links = { forms: { release: null, approve: null, rollBack: null, act: null }, report: null, self: '' };

describe.each(stores)('how many calls are left, on %s', (_name, open) => {
	const clock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	beforeEach(async () => {
		clock.at = slotOpens;
		house = await open(clock);
		ledger = await house.open();
	});
	afterEach(() => house.close());

	const keep = async (left: number, account = whose.account) =>
		await keepLimits(
			ledger,
			{ ...whose, account },
			{ at: clock.at, day: { left, most: 250_000 }, burst: { left: 97, most: 100, windowMs: 10_000 } },
		);

	it('stands where another process scrapes it, on the desk in words, and is left out when it is a day old', async () => {
		await keep(240_000);
		clock.at += 60_000;
		const other = await house.open();
		const desk = await gatherDesk({ ledger: other, now: () => clock.at, workflows: null });
		const text = metricsText(desk);
		const labels = 'target="HubSpot",account="3f2a90bc"';
		expect(text).toContain(`release_gate_calls_left{${labels},window="day"} 240000`);
		expect(text).toContain(`release_gate_calls_left{${labels},window="10s"} 97`);
		expect(text).toContain(`release_gate_calls_limit{${labels},window="day"} 250000`);
		expect(text).toContain(`release_gate_calls_read_timestamp_seconds{${labels}} ${slotOpens / 1000}`);
		expect(deskHtml(desk, links).replace(/\s+/g, ' ')).toContain(
			'Calls of HubSpot left: 240000 of 250000 today, 97 of 100 in 10 s; it said so 1 min ago.',
		);
		expect(await limitsSeen(ledger, slotOpens + LIMITS_OLD)).toEqual([]);
	});

	it('is one reading for each account, the newest, and the chain holds', async () => {
		await keep(240_000);
		await keep(100, 'aaaaaaaa');
		clock.at += 10 * 60_000;
		await Promise.all([keep(200_000), keep(200_000)]);
		expect((await limitsSeen(ledger, clock.at)).map(({ account, day }) => [account, day?.left])).toEqual([
			['3f2a90bc', 200_000],
			['aaaaaaaa', 100],
		]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});
});
