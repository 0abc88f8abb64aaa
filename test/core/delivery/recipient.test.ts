import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	assessRecipient,
	defaultProperties,
	deliveryWrites,
	DELIVERY_STATUSES,
	readInstant,
	type RecipientSnapshot,
} from '../../../core/delivery/eligibility';
import { modeFor, routeDelivery } from '../../../core/delivery/routing';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { ReleaseGateError } from '../../../core/errors';
import type { PropertyMapping, SpineRecord } from '../../../core/delivery/spine-settings';

const now = Date.parse('2026-11-20T14:00:00Z');
const mapping: PropertyMapping = {
	...defaultProperties,
	critical: ['email', 'cc_profile_topic'],
	defaults: { cc_profile_tone: 'plain' },
};
const contact = (properties: Record<string, string | null> = {}): RecipientSnapshot => ({
	id: '4711',
	properties: {
		email: 'ada@example.com',
		cc_profile_topic: 'engines',
		cc_delivery_status: 'active',
		cc_next_eligible_send_at: '2026-11-20T14:00:00Z',
		...properties,
	},
});

describe('eligibility', () => {
	it('serves an active contact whose time has come, with defaults for what is not critical', () => {
		const result = assessRecipient(contact(), mapping, now);
		expect(result).toMatchObject({
			status: 'eligible',
			input: { id: '4711', properties: { email: 'ada@example.com', cc_profile_tone: 'plain' } },
		});
	});

	it.each<[string, RecipientSnapshot, string]>([
		['paused', contact({ cc_delivery_status: 'paused' }), 'not-due'],
		['no status', contact({ cc_delivery_status: null }), 'not-due'],
		['unknown status', contact({ cc_delivery_status: 'Active' }), 'not-due'],
		['opted out', contact({ hs_email_optout: 'true' }), 'not-due'],
		['next in a millisecond', contact({ cc_next_eligible_send_at: String(now + 1) }), 'not-due'],
		['archived', { ...contact(), archived: true }, 'not-due'],
		['merged', { ...contact(), mergedInto: '5' }, 'not-due'],
		['never served', contact({ cc_next_eligible_send_at: null }), 'eligible'],
		['unreadable next', contact({ cc_next_eligible_send_at: 'soon' }), 'held'],
		['no email', contact({ email: null }), 'held'],
		['blank email', contact({ email: '  ' }), 'held'],
		['no topic', contact({ cc_profile_topic: null }), 'held'],
		[
			'no topic, but later',
			contact({ cc_profile_topic: null, cc_next_eligible_send_at: '2026-11-21' }),
			'not-due',
		],
	])('%s', (_, snapshot, status) => expect(assessRecipient(snapshot, mapping, now).status).toBe(status));

	it('is given only to the active, and reasons hold no contact data', () => {
		const value = fc.option(
			fc.constantFrom(
				'true',
				'false',
				'',
				'x7y9',
				'2026-11-21',
				'2026-11-19T10:00:00Z',
				...DELIVERY_STATUSES,
			),
		);
		const keys = [
			'email',
			'cc_profile_topic',
			'cc_delivery_status',
			'cc_next_eligible_send_at',
			'hs_email_optout',
		];
		const snapshots = fc.record(Object.fromEntries(keys.map((key) => [key, value])));
		fc.assert(
			fc.property(snapshots, (properties) => {
				const result = assessRecipient({ id: '1', properties }, mapping, now);
				if (result.status !== 'not-due') expect(properties.cc_delivery_status).toBe('active');
				if (result.status === 'eligible') {
					expect(properties.email && properties.cc_profile_topic).toBeTruthy();
					expect(properties.hs_email_optout).not.toBe('true');
				} else expect(result.reason).not.toMatch(/x7y9|2026/);
			}),
		);
	});

	it('reads dates as HubSpot writes them and guesses nothing', () => {
		expect(readInstant(String(now))).toBe(now);
		expect(readInstant('2026-11-20T14:00:00.000Z')).toBe(now);
		expect(readInstant('2026-11-20T15:00+01:00')).toBe(now);
		expect(readInstant('2026-11-20')).toBe(Date.parse('2026-11-20T00:00:00Z'));
		for (const text of ['2026-02-30', '2026-11-20T14:00', '20.11.2026', '1', 'NaN'])
			expect(readInstant(text)).toBeNull();
	});

	it('writes the next eligible time in rhythm, which the next assessment honours', () => {
		const next = Date.parse('2026-11-22T14:00:00Z');
		const writes = deliveryWrites(mapping, { sentAt: now + 5000, deliveryCount: 7 }, next, 'asset-1');
		expect(writes).toEqual({
			cc_last_delivery_at: '2026-11-20T14:00:05.000Z',
			cc_next_eligible_send_at: '2026-11-22T14:00:00.000Z',
			cc_delivery_count: '7',
			cc_last_asset_id: 'asset-1',
		});
		expect(assessRecipient(contact(writes), mapping, next - 1).status).toBe('not-due');
		expect(assessRecipient(contact(writes), mapping, next).status).toBe('eligible');
		expect(deliveryWrites(mapping, { sentAt: now, deliveryCount: 1 }, next)).not.toHaveProperty(
			'cc_last_asset_id',
		);
	});
});

