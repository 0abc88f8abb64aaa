import type { DeliveryState, Instant } from '../delivery/types';
import { stages } from '../release/stages';
import { runsTold, unserved } from './alarms';
import type { CallsLeft } from './limits';
import type { Desk, SpineSight } from './model';
import { inDoubtIn, type SlotSight } from './slot';

type Labels = Readonly<Record<string, string>>;
interface Sample {
	readonly labels: Labels;
	readonly value: number;
}
interface Family {
	readonly name: string;
	readonly help: string;
	readonly samples: readonly Sample[];
}

/** As the text formats of Prometheus and OpenMetrics escape a label's value. */
const escaped = (value: string): string =>
	value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const line = (name: string, { labels, value }: Sample): string => {
	const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
	return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
};

const seconds = (at: Instant): number => at / 1000;

const states: readonly DeliveryState[] = [
	'due',
	'claimed',
	'sending',
	'committed',
	'held',
	'failed',
	'in-doubt',
	'missed',
];

const modes = ['live', 'rehearsal', 'paused'] as const;
const budgets = ['healthy', 'spent', 'unknown'] as const;

type Counted = readonly [which: 'open' | 'previous', slot: SlotSight];

const slotsOf = ({ open, last }: SpineSight): readonly Counted[] => [
	...(open ? [['open', open] as const] : []),
	...(last ? [['previous', last] as const] : []),
];

const yes = (holds: boolean): number => (holds ? 1 : 0);

/** Nobody asked in the open slot: seconds since it opened. */
const lagOf = ({ openSlot, open, state }: SpineSight, at: Instant): number =>
	state === 'live' && openSlot !== null && open === null ? seconds(at - openSlot.opensAt) : 0;

const lastSent = ({ open, last }: SpineSight): number | null => open?.lastSentAt ?? last?.lastSentAt ?? null;

const ofEach = <T>(list: readonly T[], of: (one: T) => readonly Sample[]): readonly Sample[] =>
	list.flatMap(of);

const known = (labels: Labels, at: Instant | null): readonly Sample[] =>
	at === null ? [] : [{ labels, value: seconds(at) }];

function spineFamilies({ spines, at }: Desk): readonly Family[] {
	return [
		{
			name: 'release_gate_spine_state',
			help: 'Whether a spine is live, only rehearses or is paused: 1 for the state it is in.',
			samples: ofEach(spines, ({ spine, state }) =>
				modes.map((mode) => ({ labels: { spine, state: mode }, value: yes(mode === state) })),
			),
		},
		{
			name: 'release_gate_slot_deliveries',
			help: 'Deliveries of the open slot and of the one before it, by state.',
			samples: ofEach(spines, (sight) =>
				ofEach(slotsOf(sight), ([slot, { states: counts }]) =>
					states.map((state) => ({ labels: { spine: sight.spine, slot, state }, value: counts[state] })),
				),
			),
		},
		{
			name: 'release_gate_slot_claims',
			help: 'How often deliveries of the slot were claimed.',
			samples: ofEach(spines, (sight) =>
				slotsOf(sight).map(([slot, { claims }]) => ({ labels: { spine: sight.spine, slot }, value: claims })),
			),
		},
		{
			name: 'release_gate_slot_opened_timestamp_seconds',
			help: 'When the slot opened, by the cadence.',
			samples: ofEach(spines, ({ spine, openSlot }) =>
				known({ spine, slot: 'open' }, openSlot?.opensAt ?? null),
			),
		},
		{
			name: 'release_gate_slot_lag_seconds',
			help: 'How long the open slot of a live spine has been open without anybody asking for its deliveries.',
			samples: spines.map((sight) => ({ labels: { spine: sight.spine }, value: lagOf(sight, at) })),
		},
		{
			name: 'release_gate_slot_missed',
			help: 'Whether nothing was sent in the newest slot that is over, though it was owed or nobody asked.',
			samples: spines.map((sight) => ({
				labels: { spine: sight.spine },
				value: yes(unserved(sight) !== null),
			})),
		},
		{
			name: 'release_gate_deliveries_in_doubt',
			help: 'Deliveries nobody knows the end of, in the two newest slots and in older ones that are not settled.',
			samples: spines.map(({ spine, doubts, open, last }) => ({
				labels: { spine },
				value: Math.max(doubts.length, (open ? inDoubtIn(open) : 0) + (last ? inDoubtIn(last) : 0)),
			})),
		},
		{
			name: 'release_gate_failed_runs',
			help: 'Runs of the last day in the two newest slots in which most deliveries were not sent.',
			samples: spines.map((sight) => ({
				labels: { spine: sight.spine },
				value: runsTold(sight, at).length,
			})),
		},
		{
			name: 'release_gate_last_commit_timestamp_seconds',
			help: 'When a delivery was sent last, in the two newest slots.',
			samples: ofEach(spines, (sight) => known({ spine: sight.spine }, lastSent(sight))),
		},
		{
			name: 'release_gate_last_look_timestamp_seconds',
			help: 'When the stabilization monitor looked last.',
			samples: ofEach(spines, ({ spine, look }) => known({ spine }, look?.at ?? null)),
		},
		{
			name: 'release_gate_error_budget_state',
			help: 'What the newest look says of the error budget: 1 for what it says.',
			samples: ofEach(spines, ({ spine, look }) =>
				look === null
					? []
					: budgets.map((state) => ({ labels: { spine, state }, value: yes(look.errorBudget === state) })),
			),
		},
		{
			name: 'release_gate_ungated_change',
			help: 'Whether what runs or is published is not what was released.',
			samples: spines.map(({ spine, published }) => ({
				labels: { spine },
				value: yes(published.status === 'ungated'),
			})),
		},
	];
}

