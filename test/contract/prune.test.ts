import { describe, expect, test } from '@jest/globals';
import type { Ledger } from '../../app/ledger/api';
import type { Space } from '../../core/delivery/types';
import {
	refOf,
	registrationOf,
	slotCloses,
	slotOpens,
	storesBothWays,
	testSettings,
} from '../../testbed/databases/ledgers';
import { houseEachTest } from '../../testbed/databases/house-each-test';

const spine = 'pruned';
const day = 86_400_000;
const slots = 48 * 3_600_000;
const forget = { inputsMs: day, deliveriesMs: day, eventsMs: 4000 * day };

const names = (count: number): string[] => Array.from({ length: count }, (_none, at) => `r${1000 + at}`);

/** Delivers to these recipients in a slot. */
async function deliver(ledger: Ledger, slot: number, recipients: readonly string[], space: Space = 'live') {
	const owed = recipients.map((one) => {
		const registration = registrationOf(spine, one, slot);
		return { ...registration, ref: { ...registration.ref, space } };
	});
	await ledger.deliveries.register(owed);
	const claims = await ledger.deliveries.claim(
		owed.map(({ ref }) => ({ ref })),
		'test',
	);
	const held = claims.map((claim, at) => {
		const ref = owed[at]?.ref;
		if (ref === undefined || claim.status !== 'granted') throw new Error(JSON.stringify(claim));
		return { ref, token: claim.token };
	});
	await ledger.deliveries.confirm(held);
	await ledger.deliveries.commit(
		held.map((one) => ({
			...one,
			provider: 'p',
			providerMessageId: `${one.ref.space} ${one.ref.slot} ${one.ref.recipient}`,
		})),
	);
}

describe.each(storesBothWays)('pruning a ledger on %s', (_store, open) => {
	const each = houseEachTest(open);

	const opened = async (): Promise<Ledger> => {
		const ledger = await each.house.open();
		await ledger.spines.configure(testSettings(spine), 'test');
		return ledger;
	};
	const left = async (ledger: Ledger): Promise<number> =>
		(await ledger.deliveries.list({ spine, limit: 100_000 })).length;

	test('goes page by page from slot to slot, through every space, and leaves nothing finished behind', async () => {
		const ledger = await opened();
		// A slot of several pages, one of exactly a page, and spaces between them.
		await deliver(ledger, 0, names(1203));
		await deliver(ledger, 0, names(500), 'dry-run:a');
		each.clock.at = slotOpens + slots + 2 * 3_600_000;
		await deliver(ledger, 1, names(7));
		each.clock.at = slotCloses + slots + 2 * day;
		await ledger.deliveries.sweep(spine);
		expect(await ledger.prune(forget)).toMatchObject({
			inputs: 1710,
			deliveries: 1710,
			// Those of a rehearsal; what waits to be written is never removed.
			outbox: 500,
			more: false,
		});
		expect(await left(ledger)).toBe(0);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		const told = await ledger.events.list({ kinds: ['ledger.pruned'], limit: 100 });
		const pages = told.flatMap(({ data }) => {
			const { what, count } = data as { what: string; count: number };
			return what === 'deliveries' ? [count] : [];
		});
		expect(pages.reduce((sum, count) => sum + count, 0)).toBe(1710);
		expect(Math.max(...pages)).toBe(500);
		expect(await ledger.prune(forget)).toMatchObject({ inputs: 0, deliveries: 0, outbox: 0, more: false });
	});

	test('removes no more in one run than it may, and the next runs go on', async () => {
		const ledger = await opened();
		await deliver(ledger, 0, names(30), 'dry-run:b');
		each.clock.at = slotCloses + 2 * day;
		await ledger.deliveries.sweep(spine);
		const runs = [];
		for (let run = 0; run < 5; run += 1) runs.push(await ledger.prune({ ...forget, most: 20 }));
		expect(runs.map(({ inputs, deliveries, outbox, more }) => [inputs, deliveries, outbox, more])).toEqual([
			[20, 0, 0, true],
			[10, 10, 0, true],
			[0, 20, 0, true],
			[0, 0, 20, true],
			[0, 0, 10, false],
		]);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('goes past what must stay, wherever it stands', async () => {
		const ledger = await opened();
		await deliver(ledger, 0, ['a', 'c', 'e']);
		const stuck = ['b', 'd', 'f'].map((one) => registrationOf(spine, one));
		await ledger.deliveries.register(stuck);
		const claims = await ledger.deliveries.claim(
			stuck.map(({ ref }) => ({ ref })),
			'test',
		);
		await ledger.deliveries.confirm(
			claims.flatMap((claim, at) => {
				const ref = stuck[at]?.ref;
				return ref !== undefined && claim.status === 'granted' ? [{ ref, token: claim.token }] : [];
			}),
		);
		each.clock.at = slotCloses + 2 * day;
		await ledger.deliveries.sweep(spine);
		expect(await ledger.prune(forget)).toMatchObject({ inputs: 3, deliveries: 3, more: false });
		const found = await ledger.deliveries.get(
			['b', 'd', 'f'].map((one) => refOf(spine, one)),
			true,
		);
		expect(found.map((one) => [one?.state, one?.input])).toEqual(
			['b', 'd', 'f'].map((id) => ['in-doubt', { id, email: `${id}@example.test` }]),
		);
	});

	test('other work of the process runs between two pages', async () => {
		const ledger = await opened();
		await deliver(ledger, 0, names(2000));
		each.clock.at = slotCloses + 2 * day;
		await ledger.deliveries.sweep(spine);
		let turns = 0;
		const timer = setInterval(() => (turns += 1), 1);
		await ledger.prune(forget);
		clearInterval(timer);
		// Four pages each of inputs and deliveries.
		expect(turns).toBeGreaterThan(5);
	});
});
