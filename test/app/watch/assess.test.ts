import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import { parseSpineSettings } from '../../../core/delivery/spine';
import type { Ledger } from '../../../app/ledger/api';
import { evidenceFor, factsOf, rollbackInProgress } from '../../../app/release';
import type { ContactDirectory } from '../../../app/ports/contacts';
import { readOutside } from '../../../core/stability/outside';
import {
	assessRelease,
	assessSubject,
	closeOrder,
	lastLook,
	rollbackOrder,
	trailOf,
	type StabilityPorts,
} from '../../../app/watch';
import { stores, type LedgerHouse } from '../../../testbed/databases/ledgers';
import { manifestFor, preset } from '../../support/release';

const SPINE = 'content-delivery';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
const parsed = parseCadence(cadence);
const nothing = readOutside([], 0);

/** An account in which nobody is overdue. */
const nobody: ContactDirectory = {
	eligibleIds: async function* () {},
	list: async function* () {},
	read: async () => ({ outcomes: [], answeredAt: null }),
	update: async () => [],
} as unknown as ContactDirectory;

let house: LedgerHouse;
let ledger: Ledger;
let clock: number;
let ports: StabilityPorts;

/** Opens an empty ledger of a store, on the clock of the test. */
async function begin(open: (typeof stores)[number][1]): Promise<void> {
	clock = slotByIndex(parsed, 0).opensAt;
	house = await open({
		get at() {
			return clock;
		},
	});
	ledger = await house.open();
	await ledger.spines.configure(parseSpineSettings({ spine: SPINE, cadence, mode: 'live' }), 'test');
	ports = { ledger, directory: nobody, now: () => clock, by: 'test' };
}

/** Puts a release under watch as of now. */
async function ship(id = 'r-1'): Promise<void> {
	const manifest = manifestFor(preset('quiet-content-delivery'), { id });
	const history = [{ stage: 'monitoring', at: clock, by: 'test' }];
	const body = {
		manifest,
		stage: 'monitoring',
		openedBy: 'test',
		history,
		observed: {},
		decision: null,
		shippedAt: clock,
		documentedAt: null,
	};
	const record = {
		kind: 'release',
		id,
		spine: SPINE,
		parent: null,
		body: JSON.parse(JSON.stringify(body)),
		expectedRevision: 0,
	} as const;
	await ledger.records.write([record], []);
}

/** Serves everybody in one slot, `after` its opening; `leave` get registered and nothing more. */
async function serve(index: number, recipients: number, { after = HOUR, leave = 0 } = {}): Promise<void> {
	const slot = slotByIndex(parsed, index);
	clock = slot.opensAt + after;
	const refs = Array.from({ length: recipients }, (_, at) => ({
		spine: SPINE,
		space: 'live' as const,
		slot: slot.id,
		recipient: String(1000 + at),
	}));
	await ledger.deliveries.register(
		refs.map((ref) => ({
			ref,
			opensAt: slot.opensAt,
			closesAt: slot.closesAt,
			cadenceIndex: index,
			input: { id: ref.recipient },
		})),
	);
	const served = refs.slice(leave);
	const claims = await ledger.deliveries.claim(
		served.map((ref) => ({ ref })),
		'test',
	);
	const tokens = claims.map((claim, at) => ({
		ref: served[at]!,
		token: claim.status === 'granted' ? claim.token : 0,
	}));
	await ledger.deliveries.confirm(tokens);
	await ledger.deliveries.commit(
		tokens.map((token) => ({
			...token,
			provider: 'postmark',
			providerMessageId: `${index}-${token.ref.recipient}`,
		})),
	);
	const written = await ledger.outbox.take('hubspot:contacts', 1000, HOUR);
	await ledger.outbox.settle(written.map((entry) => ({ id: entry.id, status: 'done' })));
}

const look = async () => (await assessSubject(ports, SPINE, nothing))[0]!;