/** Counts of equal texts. */
function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/** Calls left of each window of each account: `day`, and the short one by its length. */
function limitFamilies(limits: Desk['limits']): readonly Family[] {
	const samples = (of: (calls: CallsLeft) => number): readonly Sample[] =>
		limits.flatMap(({ target, account, day, burst }) => [
			...(day ? [{ labels: { target, account, window: 'day' }, value: of(day) }] : []),
			...(burst
				? [{ labels: { target, account, window: `${seconds(burst.windowMs)}s` }, value: of(burst) }]
				: []),
		]);
	return [
		{
			name: 'release_gate_calls_left',
			help: 'Calls that another system still takes in its window, as it said with its last answer.',
			samples: samples(({ left }) => left),
		},
		{
			name: 'release_gate_calls_limit',
			help: 'Calls that another system takes in its window.',
			samples: samples(({ most }) => most),
		},
		{
			name: 'release_gate_calls_read_timestamp_seconds',
			help: 'When another system said last how many calls are left.',
			samples: limits.map(({ target, account, at }) => ({ labels: { target, account }, value: seconds(at) })),
		},
	];
}

function otherFamilies({
	limits,
	outbox,
	releases,
	alarms,
	accepted,
	unsealed,
	lastHour,
	at,
}: Desk): readonly Family[] {
	const target = outbox.name;
	const byStage = countOf(releases.map(({ stage }) => stage));
	const byCheck = countOf(releases.flatMap(({ checks }) => checks.map(({ id }) => id)));
	return [
		{
			name: 'release_gate_outbox_waiting',
			help: 'Writes to another system that wait.',
			samples: [{ labels: { target }, value: outbox.waiting }],
		},
		{
			name: 'release_gate_outbox_refused',
			help: 'Writes to another system that it refused for good and that are still kept.',
			samples: [{ labels: { target }, value: outbox.refused }],
		},
		{
			name: 'release_gate_outbox_oldest_age_seconds',
			help: 'Age of the oldest write that waits; 0 when none does.',
			samples: [
				{
					labels: { target },
					value: outbox.oldestAt === null ? 0 : seconds(Math.max(0, at - outbox.oldestAt)),
				},
			],
		},
		...limitFamilies(limits),
		{
			name: 'release_gate_releases',
			help: 'Releases among the newest that are not closed, by stage.',
			samples: stages
				.filter((stage) => stage !== 'closed')
				.map((stage) => ({ labels: { stage }, value: byStage.get(stage) ?? 0 })),
		},
		{
			name: 'release_gate_held_by_check',
			help: 'Releases that a check holds now, by check.',
			samples: [...byCheck].map(([check, value]) => ({ labels: { check }, value })),
		},
		{
			name: 'release_gate_alarms',
			help: 'What the desk calls wrong (trouble) or waiting (warning).',
			samples: (['trouble', 'warning'] as const).map((level) => ({
				labels: { level },
				value: alarms.filter((alarm) => alarm.level === level).length,
			})),
		},
		{
			name: 'release_gate_alarm',
			help: 'Each alarm of the desk by its kind, with the spine it is about.',
			samples: [
				...countOf(alarms.map(({ id, level, spine }) => JSON.stringify([id, level, spine ?? '']))),
			].map(([key, value]) => {
				const [alarm = '', level = '', spine = ''] = JSON.parse(key) as string[];
				return { labels: { alarm, level, spine }, value };
			}),
		},
		{
			name: 'release_gate_events_last_hour',
			help: 'Events of the last hour among the newest 5000, by kind: claims, refusals, keys, decisions of the gate.',
			samples: Object.entries(lastHour).map(([kind, value]) => ({ labels: { kind }, value })),
		},
		{
			name: 'release_gate_accepted_records',
			help: 'Records that a person accepted as they stood although they disagreed with the history; kept for good.',
			samples: [{ labels: {}, value: accepted.reduce((all, { records }) => all + records.length, 0) }],
		},
		{
			name: 'release_gate_events_unsealed',
			help: 'Events that are not chained yet.',
			samples: [{ labels: {}, value: unsealed }],
		},
		{
			name: 'release_gate_read_timestamp_seconds',
			help: 'When the ledger was read for these figures.',
			samples: [{ labels: {}, value: seconds(at) }],
		},
	];
}

/**
 * The desk in figures, as text that both Prometheus (text format 0.0.4) and OpenMetrics readers take: gauges in base units,
 * no recipient and no free text in a label. A family without a sample is left out.
 */
export function metricsText(desk: Desk): string {
	const families = [...spineFamilies(desk), ...otherFamilies(desk)].filter(
		({ samples }) => samples.length > 0,
	);
	const lines = families.flatMap(({ name, help, samples }) => [
		`# HELP ${name} ${help}`,
		`# TYPE ${name} gauge`,
		...samples.map((sample) => line(name, sample)),
	]);
	return `${lines.join('\n')}\n# EOF\n`;
}