const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'America/New_York' };

describe('settings of a spine', () => {
	it('are those of the content-delivery system when nothing else is said', () => {
		expect(parseSpineSettings({ spine: 'news', cadence })).toEqual({
			spine: 'news',
			cadence,
			mode: 'dry-run',
			dryRun: 'default',
			testRecipients: [],
			leaseMs: 900_000,
			sendLeaseMs: 900_000,
			replaysPerSlot: 1,
			inDoubt: 'assume-delivered',
			inDoubtQuietMs: 900_000,
			properties: defaultProperties,
			templateVersion: '1',
			policy: 'quiet-content-delivery',
		});
	});

	it('tell every problem at once, by field', () => {
		const bad = {
			spine: 'No Spine',
			cadence: { ...cadence, every: 'daily' },
			mode: 'fast',
			leaseMs: 1,
			extra: 1,
		};
		let error: unknown;
		try {
			parseSpineSettings(bad);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(ReleaseGateError);
		const { code, message } = error as ReleaseGateError;
		expect(code).toBe('spine-settings');
		for (const field of ['spine:', 'cadence:', 'mode:', 'leaseMs:', 'extra'])
			expect(message).toContain(field);
	});

	it('are settled: reading them again changes nothing', () => {
		const once = parseSpineSettings({ spine: 'news', cadence, testRecipients: [1, '1', ' 2 '] });
		expect(once.testRecipients).toEqual(['1', '2']);
		expect(parseSpineSettings(JSON.parse(JSON.stringify(once)))).toEqual(once);
	});

	it.each([null, undefined, 'x', 1, []])('%j is refused', (value) => {
		expect(() => parseSpineSettings(value)).toThrow(ReleaseGateError);
	});
});

describe('routing', () => {
	const record = (mode: 'live' | 'dry-run', paused: boolean): SpineRecord => ({
		settings: parseSpineSettings({ spine: 'news', cadence, mode, testRecipients: ['test'] }),
		version: 1,
		paused,
		pauseReason: null,
		pausedAt: null,
		updatedAt: now,
	});
	const table: Array<['live' | 'dry-run', 'live' | 'dry-run', string, boolean, string]> = [
		['live', 'live', '1', false, 'live'],
		['live', 'live', 'test', false, 'held'],
		['live', 'dry-run', '1', false, 'held'],
		['live', 'live', '1', true, 'held'],
		['dry-run', 'live', '1', false, 'dry-run'],
		['dry-run', 'live', 'test', false, 'dry-run'],
		['dry-run', 'dry-run', '1', false, 'dry-run'],
		['dry-run', 'dry-run', '1', true, 'held'],
	];
	it.each(table)(
		'stamped %s, spine %s, recipient %s, paused %s: %s',
		(mode, spineMode, recipient, paused, branch) => {
			expect(routeDelivery({ mode, spine: record(spineMode, paused), recipient }).branch).toBe(branch);
		},
	);

	it('holds for an unknown spine or mode, and agrees with the mode a delivery is registered in', () => {
		expect(routeDelivery({ mode: 'live', spine: null, recipient: '1' }).branch).toBe('held');
		expect(
			routeDelivery({ mode: 'fast' as never, spine: record('live', false), recipient: '1' }).branch,
		).toBe('held');
		for (const spineMode of ['live', 'dry-run'] as const) {
			for (const recipient of ['1', 'test']) {
				const spine = record(spineMode, false);
				const mode = modeFor(spine, recipient);
				expect(routeDelivery({ mode, spine, recipient }).branch).toBe(mode);
			}
		}
	});
});
