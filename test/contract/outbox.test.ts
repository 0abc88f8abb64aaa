import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { settleByPolicy } from '../../app/deliver/settle-by-policy';
import type { Ledger } from '../../app/ledger/api';
import { nextSlot, parseCadence } from '../../core/delivery/cadence';
import type { TokenRef } from '../../core/delivery/record';
import {
	type LedgerHouse,
	registrationOf,
	slotCloses,
	slotOpens,
	storesBothWays,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

const target = 'hubspot:contacts';
const spine = 'outbox';

describe.each(storesBothWays)('what a delivery writes outside, on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings(spine), 'test');
	});
	afterAll(() => house.close());
	beforeEach(async () => {
		await house.tamper('DELETE FROM outbox');
		clock.at = slotOpens + 60_000;
	});

	const sending = async (recipient: string, assetId?: string): Promise<TokenRef> => {
		const registration = registrationOf(spine, recipient);
		await ledger.deliveries.register([registration]);
		const [claim] = await ledger.deliveries.claim([{ ref: registration.ref }], 'run');
		if (claim?.status !== 'granted') throw new Error(`not granted: ${JSON.stringify(claim)}`);
		const token = { ref: registration.ref, token: claim.token };
		expect(await ledger.deliveries.confirm([{ ...token, assetId }])).toMatchObject([{ status: 'send' }]);
		return token;
	};
	const written = async (): Promise<readonly { readonly objectId: string }[]> =>
		(await ledger.outbox.take(target, 10, 1000)).map(({ objectId, payload }) => ({
			objectId,
			...(payload['properties'] as object),
		}));

	test('a settlement by policy writes what the commit would have written, asset included', async () => {
		const sentAt = new Date(clock.at).toISOString();
		await sending('1', 'text-7');
		clock.at += 3_600_000;
		const settings = await ledger.spines.get(spine);
		const settled = await settleByPolicy({ ledger, now: () => clock.at, by: 'test' }, settings!);
		expect(settled).toMatchObject({ settled: 1, waiting: [] });
		expect(settled.outboxIds).toHaveLength(1);
		expect(await written()).toEqual([
			{
				objectId: '1',
				cc_last_delivery_at: sentAt,
				cc_next_eligible_send_at: new Date(slotCloses).toISOString(),
				cc_delivery_count: '1',
				cc_last_asset_id: 'text-7',
			},
		]);
	});

	test('a commit that names no asset writes the one that was confirmed, and its own where it names one', async () => {
		const commit = { provider: 'postmark', providerMessageId: null };
		const [silent, other, none] = [
			await sending('2', 'text-1'),
			await sending('3', 'text-2'),
			await sending('4'),
		];
		const results = await ledger.deliveries.commit([
			{ ...silent, ...commit },
			{ ...other, ...commit, assetId: 'text-3' },
			{ ...none, ...commit },
		]);
		expect(results).toMatchObject([
			{ status: 'committed', writes: [{ target, objectId: '2' }] },
			{ status: 'committed', writes: [{ target, objectId: '3' }] },
			{ status: 'committed', writes: [{ target, objectId: '4' }] },
		]);
		const byObject = [...(await written())].sort((a, b) => Number(a.objectId) - Number(b.objectId));
		expect(byObject).toMatchObject([
			{ objectId: '2', cc_last_asset_id: 'text-1' },
			{ objectId: '3', cc_last_asset_id: 'text-3' },
			expect.not.objectContaining({ cc_last_asset_id: expect.anything() }),
		]);
		const kept = await ledger.deliveries.get([silent.ref, other.ref, none.ref]);
		expect(kept.map((delivery) => delivery?.assetId)).toEqual(['text-1', 'text-3', null]);
	});

	test('a replay keeps the asset of its own confirmation only', async () => {
		const first = await sending('5', 'text-1');
		await ledger.deliveries.fail([
			{ ...first, failureClass: 'send', sent: 'no', retryable: true, reason: 'refused' },
		]);
		const again = await sending('5');
		await ledger.deliveries.commit([{ ...again, provider: 'postmark', providerMessageId: null }]);
		expect((await ledger.deliveries.get([again.ref]))[0]?.assetId).toBeNull();
	});

	test('a change of cadence between send and commit: the next slot in rhythm is written', async () => {
		const token = await sending('6');
		const cadence = { every: 'P3D', anchor: '2026-11-01T10:30', timeZone: 'UTC' };
		await ledger.spines.configure(testSettings(spine, { cadence }), 'test');
		await ledger.deliveries.commit([{ ...token, provider: 'postmark', providerMessageId: null }]);
		const { opensAt } = nextSlot(parseCadence(cadence), clock.at);
		expect(await written()).toMatchObject([{ cc_next_eligible_send_at: new Date(opensAt).toISOString() }]);
		await ledger.spines.configure(testSettings(spine), 'test');
	});

	test('a commit stands where the cadence of its spine cannot be read; an event says what is missing', async () => {
		const token = await sending('7');
		await house.tamper(
			`UPDATE spines SET settings = replace(settings, '"P2D"', '"nonsense"') WHERE spine = '${spine}'`,
		);
		expect(
			await ledger.deliveries.commit([{ ...token, provider: 'postmark', providerMessageId: null }]),
		).toMatchObject([{ status: 'committed', outboxIds: [] }]);
		expect(await written()).toEqual([]);
		expect(await ledger.events.list({ spine, kinds: ['outbox.unbuilt'], limit: 10 })).toHaveLength(1);
	});
});
