import { median } from 'simple-statistics';
import type { Instant } from '../delivery/types';
import { durationMs } from '../release/checks';
import type { Policy, ServiceLevel } from '../release/policy/schema';
import { counted, percent, sum } from './findings/finding';
import type { ExternalMetric, SlotCounts } from './observation';

/** One service level as measured over its window. */
export interface LevelState {
	readonly id: string;
	readonly objective: string;
	readonly direction: ServiceLevel['direction'];
	readonly unit: ServiceLevel['unit'];
	readonly target: number;
	readonly breach: number | null;
	readonly window: string;
	/** `null` when nothing was measured. */
	readonly value: number | null;
	/** What the value counts: `good` or `bad` ones of `total`; `null` for levels that are no share. */
	readonly part: number | null;
	readonly total: number | null;
	readonly status: 'met' | 'missed' | 'breached' | 'unknown';
	/** Share of the error budget that is left, 1 to 0 (and below, when overspent); `null` where there is no budget. */
	readonly budgetLeft: number | null;
	/** One sentence with the figures. */
	readonly sentence: string;
}

export interface LevelsReport {
	readonly at: Instant;
	readonly levels: readonly LevelState[];
	/** `spent` when a level's budget is used up or a breach is on; `unknown` when nothing could be measured. */
	readonly errorBudget: 'healthy' | 'spent' | 'unknown';
	readonly sentence: string;
}

/** What the levels are measured from. Slots are closed ones, oldest first, at least over the longest window. */
export interface LevelsInput {
	readonly now: Instant;
	readonly slots: readonly SlotCounts[];
	/** Deliveries sent more than once, as the provider tells; `null` when it was not asked (the ledger sees none). */
	readonly duplicates: number | null;
	/** Hard bounces; `null` when nobody knows. */
	readonly hardBounces: number | null;
	readonly metrics: readonly ExternalMetric[];
}

interface Measured {
	readonly value: number;
	readonly part: number | null;
	readonly total: number | null;
}

const share = (part: number, total: number): Measured | null =>
	total > 0 ? { value: part / total, part, total } : null;

/** Deliveries that were owed and could be made: held ones (paused, incomplete) were not. */
const owed = (slots: readonly SlotCounts[]): number => sum(slots, (slot) => slot.registered - slot.held);

/** Slots until the rhythm was whole again, one figure per disturbance: 0 would be none, 1 the slot itself. */
export function timesToRestored(slots: readonly SlotCounts[]): readonly number[] {
	const times: number[] = [];
	let lasting = 0;
	for (const { missed, failedForGood } of slots) {
		if (missed + failedForGood > 0) lasting += 1;
		else if (lasting > 0) {
			times.push(lasting);
			lasting = 0;
		}
	}
	// A disturbance that lasts is as long as it has been so far.
	return lasting > 0 ? [...times, lasting] : times;
}

type Measure = (slots: readonly SlotCounts[], input: LevelsInput) => Measured | null;

/** How each service level of the content-delivery system is counted (content-creator-facts.md, "Service levels"). */
const measures: Readonly<Record<string, Measure>> = {
	'cycles-sent': (slots) =>
		share(
			sum(slots, (slot) => slot.committed),
			owed(slots),
		),
	// Late and catch-up sends do not count.
	'on-time': (slots) =>
		share(
			sum(slots, (slot) => slot.onTime),
			sum(slots, (slot) => slot.committed),
		),
	duplicates: (slots, { duplicates }) =>
		share(
			duplicates ?? 0,
			sum(slots, (slot) => slot.committed),
		),
	'silent-recovery': (slots) => {
		const recovered = sum(slots, (slot) => slot.recovered);
		return share(recovered, recovered + sum(slots, (slot) => slot.failedForGood + slot.missed));
	},
	'time-to-restored-cadence': (slots) => {
		const times = timesToRestored(slots);
		if (slots.length === 0) return null;
		return { value: times.length > 0 ? median([...times]) : 0, part: null, total: null };
	},
	generation: (slots) => {
		const lost = sum(slots, (slot) =>
			slot.failedForGood + slot.missed > 0
				? Math.min(slot.failures.generation ?? 0, slot.failedForGood + slot.missed)
				: 0,
		);
		return share(owed(slots) - lost, owed(slots));
	},
	'hard-bounces': (slots, { hardBounces }) =>
		hardBounces === null
			? null
			: share(
					hardBounces,
					sum(slots, (slot) => slot.committed),
				),
	'all-bounces': (slots) =>
		share(
			sum(slots, (slot) => slot.bounced),
			sum(slots, (slot) => slot.committed),
		),
};

