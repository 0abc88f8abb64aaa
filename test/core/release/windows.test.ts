import { DateTime } from 'luxon';
import fc from 'fast-check';
import { windowState } from '../../../core/release/windows';
import type { ReleaseWindow } from '../../../core/release/policy/schema';

const zone = 'America/Los_Angeles';
const friday: ReleaseWindow = {
	name: 'Friday',
	start: '2025-10-03T14:00',
	rule: 'FREQ=WEEKLY;BYDAY=FR',
	duration: 'PT2H',
	timeZone: zone,
};
const at = (local: string, timeZone = zone): number => DateTime.fromISO(local, { zone: timeZone }).toMillis();

describe('windows and freezes', () => {
	it('opens every Friday at 14:00 wall time, before and after both changes of the clocks', () => {
		for (const day of ['2025-10-31', '2025-11-07', '2026-03-06', '2026-03-13', '2026-10-30', '2026-11-06']) {
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T14:00`)).open).toBe(true);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T15:59`)).open).toBe(true);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T13:59`)).open).toBe(false);
			expect(windowState({ allow: [friday], deny: [] }, at(`${day}T16:00`)).open).toBe(false);
		}
	});

	it('names the next opening', () => {
		const state = windowState({ allow: [friday], deny: [] }, at('2026-11-20T16:00'));
		expect(state.nextOpensAt).toBe(at('2026-11-27T14:00'));
	});

	it('lets a freeze win over a window, and skips frozen openings', () => {
		const freeze: ReleaseWindow = {
			name: 'Thanksgiving',
			start: '2026-11-25T00:00',
			rule: '',
			duration: 'P5D',
			timeZone: zone,
		};
		const state = windowState({ allow: [friday], deny: [freeze] }, at('2026-11-27T14:30'));
		expect(state).toMatchObject({
			open: false,
			reason: 'Inside the freeze “Thanksgiving”.',
			nextOpensAt: at('2026-12-04T14:00'),
		});
	});

	it('opens when a freeze ends inside a window', () => {
		const freeze: ReleaseWindow = {
			name: 'half',
			start: '2026-11-20T13:00',
			rule: '',
			duration: 'PT2H',
			timeZone: zone,
		};
		const state = windowState({ allow: [friday], deny: [freeze] }, at('2026-11-20T14:30'));
		expect(state).toMatchObject({ open: false, nextOpensAt: at('2026-11-20T15:00') });
	});

	it.each([
		['a time zone that does not exist', { ...friday, timeZone: 'Mars/Olympus' }],
		['a rule that cannot be read', { ...friday, rule: 'FREQ=SOMETIMES' }],
		['a duration of nothing', { ...friday, duration: 'PT0S' }],
	])('is closed with %s, in an allow window or in a freeze', (_what, broken) => {
		expect(windowState({ allow: [broken], deny: [] }, at('2026-11-20T14:30')).open).toBe(false);
		expect(windowState({ allow: [friday], deny: [broken] }, at('2026-11-20T14:30')).open).toBe(false);
	});

	it('never opens inside a freeze nor outside a window, at any time in any zone, and its next opening is open', () => {
		const zones = ['America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
		fc.assert(
			fc.property(
				fc.integer({ min: at('2026-01-01T00:00', 'UTC'), max: at('2027-01-01T00:00', 'UTC') }),
				fc.constantFrom(...zones),
				fc.integer({ min: 1, max: 20 }),
				(now, timeZone, hours) => {
					const allow: ReleaseWindow = {
						...friday,
						rule: 'FREQ=WEEKLY;BYDAY=MO,FR',
						timeZone,
						duration: `PT${hours}H`,
					};
					const deny: ReleaseWindow = {
						...friday,
						name: 'month end',
						rule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
						start: '2025-10-31T00:00',
						duration: 'P1D',
						timeZone,
					};
					const state = windowState({ allow: [allow], deny: [deny] }, now);
					const local = DateTime.fromMillis(now, { zone: timeZone });
					const frozen = local.day === local.daysInMonth;
					// 24 hours from local midnight miss or exceed the last day by the hour the clocks change.
					if (frozen && local.hour < 22) expect(state.open).toBe(false);
					if (state.nextOpensAt !== null)
						expect(windowState({ allow: [allow], deny: [deny] }, state.nextOpensAt).open).toBe(true);
					if (state.open && state.closesAt !== null)
						expect(windowState({ allow: [allow], deny: [deny] }, state.closesAt).open).toBe(false);
				},
			),
			{ numRuns: 200 },
		);
	});
});
