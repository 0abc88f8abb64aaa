import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import { parseSpineSettings } from '../../../core/delivery/spine';
import type { Ledger } from '../../../app/ledger/api';
import { readOutside } from '../../../core/stability/outside';
import { assessSubject, type StabilityPorts } from '../../../app/watch';
import { lastClosedSlot, neverRegistered } from '../../../app/watch/overdue';
import { contentDeliveryMapping } from '../../../testbed/standins';
import { startHubSpotFixture, type HubSpotFixture } from '../../adapters/hubspot/fixture';
import { stores, type LedgerHouse } from '../../../testbed/databases/ledgers';
import { manifestFor, preset } from '../../support/release';

const SPINE = 'content-delivery';
const HOUR = 3_600_000;
const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
const parsed = parseCadence(cadence);
const slot = slotByIndex(parsed, 1);
const iso = (at: number): string => new Date(at).toISOString();

/** An eligible reader who is due at an instant; HubSpot and the ledger share the clock of the test. */
const reader = (name: string, due: string, more: Record<string, string> = {}): Record<string, string> => ({
	email: `${name}@example.com`,
	cc_delivery_status: 'active',
	cc_profile_topic: 'boats',
	cc_profile_audience: 'members',
	cc_next_eligible_send_at: due,
	...more,
});

describe.each(stores)('contacts that were never registered, on %s', (_name, open) => {
	let house: LedgerHouse;
	let ledger: Ledger;
	let hubspot: HubSpotFixture;
	let clock: number;
	let ports: StabilityPorts;

	beforeEach(async () => {
		clock = slot.opensAt - HOUR;
		house = await open({
			get at() {
				return clock;
			},
		});
		ledger = await house.open();
		hubspot = await startHubSpotFixture({ clock: () => clock });
		const settings = { spine: SPINE, cadence, mode: 'live', properties: contentDeliveryMapping };
		await ledger.spines.configure(parseSpineSettings(settings), 'test');
		ports = { ledger, directory: hubspot.directory, now: () => clock, by: 'test' };
	});

	afterEach(async () => {
		await hubspot.close();
		await house.close();
	});

	const seed = (...readers: readonly Record<string, string>[]): readonly string[] =>
		hubspot.admin.seedContacts(readers);

	async function register(recipients: readonly string[], serveAt: number | null = null): Promise<void> {
		const refs = recipients.map((recipient) => ({
			spine: SPINE,
			space: 'live' as const,
			slot: slot.id,
			recipient,
		}));
		const { opensAt, closesAt, index: cadenceIndex } = slot;
		await ledger.deliveries.register(
			refs.map((ref) => ({ ref, opensAt, closesAt, cadenceIndex, input: { id: ref.recipient } })),
		);
		if (serveAt === null) return;
		clock = serveAt;
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
				providerMessageId: `m-${token.ref.recipient}`,
			})),
		);
	}

	async function found(): Promise<readonly string[]> {
		const spine = await ledger.spines.get(SPINE);
		const closed = lastClosedSlot(parsed, clock);
		expect(closed?.id).toBe(slot.id);
		return await neverRegistered(ledger, hubspot.directory, spine!, slot, clock);
	}

	it('are found once the slot is over: absence is the failure schedules have', async () => {
		const due = iso(slot.opensAt);
		const [served, forgotten, unset] = seed(
			reader('served', due),
			reader('forgotten', due),
			reader('unset', ''),
		);
		await register([served!], slot.opensAt + HOUR);
		clock = slot.closesAt + HOUR;
		expect(await found()).toEqual([forgotten, unset].sort());
	});

	it('send a release back at the next look, which names how many', async () => {
		const [served] = seed(
			reader('served', iso(slot.opensAt)),
			...Array.from({ length: 3 }, (_, at) => reader(`forgotten-${at}`, iso(slot.opensAt))),
		);
		const manifest = manifestFor(preset('quiet-content-delivery'));
		const body = {
			manifest,
			stage: 'monitoring',
			openedBy: 'test',
			history: [{ stage: 'monitoring', at: clock, by: 'test' }],
			observed: {},
			decision: null,
			shippedAt: clock,
			documentedAt: null,
		};
		const record = { kind: 'release', id: 'r-1', spine: SPINE, parent: null } as const;
		await ledger.records.write(
			[{ ...record, body: JSON.parse(JSON.stringify(body)), expectedRevision: 0 }],
			[],
		);
		await register([served!], slot.opensAt + HOUR);
		const before = (await assessSubject(ports, SPINE, readOutside([], clock)))[0];
		expect([before?.observation?.neverRegistered, before?.verdict?.verdict]).toEqual([0, 'watching']);
		clock = slot.closesAt + HOUR;
		const [look] = await assessSubject(ports, SPINE, readOutside([], clock));
		expect(look?.observation?.neverRegistered).toBe(3);
		expect(look?.verdict?.sentence).toContain('3 overdue contacts never registered');
		expect([look?.verdict?.verdict, look?.rollBack]).toEqual(['roll-back', true]);
	});

	it('are none of those who were owed nothing', async () => {
		const due = iso(slot.opensAt);
		seed(
			reader('later', iso(slot.opensAt + 1)),
			reader('paused', due, { cc_delivery_status: 'paused' }),
			reader('without-a-topic', due, { cc_profile_topic: '' }),
		);
		const [held] = seed(reader('held', due));
		await register([held!]);
		clock = slot.opensAt + HOUR;
		seed(reader('joined-within-the-window', due));
		const [back] = seed(reader('back', due, { cc_delivery_status: 'paused' }));
		clock += HOUR;
		hubspot.admin.foreignWrite(back!, { cc_delivery_status: 'active' });
		clock = slot.closesAt + HOUR;
		expect(await found()).toEqual([]);
	});

	it('are none of the test recipients: theirs is another key space', async () => {
		const [tester] = seed(reader('tester', iso(slot.opensAt)));
		const spine = (await ledger.spines.get(SPINE))!;
		await ledger.spines.configure({ ...spine.settings, testRecipients: [tester!] }, 'test');
		clock = slot.closesAt + HOUR;
		expect(await found()).toEqual([]);
	});
});
