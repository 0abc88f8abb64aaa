import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextSlot, parseCadence, slotAt, slotsBetween } from '../../../../core/delivery/cadence';
import { compressions, diffSettings, settingsHash } from '../../../../core/release/diff/settings';
import { settingsReport } from '../../../../core/release/machines/settings-diff';
import { testSettings } from '../../../../testbed/databases/ledgers';

const now = Date.UTC(2026, 10, 20, 12);
const base = testSettings('s');
const cadence = (change: object) => testSettings('s', { cadence: { ...base.cadence, ...change } });

describe('the diff of spine settings', () => {
	test.each([
		['the rhythm', cadence({ every: 'P3D' }), ['cadence']],
		[
			'a critical property',
			testSettings('s', { properties: { ...base.properties, critical: [] } }),
			['eligibility'],
		],
		[
			'where state is kept',
			testSettings('s', { properties: { ...base.properties, status: 'x' } }),
			['hubspot-schema'],
		],
		['the template', testSettings('s', { templateVersion: '2' }), ['email']],
		['leases', testSettings('s', { leaseMs: 1000 }), ['delivery-logic']],
		['test recipients', testSettings('s', { testRecipients: ['1'] }), ['eligibility']],
		['nothing', base, []],
	])('names the surface of %s', (_what, after, surfaces) => {
		expect(diffSettings(base, after).map(({ surface }) => surface)).toEqual(surfaces);
		expect(settingsHash(base) === settingsHash(after)).toBe(surfaces.length === 0);
	});

	test('says how a rhythm is compressed', () => {
		expect(compressions(base, cadence({ every: 'P1D' }), now)[0]).toContain('from P2D to P1D');
		expect(compressions(base, cadence({ minimumGap: 'PT1H' }), now)).toEqual([
			'The minimum gap between two sends to one recipient shrinks.',
		]);
		expect(compressions(base, cadence({ anchor: '2026-11-03T09:00' }), now)).toEqual([
			'The first slot of the new rhythm opens sooner than the next one of the old.',
		]);
		expect(compressions(base, base, now)).toEqual([]);
		expect(compressions(base, cadence({ every: 'P4D' }), now)).toEqual([]);
	});

	test('whatever it lets pass keeps the first slots after the change as far apart as before', () => {
		const days = fc.integer({ min: 1, max: 9 });
		fc.assert(
			fc.property(days, days, fc.integer({ min: 1, max: 19 }), (old, next, day) => {
				const from = cadence({ every: `P${old}D` });
				const to = cadence({ every: `P${next}D`, anchor: `2026-11-${String(day).padStart(2, '0')}T09:00` });
				if (compressions(from, to, now).length > 0) return;
				const slots = (settings: typeof from) => {
					const all = [...slotsBetween(parseCadence(settings.cadence), now, now + 60 * 86_400_000)];
					return all.slice(0, 3).map(({ opensAt }) => opensAt);
				};
				const [a, b] = [slots(from), slots(to)];
				expect(b[0]).toBeGreaterThanOrEqual(a[0] ?? 0);
				expect((b[1] ?? 0) - (b[0] ?? 0)).toBeGreaterThanOrEqual((a[1] ?? 0) - (a[0] ?? 0));
			}),
		);
	});

	test('says that a slot would be served between two others: the new rhythm has one open that nobody was served in', () => {
		// Served on the 20th at nine, due again on the 22nd; by the new anchor the slot of the 21st is open then, and the next one is a day later.
		const noon = Date.UTC(2026, 10, 21, 12);
		const moved = cadence({ every: 'P2D', anchor: '2026-11-03T09:00' });
		expect(compressions(cadence({ anchor: '2026-11-02T09:00' }), moved, noon)).toEqual([
			'The slot 2026-11-21 of the new rhythm is open when recipients are due again, and the one after it opens less than an interval later.',
		]);
	});

	test('whatever it lets pass brings no two sends to one recipient closer than the old interval', () => {
		const days = fc.integer({ min: 1, max: 6 });
		const hours = fc.integer({ min: 0, max: 23 });
		const at = fc.integer({ min: Date.UTC(2026, 10, 24), max: Date.UTC(2026, 11, 20) });
		let passed = 0;
		fc.assert(
			fc.property(days, days, fc.integer({ min: 1, max: 9 }), hours, at, (old, next, day, hour, moment) => {
				const zone = { timeZone: 'UTC' };
				const from = cadence({ ...zone, every: `P${old}D`, anchor: '2026-11-02T09:00' });
				const anchor = `2026-11-0${day}T${String(hour).padStart(2, '0')}:00`;
				const to = cadence({ ...zone, every: `P${next}D`, anchor });
				if (compressions(from, to, moment).length > 0) return;
				passed += 1;
				const [before, after] = [parseCadence(from.cadence), parseCadence(to.cadence)];
				const earlier = [...slotsBetween(before, 0, moment)];
				const served = new Set(earlier.map(({ id }) => id));
				const sends = [earlier.at(-1)?.opensAt ?? 0];
				let eligible = nextSlot(before, moment).opensAt;
				for (let send = 0; send < 4; send += 1) {
					let time = Math.max(moment, eligible);
					let slot = slotAt(after, time);
					if (slot === null || served.has(slot.id)) {
						slot = nextSlot(after, time);
						time = slot.opensAt;
					}
					sends.push(time);
					served.add(slot.id);
					eligible = slot.nextOpensAt;
				}
				for (const [place, time] of sends.entries())
					if (place > 0) expect(time - (sends[place - 1] ?? 0)).toBeGreaterThanOrEqual(old * 86_400_000);
			}),
			{ numRuns: 2_000 },
		);
		expect(passed).toBeGreaterThan(100);
	});

	test('holds a change of where delivery state is read', () => {
		const moved = testSettings('s', { properties: { ...base.properties, nextEligibleAt: 'other' } });
		const { answers } = settingsReport(base, moved, now);
		expect(answers.find(({ check }) => check === 'backward-compatible')).toMatchObject({
			status: 'fail',
			grounds: expect.stringContaining('properties.nextEligibleAt'),
		});
	});
});
