import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { nextSlot, parseCadence, slotAt } from '../../../core/delivery/cadence';
import { nextSlots, readRhythm } from '../../../core/setup/rhythm';

/** A Monday, 12:00 in London, 7:00 in New York. */
const now = Date.parse('2026-11-30T12:00:00Z');

describe('a rhythm in words', () => {
	it.each([
		['every 2 days at 9:00 New York', 'P2D', '2026-11-30T09:00', 'America/New_York'],
		['Every 2 days, at 9am, New York time', 'P2D', '2026-11-30T09:00', 'America/New_York'],
		['every other day at 06:30 ET', 'P2D', '2026-12-01T06:30', 'America/New_York'],
		['daily London', 'P1D', '2026-12-01T09:00', 'Europe/London'],
		['every Monday at 8:30 London', 'P1W', '2026-12-07T08:30', 'Europe/London'],
		['every 2 weeks on Friday at 17:00 Pacific', 'P2W', '2026-12-04T17:00', 'America/Los_Angeles'],
		['every other thursday at noon Europe/Berlin', 'P2W', '2026-12-03T12:00', 'Europe/Berlin'],
		['monthly on the 1st at midnight UTC', 'P1M', '2026-12-01T00:00', 'UTC'],
		['every month on the 31st at 9:00 Berlin', 'P1M', '2026-12-31T09:00', 'Europe/Berlin'],
		['every 6 hours UTC', 'PT6H', '2026-11-30T13:00', 'UTC'],
		['every 15 minutes UTC', 'PT15M', '2026-11-30T12:15', 'UTC'],
		['every 3 days at 9:00 Tokyo starting 2027-01-04', 'P3D', '2027-01-04T09:00', 'Asia/Tokyo'],
		['every week from 4 January 2027 at 10:00 in Sao Paulo', 'P1W', '2027-01-04T10:00', 'America/Sao_Paulo'],
	])('reads %s', (words, every, first, timeZone) => {
		expect(readRhythm(words, now).fromFirst).toEqual({ every, anchor: first, timeZone });
	});

	it('takes a zone that is given where the words name none', () => {
		expect(readRhythm('every day at 9:00', now, 'Asia/Tokyo').fromFirst.timeZone).toBe('Asia/Tokyo');
	});

	it.each([
		['', "does not begin with 'every'"],
		['2 days at 9:00 UTC', "does not begin with 'every'"],
		['every banana at 9:00 UTC', 'after .every. comes no number'],
		['every 0 days at 9:00 UTC', 'no number from 1 to 1000'],
		['every 2 days at 25:00 UTC', 'there is no 25:00'],
		['every 2 days at 13pm UTC', 'there is no 13 pm'],
		['every 2 days 9 UTC', 'write 9:00'],
		['every 2 days at 9:00', 'names no time zone'],
		['every 2 days at 9:00 Atlantis', 'no time zone or city'],
		['every 2 days at 9:00 New York maybe', 'no time zone or city'],
		['every 2 days on Monday at 9:00 UTC', 'goes with weeks'],
		['every week on the 3rd at 9:00 UTC', 'goes with months'],
		['every month on the 32nd at 9:00 UTC', 'no month has a day 32'],
		['every day at 9:00 UTC starting 31 February 2027', 'names no date'],
	])('says what it does not understand of "%s"', (words, problem) => {
		expect(() => readRhythm(words, now)).toThrow(new RegExp(problem));
	});

	it('shows the next slots', () => {
		const { cadence } = readRhythm('every 2 days at 9:00 New York', now);
		expect(nextSlots(cadence, now, 2)).toEqual([
			'Mon 30 Nov 2026, 09:00 New York',
			'Wed 2 Dec 2026, 09:00 New York',
		]);
	});

	it('has a slot open at once, and opens the first one at the same moment whichever anchor it is counted from', () => {
		const words = fc.tuple(
			fc.constantFrom(
				'every day',
				'every 2 days',
				'every 3 weeks',
				'every Friday',
				'every month on the 31st',
				'monthly on the 5th',
				'every 6 hours',
				'every 7 minutes',
			),
			fc.integer({ min: 0, max: 23 }),
			fc.integer({ min: 0, max: 59 }),
			fc.constantFrom('UTC', 'New York', 'Europe/Berlin', 'Tokyo', 'Lord Howe'),
			fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) }),
		);
		fc.assert(
			fc.property(words, ([every, hour, minute, zone, at]) => {
				const { cadence, fromFirst, firstOpensAt } = readRhythm(
					`${every} at ${hour}:${String(minute).padStart(2, '0')} ${zone}`,
					at,
				);
				const parsed = parseCadence(cadence);
				expect(slotAt(parsed, at)).not.toBeNull();
				const clock = parsed.kind === 'clock';
				expect(slotAt(parsed, firstOpensAt)?.opensAt).toBe(firstOpensAt);
				expect(nextSlot(parsed, firstOpensAt).opensAt).toBe(
					nextSlot(parseCadence(fromFirst), firstOpensAt).opensAt,
				);
				expect(slotAt(parseCadence(fromFirst), firstOpensAt - 1)).toBeNull();
				expect(firstOpensAt).toBeGreaterThanOrEqual(at);
				const local = DateTime.fromMillis(firstOpensAt, { zone: cadence.timeZone });
				expect(firstOpensAt - at).toBeLessThan(63 * 86_400_000);
				if (
					!clock &&
					local.toFormat('HH:mm') !== `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
				)
					// Only where the clocks go forward over it.
					expect(local.isInDST).toBe(true);
			}),
		);
	});
});
