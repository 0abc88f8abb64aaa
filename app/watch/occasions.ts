import type { LedgerEvent } from '../../core/delivery/events';

/** What the trigger can fire on, and how an event of the ledger is recognised. */
export interface Occasion {
	readonly name: string;
	readonly value: string;
	readonly description: string;
	readonly matches: (event: LedgerEvent) => boolean;
}

const field = (event: LedgerEvent, name: string): unknown =>
	typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data)
		? (event.data as Readonly<Record<string, unknown>>)[name]
		: undefined;

/** Rehearsals are nobody's business outside. */
const live = (event: LedgerEvent): boolean => field(event, 'space') === 'live';

const movedTo = (event: LedgerEvent, ...stages: readonly string[]): boolean =>
	event.kind === 'release.moved' && stages.includes(String(field(event, 'to')));

/** The occasion that nobody records unless somebody looks: the trigger looks itself. */
export const SILENT = 'silent';

/** The same: a run that n8n calls a success. */
export const RUN_FAILED = 'runFailed';

/** In the order of the editor's list. */
export const occasions: readonly Occasion[] = [
	{
		name: 'Deliveries in Doubt',
		value: 'inDoubt',
		description: 'A send began and nobody knows how it ended',
		matches: (event) => event.kind === 'deliveries.in-doubt' && live(event),
	},
	{
		name: 'Deliveries or Slots Missed',
		value: 'missed',
		description: 'A slot closed with deliveries unsent, or without anybody asking for them',
		matches: (event) => (event.kind === 'deliveries.missed' && live(event)) || event.kind === 'slot.missed',
	},
	{
		name: 'Error Budget Spent',
		value: 'budgetSpent',
		description: 'From now on only hotfixes may ship',
		matches: ({ kind }) => kind === 'budget.spent',
	},
	{
		name: 'Release Held',
		value: 'held',
		description: 'The gate said hold',
		matches: ({ kind }) => kind === 'gate.held',
	},
	{
		name: 'Release Promoted',
		value: 'promoted',
		description: 'A release is deploying or monitored',
		matches: (event) => movedTo(event, 'deploying', 'monitoring'),
	},
	{
		name: 'Release Rolled Back',
		value: 'rolledBack',
		description: 'A release went back; once, when its stage says so',
		matches: (event) => event.kind === 'release.rolled-back' && field(event, 'to') === 'rolled-back',
	},
	{
		name: 'Release Stable',
		value: 'stable',
		description: 'A release passed its full cycle',
		matches: (event) => movedTo(event, 'stable'),
	},
	{
		name: 'Run Failed',
		value: RUN_FAILED,
		description: 'Most deliveries of a run were not sent, though n8n may call the run a success',
		matches: ({ kind }) => kind === 'run.failed',
	},
	{
		name: 'Ungated Change',
		value: 'ungated',
		description: 'What runs of a spine is not what was released; once for each change',
		matches: ({ kind }) => kind === 'spine.ungated-change',
	},
	{
		name: 'Spine Silent',
		value: SILENT,
		description:
			'Deliveries were due for a whole slot and none was sent; told without a run of the spine itself',
		matches: ({ kind }) => kind === 'spine.silent',
	},
];

/** The occasion an event is, among the chosen ones; `null` for none. */
export function occasionOf(event: LedgerEvent, chosen: readonly string[]): Occasion | null {
	return occasions.find(({ value, matches }) => chosen.includes(value) && matches(event)) ?? null;
}
