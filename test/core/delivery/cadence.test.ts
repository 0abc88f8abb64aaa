import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
	minimumGapMs,
	nextSlot,
	parseCadence,
	slotAt,
	slotById,
	slotByIndex,
	slotsBetween,
	type Cadence,
} from '../../../core/delivery/cadence';
import { ReleaseGateError } from '../../../core/errors';

const HOUR = 3_600_000;
const base: Cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'America/New_York' };
const at = (iso: string) => Date.parse(iso);
const codeOf = (cadence: Partial<Cadence>): string => {
	try {
		parseCadence({ ...base, ...cadence });
		return 'accepted';
	} catch (error) {
		return error instanceof ReleaseGateError ? error.code : `foreign: ${String(error)}`;
	}
};

describe('reading a cadence', () => {
	it.each<[Partial<Cadence>, string]>([
		[{ every: 'two days' }, 'cadence-duration'],
		[{ every: '' }, 'cadence-duration'],
		[{ every: 'P' }, 'cadence-duration'],
		[{ every: 'P1DT' }, 'cadence-duration'],
		[{ every: '-P1D' }, 'cadence-duration'],
		[{ every: 'P1.5D' }, 'cadence-duration'],
		[{ every: 'P0D' }, 'cadence-zero'],
		[{ every: 'P1DT6H' }, 'cadence-mixed'],
		[{ every: 'PT59S' }, 'cadence-too-short'],
		[{ anchor: '2026-02-30T09:00' }, 'cadence-anchor'],
		[{ anchor: 'tomorrow' }, 'cadence-anchor'],
		[{ anchor: '2026-11-02' }, 'cadence-anchor'],
		[{ anchor: '2026-11-02T09:00Z' }, 'cadence-anchor-offset'],
		[{ anchor: '2026-11-02T09:00+01:00' }, 'cadence-anchor-offset'],
		[{ timeZone: 'America/Nowhere' }, 'cadence-zone'],
		[{ timeZone: '' }, 'cadence-zone'],
		[{ window: 'P3D' }, 'cadence-window'],
		[{ window: 'PT0S' }, 'cadence-zero'],
		[{ minimumGap: 'P3D' }, 'cadence-gap'],
		[{ window: 'P2D', minimumGap: 'PT47H' }, 'accepted'],
		[{ every: 'PT1M' }, 'accepted'],
	])('%j: %s', (cadence, code) => expect(codeOf(cadence)).toBe(code));

	it('takes half the interval as minimum gap, and never more than two slots are apart', () => {
		expect(minimumGapMs(parseCadence(base))).toBe(24 * HOUR);
		expect(minimumGapMs(parseCadence({ ...base, every: 'P1D', minimumGap: 'P1D' }))).toBeLessThanOrEqual(
			23 * HOUR,
		);
	});
});

describe('slots', () => {
	it('keep the local hour through the change of clocks', () => {
		const daily = parseCadence({ ...base, every: 'P1D', anchor: '2026-03-07T09:00' });
		expect(slotByIndex(daily, 0).opensAt).toBe(at('2026-03-07T14:00:00Z'));
		expect(slotByIndex(daily, 1).opensAt).toBe(at('2026-03-08T13:00:00Z'));
	});

	it('open once in a gap and once in an overlap', () => {
		const gap = parseCadence({ ...base, every: 'P1D', anchor: '2026-03-07T02:30' });
		expect(slotByIndex(gap, 1).opensAt).toBe(at('2026-03-08T07:30:00Z'));
		expect(slotByIndex(gap, 2).opensAt).toBe(at('2026-03-09T06:30:00Z'));
		const overlap = parseCadence({ ...base, every: 'P1D', anchor: '2026-10-31T01:30' });
		expect(slotByIndex(overlap, 1).opensAt).toBe(at('2026-11-01T05:30:00Z'));
		expect(slotAt(overlap, at('2026-11-01T06:30:00Z'))?.index).toBe(1);
	});

	it('have no length on a date that a zone left out', () => {
		const samoa = parseCadence({ every: 'P1D', anchor: '2011-12-28T09:00', timeZone: 'Pacific/Apia' });
		const skipped = slotByIndex(samoa, 2);
		expect(skipped.id).toBe('2011-12-30');
		expect(skipped.closesAt).toBe(skipped.opensAt);
		expect(slotAt(samoa, skipped.opensAt)?.id).toBe('2011-12-31');
	});

	it('come back to the 31st and to 29 February', () => {
		const monthly = parseCadence({ ...base, every: 'P1M', anchor: '2027-12-31T09:00' });
		const ids = Array.from({ length: 4 }, (_, index) => slotByIndex(monthly, index).id);
		expect(ids).toEqual(['2027-12-31', '2028-01-31', '2028-02-29', '2028-03-31']);
	});

	it('have a closed part when a window is given, and nothing before slot 0', () => {
		const parsed = parseCadence({ ...base, window: 'PT2H' });
		const { opensAt, closesAt, nextOpensAt } = slotByIndex(parsed, 0);
		expect(closesAt - opensAt).toBe(2 * HOUR);
		expect(slotAt(parsed, closesAt - 1)?.index).toBe(0);
		expect(slotAt(parsed, closesAt)).toBeNull();
		expect(slotAt(parsed, opensAt - 1)).toBeNull();
		expect(nextSlot(parsed, opensAt - 1).index).toBe(0);
		expect(nextSlot(parsed, opensAt).opensAt).toBe(nextOpensAt);
	});

	it('are found after an outage of a century without walking there', () => {
		const parsed = parseCadence({ ...base, every: 'PT1M', anchor: '2026-01-01T00:00', timeZone: 'UTC' });
		const from = at('2126-01-01T00:00:00Z');
		const slot = slotAt(parsed, from);
		expect(slot?.id).toBe('2126-01-01T0000Z');
		const [first] = slotsBetween(parsed, from, from + 100 * 365 * 24 * HOUR);
		expect(first).toEqual(slot);
	});

	it.each(['2026-11-03', '2026-11-04T1400Z', '2026-13-01', 'x', '', '2026-10-31'])(
		'refuse the id %j',
		(id) => {
			expect(() => slotById(parseCadence(base), id)).toThrow(ReleaseGateError);
		},
	);
});