function measure(level: ServiceLevel, input: LevelsInput): Measured | null {
	const metric = input.metrics.find(({ name }) => name === level.id);
	if (metric) return { value: metric.value, part: null, total: metric.count ?? null };
	const from = input.now - durationMs(level.window);
	const slots = input.slots.filter((slot) => slot.opensAt >= from && slot.closesAt <= input.now);
	return measures[level.id]?.(slots, input) ?? null;
}

const worse = (level: ServiceLevel, value: number, bound: number): boolean =>
	level.direction === 'at-least' ? value < bound : value > bound;

/** Bad ones the target allows, and how much of that is left. A target without room has a budget of one bad one. */
function budgetLeft(level: ServiceLevel, { value, part, total }: Measured): number | null {
	if (level.unit !== 'share') return null;
	const allowed = level.direction === 'at-least' ? 1 - level.target : level.target;
	const used = level.direction === 'at-least' ? 1 - value : value;
	if (allowed <= 0) return used > 0 ? 0 : 1;
	// With few deliveries one bad one must not spend the budget of a month: the target allows at least one.
	if (part !== null && total !== null) {
		const bad = level.direction === 'at-least' ? total - part : part;
		return 1 - bad / Math.max(1, allowed * total);
	}
	return 1 - used / allowed;
}

const shown = (level: ServiceLevel, value: number): string =>
	level.unit === 'share' ? percent(value, 1) : counted(value, 'window', 'windows');

/** One level, assessed. Absent figures are unknown, never met. */
export function assessLevel(level: ServiceLevel, input: LevelsInput): LevelState {
	const measured = measure(level, input);
	const base = {
		id: level.id,
		objective: level.objective,
		direction: level.direction,
		unit: level.unit,
		target: level.target,
		breach: level.breach ?? null,
		window: level.window,
	};
	const bound = `${level.direction === 'at-least' ? 'at least' : 'at most'} ${shown(level, level.target)}`;
	if (measured === null)
		return {
			...base,
			value: null,
			part: null,
			total: null,
			status: 'unknown',
			budgetLeft: null,
			sentence: `${level.objective}: nothing measured in ${level.window}; wanted is ${bound}.`,
		};
	const { value } = measured;
	const status =
		level.breach !== undefined && worse(level, value, level.breach)
			? 'breached'
			: worse(level, value, level.target)
				? 'missed'
				: 'met';
	return {
		...base,
		...measured,
		status,
		budgetLeft: budgetLeft(level, measured),
		sentence: `${level.objective}: ${shown(level, value)}${
			measured.total === null ? '' : ` of ${measured.total}`
		}, wanted is ${bound}.`,
	};
}

/**
 * All service levels of a policy over their own rolling windows, and the error budget: spent when a level is in breach
 * or has used up what its target allows. A recovery share has no budget of its own: it has no deliveries of its own.
 */
export function assessLevels(policy: Policy, input: LevelsInput): LevelsReport {
	const levels = policy.serviceLevels.map((level) => assessLevel(level, input));
	const spent = levels.filter(
		({ id, status, budgetLeft: left }) =>
			status === 'breached' || (id !== 'silent-recovery' && left !== null && left <= 0 && status !== 'met'),
	);
	const measured = levels.filter(({ status }) => status !== 'unknown');
	const errorBudget = spent.length > 0 ? 'spent' : measured.length > 0 ? 'healthy' : 'unknown';
	const sentence =
		errorBudget === 'spent'
			? `The error budget is spent: ${spent.map((level) => level.sentence).join(' ')}`
			: errorBudget === 'healthy'
				? `The error budget is healthy: ${measured.filter(({ status }) => status === 'met').length} of ${levels.length} service levels are met.`
				: 'Nothing was measured, so nobody knows the error budget.';
	return { at: input.now, levels, errorBudget, sentence };
}