describe.each(stores)('looks at a release, on %s', (_name, open) => {
	beforeEach(async () => await begin(open));

	afterEach(async () => await house.close());

	it('watches until a full quiet cycle has passed, then calls it stable and answers the gate’s checks', async () => {
		await serve(0, 100);
		await ship();
		expect((await look()).verdict?.verdict).toBe('watching');
		await serve(1, 100);
		expect((await look()).sentence).toContain('0 of 1 full delivery cycle');
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		const stable = await look();
		expect(stable.verdict?.findings.filter(({ effect }) => effect !== 'fine')).toEqual([]);
		expect(stable.verdict?.verdict).toBe('stable');
		const newest = new Map(
			(await evidenceFor(ports, 'r-1')).map(({ check, status }) => [check, status] as const).reverse(),
		);
		expect(Object.fromEntries(newest)).toEqual({
			'full-cycle': 'pass',
			'no-missed-deliveries': 'pass',
			'no-error-spike': 'pass',
			'no-cadence-anomaly': 'pass',
		});
	});

	it('rolls back at the next look after a delivery was missed, and orders it once for many monitors', async () => {
		await serve(0, 100);
		await ship();
		await serve(1, 100, { leave: 1 });
		expect((await look()).verdict?.verdict).toBe('watching');
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		const looks = await Promise.all(Array.from({ length: 8 }, look));
		expect(new Set(looks.map(({ verdict }) => verdict?.verdict))).toEqual(new Set(['roll-back']));
		expect(looks.filter(({ rollBack }) => rollBack)).toHaveLength(1);
		expect(await rollbackInProgress(ports, SPINE)).toBe(true);
		const ordered = await ledger.events.list({ kinds: ['rollback.ordered'], limit: 10 });
		expect(ordered).toHaveLength(1);
	});

	it('orders a rollback again when the first one never ended, and not after it did', async () => {
		await ship();
		await serve(1, 10, { leave: 1 });
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		expect((await look()).rollBack).toBe(true);
		expect((await look()).rollBack).toBe(false);
		clock += HOUR;
		expect((await look()).rollBack).toBe(true);
		expect((await rollbackOrder(ports, 'r-1'))?.attempts).toBe(2);
		await closeOrder(ports, 'r-1');
		clock += DAY;
		expect((await look()).rollBack).toBe(false);
		expect(await rollbackInProgress(ports, SPINE)).toBe(false);
	});

	it('sees a slot in which nothing ran, unless HubSpot says nobody was owed anything', async () => {
		await serve(0, 10);
		await ship();
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		expect((await look()).verdict?.verdict).toBe('watching');
		expect((await assessRelease({ ...ports, directory: null }, 'r-1', nothing)).verdict?.verdict).toBe(
			'roll-back',
		);
	});

	it('sees an email that left without a claim, and one that left twice', async () => {
		await serve(0, 3);
		await ship();
		await serve(1, 3, { leave: 1 });
		const slot = slotByIndex(parsed, 1).id;
		const told = (...recipients: number[]) =>
			readOutside(
				[{ Messages: recipients.map((id) => ({ Metadata: { delivery_key: `${SPINE}:${id}:${slot}` } })) }],
				clock,
			);
		expect((await assessRelease(ports, 'r-1', told(1001, 1002))).verdict?.verdict).toBe('watching');
		const twice = await assessRelease(ports, 'r-1', told(1001, 1002, 1002));
		expect(twice.observation?.provider).toEqual({ messages: 3, duplicates: 1, unclaimed: 0 });
		expect(twice.verdict?.verdict).toBe('roll-back');
		const past = await assessRelease(ports, 'r-1', told(1000));
		expect(past.observation?.provider).toEqual({ messages: 1, duplicates: 0, unclaimed: 1 });
	});

	it('counts a message once that two pages of the provider show, since new mail moves the pages', async () => {
		await serve(0, 3);
		await ship();
		await serve(1, 3);
		const delivery_key = `${SPINE}:1000:${slotByIndex(parsed, 1).id}`;
		const message = (MessageID: string) => ({ MessageID, Metadata: { delivery_key } });
		const pages = [{ Messages: [message('m-2'), message('m-1')] }, { Messages: [message('m-1')] }];
		const look = async (...items: object[]) =>
			await assessRelease(ports, 'r-1', readOutside(items as Record<string, unknown>[], clock));
		const shifted = await look({ Messages: [message('m-1')] }, { Messages: [message('m-1')] });
		expect(shifted.observation?.provider).toEqual({ messages: 1, duplicates: 0, unclaimed: 0 });
		expect(shifted.verdict?.verdict).toBe('watching');
		expect((await look(...pages)).observation?.provider).toMatchObject({ messages: 2, duplicates: 1 });
	});

	it('sees deliveries that came to the send without a claim, before anything is missed', async () => {
		await serve(0, 3);
		await ship();
		await serve(1, 3, { leave: 2 });
		expect((await look()).verdict?.verdict).toBe('watching');
		const slot = slotByIndex(parsed, 1).id;
		const without = ['1000', '1001'].map((recipient) => ({
			ref: { spine: SPINE, space: 'live' as const, slot, recipient },
			token: 0,
		}));
		await ledger.deliveries.confirm(without);
		await ledger.deliveries.confirm(without);
		const { verdict, observation, rollBack } = await look();
		expect(observation?.cameUnclaimed).toBe(2);
		expect(verdict?.sentence).toContain('2 deliveries came to the send without a claim');
		expect([verdict?.verdict, rollBack]).toEqual(['roll-back', true]);
	});

	it('does not count what a claim was refused, nor what a rehearsal or an earlier release did', async () => {
		await serve(0, 3, { leave: 1 });
		const first = slotByIndex(parsed, 0).id;
		await ledger.deliveries.confirm([
			{ ref: { spine: SPINE, space: 'live', slot: first, recipient: '1000' }, token: 0 },
		]);
		clock += HOUR;
		await ship();
		await serve(1, 3, { leave: 1 });
		const slot = slotByIndex(parsed, 1);
		const rehearsed = { spine: SPINE, space: 'dry-run:x' as const, slot: slot.id, recipient: '1000' };
		const { opensAt, closesAt, index: cadenceIndex } = slot;
		await ledger.deliveries.register([{ ref: rehearsed, opensAt, closesAt, cadenceIndex, input: {} }]);
		await ledger.deliveries.confirm([{ ref: rehearsed, token: 0 }]);
		await ledger.spines.pause(SPINE, 'a pause', 'test');
		await ledger.deliveries.claim([{ ref: { ...rehearsed, space: 'live' } }], 'test');
		await ledger.spines.resume(SPINE, 'its end', 'test');
		expect((await look()).observation?.cameUnclaimed).toBe(0);
	});

	it('sees sends that moved within their window', async () => {
		await serve(0, 20);
		await ship();
		await serve(1, 20, { after: 10 * HOUR });
		const seen = await look();
		expect(seen.observation?.timing).toMatchObject({
			sampled: 20,
			medianMs: 10 * HOUR,
			beforeMedianMs: HOUR,
		});
		expect(seen.verdict?.verdict).toBe('roll-back');
	});

	it('does not take the slot of an outage for what people are used to', async () => {
		await serve(0, 20);
		await serve(1, 20, { after: 11 * HOUR });
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		await ship();
		await serve(2, 20);
		const { observation, verdict } = await look();
		expect(observation?.timing).toMatchObject({ medianMs: HOUR, beforeMedianMs: HOUR });
		expect(verdict?.verdict).toBe('watching');
		await serve(3, 20, { after: 23 * HOUR });
		expect((await look()).verdict?.sentence).toContain('Sends leave 23 h after their slot opens');
	});

	it('is never stable while HubSpot cannot be read', async () => {
		await ship();
		await serve(1, 100);
		clock = slotByIndex(parsed, 1).closesAt + HOUR;
		const broken = {
			...nobody,
			eligibleIds: () => ({
				[Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('down')) }),
			}),
		};
		ports = { ...ports, directory: broken };
		const seen = await look();
		expect(seen.verdict?.verdict).toBe('watching');
		expect(seen.observation?.sources.find(({ name }) => name === 'HubSpot')?.readable).toBe(false);
	});

	it('finds a changed event by what was sealed since the last look', async () => {
		await ship();
		await serve(1, 5);
		await look();
		const mark = (await trailOf(ports, 'r-1', 1))[0]?.mark;
		expect(mark?.position).toBe((await ledger.events.ends()).head);
	});

	it('tells the gate that the watch is alive, also when nothing is under watch', async () => {
		await serve(0, 200);
		expect(await lastLook(ports, SPINE)).toBeNull();
		clock = slotByIndex(parsed, 0).closesAt + HOUR;
		expect((await look()).sentence).toBe('No release is under watch.');
		const spine = await ledger.spines.get(SPINE);
		const first = await factsOf(ports, SPINE, spine, {});
		expect(first).toMatchObject({
			lastStabilityCheckAt: clock,
			errorBudget: { value: 'healthy', at: clock },
		});
		clock += HOUR;
		await look();
		expect((await factsOf(ports, SPINE, spine, {})).lastStabilityCheckAt).toBe(clock);
		expect(await ledger.records.list({ kind: 'verdict', spine: SPINE, limit: 10 })).toHaveLength(1);
	});

	it('says that the budget is spent once, when it is', async () => {
		await serve(0, 50, { leave: 10 });
		clock = slotByIndex(parsed, 0).closesAt + HOUR;
		await look();
		clock += HOUR;
		await look();
		const events = await ledger.events.list({ kinds: ['budget.spent'], limit: 10 });
		expect(events).toHaveLength(1);
		expect((await lastLook(ports, SPINE))?.errorBudget).toBe('spent');
	});
});