const zones = [
	'UTC',
	'America/New_York',
	'America/St_Johns',
	'Europe/Berlin',
	'Europe/Dublin',
	'Asia/Kathmandu',
	'Asia/Kolkata',
	'Australia/Lord_Howe',
	'Australia/Adelaide',
	'Pacific/Chatham',
	'Pacific/Kiritimati',
	'Pacific/Pago_Pago',
	'America/Sao_Paulo',
	'Africa/Casablanca',
	'Asia/Beirut',
	'America/Asuncion',
];
const anchors = fc
	.record({ day: fc.integer({ min: 0, max: 8000 }), minute: fc.integer({ min: 0, max: 1439 }) })
	.map(({ day, minute }) =>
		DateTime.fromISO('2014-01-01', { zone: 'utc' })
			.plus({ days: day, minutes: minute })
			.toFormat("yyyy-MM-dd'T'HH:mm"),
	);
const every = fc.oneof(
	fc.integer({ min: 1, max: 40 }).map((n) => `P${n}D`),
	fc.integer({ min: 1, max: 14 }).map((n) => `P${n}M`),
	fc.constantFrom('P1Y', 'P1W', 'P1M2D', 'PT1M', 'PT6H', 'PT90S', 'PT24H', 'PT37M'),
);
const cadences = fc.record({ every, anchor: anchors, timeZone: fc.constantFrom(...zones) });

describe('properties of slots, in many zones', () => {
	it('tile time, are named in order, and are found again by id and by instant', () => {
		fc.assert(
			fc.property(
				cadences,
				fc.integer({ min: 0, max: 600 }),
				fc.double({ min: 0, max: 1, noNaN: true }),
				(cadence, index, share) => {
					const parsed = parseCadence(cadence);
					const slot = slotByIndex(parsed, index);
					const next = slotByIndex(parsed, index + 1);
					expect(slot.opensAt).toBeLessThan(slot.closesAt);
					expect(slot.closesAt).toBe(next.opensAt);
					expect(slot.nextOpensAt).toBe(next.opensAt);
					expect(slot.id < next.id).toBe(true);
					expect(slotById(parsed, slot.id)).toEqual(slot);
					expect(slotAt(parsed, slot.opensAt)).toEqual(slot);
					expect(slotAt(parsed, slot.closesAt - 1)).toEqual(slot);
					const inside = slot.opensAt + Math.floor((slot.closesAt - 1 - slot.opensAt) * share);
					expect(slotAt(parsed, inside)).toEqual(slot);
					expect(nextSlot(parsed, inside)).toEqual(next);
					expect(minimumGapMs(parsed)).toBeLessThanOrEqual(next.opensAt - slot.opensAt);
				},
			),
			{ numRuns: 600 },
		);
	});

	it('open at the local time of the anchor, unless the clocks skip it', () => {
		fc.assert(
			fc.property(
				anchors,
				fc.constantFrom(...zones),
				fc.integer({ min: 0, max: 800 }),
				(anchor, timeZone, index) => {
					const slot = slotByIndex(parseCadence({ every: 'P1D', anchor, timeZone }), index);
					const local = DateTime.fromMillis(slot.opensAt, { zone: timeZone });
					const wanted = `${slot.id}T${anchor.slice(11)}`;
					const skipped =
						DateTime.fromISO(wanted, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HH:mm") !== wanted;
					if (!skipped) expect(local.toFormat("yyyy-MM-dd'T'HH:mm")).toBe(wanted);
					else
						expect(local.toMillis()).toBeGreaterThan(
							DateTime.fromISO(slot.id, { zone: timeZone }).toMillis() - 1,
						);
				},
			),
			{ numRuns: 600 },
		);
	});

	it('between two instants are exactly those that open there', () => {
		fc.assert(
			fc.property(
				cadences,
				fc.integer({ min: 0, max: 50 }),
				fc.integer({ min: 0, max: 30 }),
				(cadence, from, length) => {
					const parsed = parseCadence(cadence);
					const start = slotByIndex(parsed, from).opensAt;
					const slots = [...slotsBetween(parsed, start, slotByIndex(parsed, from + length).opensAt)];
					expect(slots.map(({ index }) => index)).toEqual(Array.from({ length }, (_, step) => from + step));
				},
			),
		);
	});
});
