import type { Disturbance, YearPlan } from './year';

/** One kind of incident, and what the check is to make of it. */
export interface Incident {
	readonly name: string;
	/** `roll-back`; or `stay`: it must not go back, because the release is not at fault. */
	readonly wanted: 'roll-back' | 'stay';
	/** Whether the doctrine names it as a single event, to be found by the next check. */
	readonly trigger: boolean;
	readonly control: boolean;
	readonly timeZone: string;
	/** Slot of the year in which the release ships; chance decides if absent. */
	readonly shipsIn?: number;
	readonly disturb: (since: number) => Disturbance;
}

const always = (disturbance: Disturbance) => (): Disturbance => disturbance;
const first =
	(disturbance: Disturbance) =>
	(since: number): Disturbance =>
		since === 0 ? disturbance : {};

/** Times the acceptable failure rate of the policy, 1 %. */
const leak = (times: number): Disturbance => ({ fail: 0.01 * times });

const base = { control: false, timeZone: 'America/New_York' } as const;

/** The incidents of the simulated years. The slots in which New York changes its clocks are found in the calendar. */
export const incidents: readonly Incident[] = [
	{
		...base,
		name: 'late schedule: a slot is served after its window',
		wanted: 'roll-back',
		trigger: true,
		disturb: first({ missed: 1 }),
	},
	{
		...base,
		name: 'late schedule: one in fifty misses the window',
		wanted: 'roll-back',
		trigger: true,
		disturb: first({ missed: 0.02 }),
	},
	{
		...base,
		name: 'double schedule past the claim',
		wanted: 'roll-back',
		trigger: true,
		disturb: first({ twice: 1 }),
	},
	{
		...base,
		name: 'bounce spike: 8 % of the sends',
		wanted: 'roll-back',
		trigger: false,
		disturb: always({ bounce: 0.08 }),
	},
	{
		...base,
		name: 'slow leak of errors, 2x the acceptable rate',
		wanted: 'roll-back',
		trigger: false,
		disturb: always(leak(2)),
	},
	{
		...base,
		name: 'slow leak of errors, 5x the acceptable rate',
		wanted: 'roll-back',
		trigger: false,
		disturb: always(leak(5)),
	},
	{
		...base,
		name: 'leak of errors, 5x the intolerable rate',
		wanted: 'roll-back',
		trigger: false,
		disturb: always(leak(25)),
	},
	{
		...base,
		name: 'vendor outage in both arms',
		wanted: 'stay',
		trigger: false,
		control: true,
		disturb: first({ fail: 0.5, both: true }),
	},
	{
		...base,
		name: 'DST: clocks change while it is watched',
		wanted: 'stay',
		trigger: false,
		shipsIn: 33,
		disturb: always({}),
	},
	{
		...base,
		name: 'onboarding wave: five times the recipients',
		wanted: 'stay',
		trigger: false,
		disturb: first({ wave: 5 }),
	},
	{
		...base,
		name: 'clock skew: the monitor is ten minutes ahead',
		wanted: 'stay',
		trigger: false,
		disturb: always({ skewMs: 600_000 }),
	},
	{
		...base,
		name: 'clock skew: the monitor is ten minutes behind',
		wanted: 'stay',
		trigger: false,
		disturb: always({ skewMs: -600_000 }),
	},
];

/** The plan of one year with an incident; the seed decides size and moment. */
export function planOf(incident: Incident, seed: number, random: () => number): YearPlan {
	return {
		seed,
		recipients: 50 + Math.floor(random() * 250),
		shipsIn: incident.shipsIn ?? 1 + Math.floor(random() * 160),
		slots: 12,
		control: incident.control,
		timeZone: incident.timeZone,
		disturb: incident.disturb,
		step: 5,
	};
}
