import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import { parseSpineSettings } from '../../../core/delivery/spine';
import type { Ledger } from '../../../app/ledger/api';
import { tellSilence, tellSilences, type StabilityPorts } from '../../../app/watch';
import { stores, type LedgerHouse } from '../../../testbed/databases/ledgers';

const SPINE = 'content-delivery';
const HOUR = 3_600_000;
const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
const parsed = parseCadence(cadence);

let house: LedgerHouse;
let ledger: Ledger;
let clock: number;
let ports: StabilityPorts;

async function begin(open: (typeof stores)[number][1], mode: 'live' | 'dry-run' = 'live'): Promise<void> {
	clock = slotByIndex(parsed, 0).opensAt - HOUR;
	house = await open({
		get at() {
			return clock;
		},
	});
	ledger = await house.open();
	await ledger.spines.configure(parseSpineSettings({ spine: SPINE, cadence, mode }), 'test');
	ports = { ledger, directory: null, now: () => clock, by: 'test' };
}

/** Registers five recipients in a slot, an hour after it opened, and serves them unless told otherwise. */
async function serve(index: number, send = true): Promise<void> {
	const { id: slot, opensAt, closesAt } = slotByIndex(parsed, index);
	clock = opensAt + HOUR;
	const refs = Array.from({ length: 5 }, (_, at) => ({
		spine: SPINE,
		space: 'live' as const,
		slot,
		recipient: `r-${at}`,
	}));
	await ledger.deliveries.register(
		refs.map((ref) => ({ ref, opensAt, closesAt, cadenceIndex: index, input: { id: ref.recipient } })),
	);
	if (!send) return;
	const claims = await ledger.deliveries.claim(
		refs.map((ref) => ({ ref })),
		'test',
	);
	const tokens = refs.map((ref, at) => {
		const claim = claims[at];
		return { ref, token: claim?.status === 'granted' ? claim.token : 0 };
	});
	await ledger.deliveries.confirm(tokens);
	await ledger.deliveries.commit(
		tokens.map((token) => ({
			...token,
			provider: 'postmark',
			providerMessageId: `${slot}-${token.ref.recipient}`,
			writes: () => [],
		})),
	);
}

/** A moment after a slot closed. */
const after = (index: number): number => slotByIndex(parsed, index).closesAt + HOUR;

const look = async () => {
	const spine = await ledger.spines.get(SPINE);
	return spine && (await tellSilence(ports, spine));
};

const told = async () => await ledger.events.list({ spine: SPINE, kinds: ['spine.silent'], limit: 10 });

describe.each(stores)('tells that a spine stayed silent, on %s', (_name, open) => {
	beforeEach(async () => await begin(open));

	afterEach(async () => await house.close());

	it('when nobody asked in a slot after one that was served; once, and again in the next slot', async () => {
		await serve(0);
		clock = after(0);
		expect(await look()).toBeNull();
		clock = after(1);
		expect(await look()).toMatchObject({
			slot: slotByIndex(parsed, 1).id,
			verdict: { due: 5, known: false, stoppedAt: 'nobody-asked' },
		});
		expect([await look(), await tellSilences(ports)]).toEqual([null, []]);
		const [event, ...others] = await told();
		expect(others).toEqual([]);
		expect(event?.sentence).toContain('was silent in all of slot');
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	it('when all was registered and nothing claimed', async () => {
		await serve(0, false);
		clock = after(0);
		expect((await tellSilences(ports, SPINE)).map(({ verdict }) => verdict.stoppedAt)).toEqual([
			'nothing-claimed',
		]);
	});

	it('once, of several that look at the same moment', async () => {
		await serve(0, false);
		clock = after(0);
		const looks = await Promise.all(Array.from({ length: 5 }, () => look()));
		expect(looks.filter((one) => one !== null)).toHaveLength(1);
		expect(await told()).toHaveLength(1);
	});

	it('not when somebody asked and nobody was due', async () => {
		await serve(0);
		clock = slotByIndex(parsed, 1).opensAt + HOUR;
		await ledger.deliveries.unsent(SPINE, 'live', 10);
		clock = after(1);
		expect([await look(), await told()]).toEqual([null, []]);
	});

	it('when the contacts of a slot could not be read', async () => {
		await serve(0);
		const { id: slot, opensAt } = slotByIndex(parsed, 1);
		clock = opensAt + HOUR;
		await ledger.deliveries.unsent(SPINE, 'live', 10);
		const data = { reason: 'hubspot-token-expired', unread: 0, handedOut: 0 };
		await ledger.events.append([
			{ kind: 'contacts.unread', spine: SPINE, subject: slot, sentence: 'Reading ended early.', data },
		]);
		clock = after(1);
		expect((await look())?.verdict).toMatchObject({ due: 5, stoppedAt: 'contacts-unread' });
	});

	it.each(['all of it', 'its beginning', 'its end'])('not when it was paused for %s', async (part) => {
		await serve(0);
		const { opensAt, closesAt } = slotByIndex(parsed, 1);
		clock = part === 'its end' ? closesAt - HOUR : opensAt - HOUR;
		await ledger.spines.pause(SPINE, 'a reason', 'test');
		clock = part === 'its beginning' ? opensAt + HOUR : closesAt + 60_000;
		await ledger.spines.resume(SPINE, 'a reason', 'test');
		clock = after(1);
		expect([await look(), await told()]).toEqual([null, []]);
	});

	it('not when it is paused still, and then of the first whole slot after it went on', async () => {
		await serve(0);
		clock = slotByIndex(parsed, 1).opensAt - HOUR;
		await ledger.spines.pause(SPINE, 'a reason', 'test');
		clock = after(1);
		expect(await look()).toBeNull();
		await ledger.spines.resume(SPINE, 'a reason', 'test');
		clock = after(2);
		expect((await look())?.slot).toBe(slotByIndex(parsed, 2).id);
	});

	it('not when its settings changed within the slot', async () => {
		await serve(0);
		clock = slotByIndex(parsed, 1).opensAt + HOUR;
		const settings = parseSpineSettings({ spine: SPINE, cadence, mode: 'live', templateVersion: '2' });
		await ledger.spines.configure(settings, 'test');
		clock = after(1);
		expect([await look(), await told()]).toEqual([null, []]);
	});
});

describe.each(stores)('stays quiet of a rehearsal, on %s', (_name, open) => {
	beforeEach(async () => await begin(open, 'dry-run'));

	afterEach(async () => await house.close());

	it('whatever was registered', async () => {
		await serve(0, false);
		clock = after(0);
		expect([await look(), await told()]).toEqual([null, []]);
	});
});
