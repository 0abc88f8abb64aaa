import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FailureClass } from '../../core/delivery/types';
import { spaceOf } from '../../core/delivery/key';
import type { Ledger } from '../../app/ledger/api';
import type { Registration } from '../../core/delivery/record';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	storesBothWays,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

const hour = 3_600_000;
const interval = 48 * hour;

describe.each(storesBothWays)('figures on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;
	let spine = '';
	let run = 0;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
	});
	afterAll(() => house.close());
	beforeEach(async () => {
		run += 1;
		spine = `figures-${run}`;
		clock.at = slotOpens;
		await ledger.spines.configure(testSettings(spine), 'test');
	});

	const within = (from: number, to: number, more: { release?: string; variant?: string } = {}) => ({
		spine,
		space: 'live' as const,
		from: slotOpens + from * interval,
		to: slotOpens + to * interval,
		...more,
	});
	/** Registers, claims and sends one delivery in the slot `slots` after the first, `late` after it opened. */
	async function send(
		recipient: string,
		slots: number,
		late = 60_000,
		changes: Partial<Registration> = {},
	): Promise<void> {
		const registration = registrationOf(spine, recipient, slots, changes);
		clock.at = registration.opensAt + late;
		await ledger.deliveries.register([registration]);
		const [claim] = await ledger.deliveries.claim([{ ref: registration.ref }], 'run');
		if (claim?.status !== 'granted') throw new Error(`not granted: ${JSON.stringify(claim)}`);
		const token = { ref: registration.ref, token: claim.token };
		await ledger.deliveries.confirm([token]);
		const [done] = await ledger.deliveries.commit([
			{
				...token,
				provider: 'postmark',
				providerMessageId: `${spine}-${recipient}-${slots}`,
			},
		]);
		expect(done?.status).toBe('committed');
	}
	async function failing(
		recipient: string,
		slots: number,
		failureClass: FailureClass,
		retryable: boolean,
	): Promise<void> {
		const registration = registrationOf(spine, recipient, slots);
		clock.at = registration.opensAt + 1000;
		await ledger.deliveries.register([registration]);
		const [claim] = await ledger.deliveries.claim([{ ref: registration.ref }], 'run');
		if (claim?.status !== 'granted') throw new Error('not granted');
		await ledger.deliveries.fail([
			{
				ref: registration.ref,
				token: claim.token,
				failureClass,
				sent: 'no',
				retryable,
				reason: 'It did not answer.',
			},
		]);
	}

	test('counts how the deliveries of each slot ended', async () => {
		await send('1', 0);
		await failing('2', 0, 'generation', true);
		await send('2', 0, 120_000);
		await failing('3', 0, 'generation', true);
		await failing('4', 0, 'before-generation', false);
		await ledger.deliveries.register([
			registrationOf(spine, '5', 0),
			registrationOf(spine, '6', 0, { hold: 'No email address.' }),
		]);
		await ledger.deliveries.recordOutcome([
			{
				provider: 'postmark',
				providerMessageId: `${spine}-1-0`,
				outcome: 'bounced',
				at: clock.at,
			},
		]);
		const [slot, ...more] = await ledger.deliveries.statistics(within(0, 1));
		expect(more).toEqual([]);
		expect(slot).toEqual({
			slot: '2026-11-20',
			index: 9,
			opensAt: slotOpens,
			closesAt: slotOpens + interval,
			registered: 6,
			committed: 2,
			onTime: 2,
			missed: 0,
			held: 1,
			inDoubt: 0,
			open: 2,
			failedForGood: 1,
			failures: { generation: 2, 'before-generation': 1 },
			recovered: 1,
			bounced: 1,
			complained: 0,
		});
		clock.at = slotOpens + interval + 1000;
		await ledger.deliveries.sweep(spine);
		expect(await ledger.deliveries.statistics(within(0, 1))).toMatchObject([
			{ missed: 2, open: 0, failures: { generation: 2, 'before-generation': 1 } },
		]);
	});

	test('knows whether a live slot was over already, and no other counts', async () => {
		expect(await ledger.deliveries.hasClosedSlot(spine)).toBe(false);
		await send('1', 0);
		const { ref, ...rest } = registrationOf(spine, '2', 0);
		await ledger.deliveries.register([
			{ ...rest, ref: { ...ref, space: spaceOf('dry-run', 'r') }, closesAt: clock.at - 1 },
		]);
		expect(await ledger.deliveries.hasClosedSlot(spine)).toBe(false);
		clock.at = slotOpens + interval;
		expect(await ledger.deliveries.hasClosedSlot(spine)).toBe(true);
		expect(await ledger.deliveries.hasClosedSlot('another')).toBe(false);
	});

	test('counts by release and by variant, and leaves other slots and spaces out', async () => {
		await send('1', 0, 1000, { release: 'r-1', variant: 'warm' });
		await send('2', 0, 1000, { release: 'r-1' });
		await send('1', 1, 1000, { release: 'r-1' });
		await send('1', 2);
		const of = async (more: object) =>
			(await ledger.deliveries.statistics(within(0, 2, more))).map(({ registered }) => registered);
		expect(await of({})).toEqual([2, 1]);
		expect(await of({ release: 'r-1' })).toEqual([2, 1]);
		expect(await of({ variant: 'warm' })).toEqual([1, 0]);
		expect(await of({ release: 'nothing' })).toEqual([0, 0]);
		expect(await ledger.deliveries.statistics({ ...within(0, 2), space: 'dry-run:x' })).toEqual([]);
	});

	test('a slot that was asked about and stayed empty counts nothing', async () => {
		clock.at = slotOpens + 1000;
		await ledger.deliveries.unsent(spine, 'live', 10);
		const slots = await ledger.deliveries.statistics(within(0, 1));
		for (const slot of slots) expect(slot).toMatchObject({ index: 9, registered: 0, failures: {} });
	});

	test('compares consecutive sends of one recipient', async () => {
		for (const slot of [0, 1, 2, 3]) await send('steady', slot);
		await send('once', 3);
		expect(await ledger.deliveries.intervals(within(0, 4))).toEqual({
			compared: 3,
			compressed: 0,
			stretched: 0,
			shifted: 0,
		});
		expect(await ledger.deliveries.intervals(within(3, 4))).toMatchObject({ compared: 1 });
	});

	test('a miss explains its interval, a silent gap does not', async () => {
		await send('missed', 0);
		await ledger.deliveries.register([registrationOf(spine, 'missed', 1)]);
		await send('missed', 2);
		expect(await ledger.deliveries.intervals(within(0, 3))).toMatchObject({ compared: 1, stretched: 0 });
		await send('forgotten', 0);
		await send('forgotten', 2);
		expect(await ledger.deliveries.intervals(within(0, 3))).toMatchObject({ compared: 2, stretched: 1 });
	});

	test('sees sends closer than the gap that holds now', async () => {
		await send('1', 0, interval - 3 * hour);
		await send('1', 1, 22 * hour);
		const close = testSettings(spine, {
			cadence: { ...testSettings(spine).cadence, minimumGap: 'PT26H' },
		});
		expect(await ledger.deliveries.intervals(within(0, 2))).toMatchObject({ compressed: 0 });
		await ledger.spines.configure(close, 'test');
		expect(await ledger.deliveries.intervals(within(0, 2))).toMatchObject({ compared: 1, compressed: 1 });
	});

	test('sees a rhythm that was moved', async () => {
		await send('1', 0);
		await ledger.spines.configure(
			testSettings(spine, { cadence: { ...testSettings(spine).cadence, anchor: '2026-11-03T15:00' } }),
			'test',
		);
		const opensAt = slotOpens + 78 * hour;
		await send('1', 1, 1000, {
			opensAt,
			closesAt: opensAt + interval,
			ref: { spine, space: 'live', slot: '2026-11-23', recipient: '1' },
		});
		expect(await ledger.deliveries.intervals(within(0, 3))).toMatchObject({
			compared: 1,
			shifted: 1,
			stretched: 0,
		});
	});

	test('an unknown spine is an error with a name', async () => {
		await expect(ledger.deliveries.statistics({ ...within(0, 1), spine: 'nobody' })).rejects.toMatchObject({
			code: 'ledger-spine-unknown',
		});
	});
});
