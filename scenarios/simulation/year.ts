import { type ParsedCadence, parseCadence, slotByIndex } from '../../core/delivery/cadence';
import { presetPolicy } from '../../core/release/policy/override';
import { settle } from '../../core/stability/hysteresis';
import type { IntervalCounts, Observation, SlotCounts } from '../../core/stability/observation';
import { judge, type Verdict, type VerdictKind } from '../../core/stability/verdict';
import { seeded } from '../../testbed/standins/shared/random';

const HOUR = 3_600_000;

/** What goes wrong in one slot of a year; rates are shares of the sends. */
export interface Disturbance {
	readonly fail?: number;
	readonly bounce?: number;
	/** Whether the control arm suffers as well. */
	readonly both?: boolean;
	/** Share of the deliveries that miss their window. */
	readonly missed?: number;
	/** Share that is sent twice, past the ledger. */
	readonly twice?: number;
	/** Deliveries registered, times the usual. */
	readonly wave?: number;
	/** How far the monitor's clock runs ahead of the sources it reads, in milliseconds (negative: behind). */
	readonly skewMs?: number;
}

/** A spine over a year. */
export interface YearPlan {
	readonly seed: number;
	readonly recipients: number;
	/** Slot in which the release that is watched ships, and how many slots it is watched at most. */
	readonly shipsIn: number;
	readonly slots: number;
	readonly control: boolean;
	readonly timeZone: string;
	readonly disturb: (slotsSinceShipped: number) => Disturbance;
	/** Sends between two looks while a slot is served. */
	readonly step: number;
}

/** Naive rules on the same data: an error share over 5 % at any look, as dashboards have it. */
export type Naive = 'at once' | 'from 20 sends on';

export interface YearResult {
	readonly verdict: VerdictKind;
	/** Findings that rolled back. */
	readonly grounds: readonly string[];
	/** Sends of the release's arm since the disturbance began, and slots, until it was rolled back; `null` if it was not. */
	readonly sends: number | null;
	readonly slotsUntil: number | null;
	readonly naive: Readonly<Record<Naive, { readonly sends: number; readonly slots: number } | null>>;
	readonly looks: number;
}

/** Rates of a healthy spine. */
export const usual = { fail: 0.003, bounce: 0.008 } as const;

const policy = presetPolicy('quiet-content-delivery');

interface Arm {
	registered: number;
	committed: number;
	missed: number;
	failed: number;
	bounced: number;
	twice: number;
}

const empty = (): Arm => ({ registered: 0, committed: 0, missed: 0, failed: 0, bounced: 0, twice: 0 });

function deliver(
	arm: Arm,
	rates: Required<Pick<Disturbance, 'fail' | 'bounce' | 'missed' | 'twice'>>,
	random: () => number,
): void {
	if (random() < rates.missed) arm.missed += 1;
	else if (random() < rates.fail) arm.failed += 1;
	else {
		arm.committed += 1;
		if (random() < rates.bounce) arm.bounced += 1;
		if (random() < rates.twice) arm.twice += 1;
	}
}

const countsOf = (cadence: ParsedCadence, index: number, arm: Arm, closed: boolean): SlotCounts => {
	const { id, opensAt, closesAt } = slotByIndex(cadence, index);
	return {
		slot: id,
		index,
		opensAt,
		closesAt,
		registered: arm.registered,
		committed: arm.committed,
		onTime: arm.committed,
		// Only the end of the window makes a late delivery a missed one.
		missed: closed ? arm.missed : 0,
		held: 0,
		inDoubt: 0,
		open: closed ? 0 : arm.registered - arm.committed - arm.failed,
		failedForGood: arm.failed,
		failures: {},
		recovered: 0,
		bounced: arm.bounced,
		complained: 0,
	};
};

/** Intervals between the sends of two neighbouring slots, by the cadence's own openings: DST makes them 47 or 49 hours. */
function intervalsOf(cadence: ParsedCadence, from: number, to: number, recipients: number): IntervalCounts {
	const counts = { compared: 0, compressed: 0, stretched: 0, shifted: 0 };
	for (let index = from; index <= to; index += 1) {
		const [earlier, later] = [slotByIndex(cadence, index - 1), slotByIndex(cadence, index)];
		const interval = later.opensAt - earlier.opensAt;
		counts.compared += recipients;
		if (interval < cadence.minimumGapMs) counts.compressed += recipients;
		if (interval > later.closesAt - earlier.opensAt) counts.stretched += recipients;
	}
	return counts;
}

/** Plays the watch over one release, look by look, until a verdict ends it. Pure: the seed decides everything. */
export function playWatch(plan: YearPlan): YearResult {
	const { shipsIn, slots, recipients, control, disturb } = plan;
	const random = seeded(plan.seed);
	const cadence = parseCadence({
		every: 'P2D',
		anchor: '2026-01-01T09:00',
		timeZone: plan.timeZone,
		window: 'P1D',
	});
	const shippedAt = slotByIndex(cadence, shipsIn).opensAt - HOUR;
	const served: SlotCounts[] = [];
	const controlled: SlotCounts[] = [];
	const naive: Record<Naive, { sends: number; slots: number } | null> = {
		'at once': null,
		'from 20 sends on': null,
	};
	let before: Verdict | null = null;
	let sends = 0;
	let duplicates = 0;
	let looks = 0;

	let intervals: IntervalCounts = { compared: 0, compressed: 0, stretched: 0, shifted: 0 };

	const look = (
		now: number,
		current: SlotCounts,
		other: SlotCounts | null,
		since: number,
		skewMs: number,
	): Verdict => {
		looks += 1;
		const all = [...served, current];
		const observation: Observation = {
			now: now + skewMs,
			release: 'simulated',
			shippedAt,
			slots: all,
			control: other ? [...controlled, other] : [],
			before: { committed: 3000, bounced: Math.round(3000 * usual.bounce) },
			intervals,
			timing: null,
			provider: { messages: sends, duplicates, unclaimed: 0 },
			neverRegistered: 0,
			emptySlots: 0,
			outboxOldestMs: null,
			chain: 'intact',
			cadenceShiftExplained: false,
			hardBounces: 0,
			metrics: [],
			reports: {},
			brokenFeatures: [],
			cameUnclaimed: 0,
			sources: [{ name: 'ledger', readable: true, at: now }],
		};
		const bad = all.reduce((total, slot) => total + slot.failedForGood + slot.bounced, 0);
		const total = all.reduce((sum, slot) => sum + slot.committed + slot.failedForGood, 0);
		for (const [rule, least] of [
			['at once', 1],
			['from 20 sends on', 20],
		] as const)
			if (naive[rule] === null && total >= least && bad / total > 0.05) naive[rule] = { sends, slots: since };
		before = settle(policy, before, judge(policy, observation));
		return before;
	};

	const end = (verdict: Verdict, since: number): YearResult => ({
		verdict: verdict.verdict,
		grounds: verdict.findings.filter(({ effect }) => effect === 'rolls-back').map(({ id }) => id),
		sends: verdict.verdict === 'roll-back' ? sends : null,
		slotsUntil: verdict.verdict === 'roll-back' ? since : null,
		naive,
		looks,
	});

	for (let since = 0; since < slots; since += 1) {
		const index = shipsIn + since;
		const { closesAt, opensAt } = slotByIndex(cadence, index);
		const {
			fail = usual.fail,
			bounce = usual.bounce,
			missed = 0,
			twice = 0,
			both = false,
			wave = 1,
			skewMs = 0,
		} = disturb(since);
		const rates = { fail, bounce, missed, twice };
		intervals = intervalsOf(cadence, shipsIn, index, recipients);
		const size = Math.round(recipients * wave);
		const [arm, other] = [empty(), empty()];
		arm.registered = size;
		other.registered = control ? size : 0;
		for (let sent = 0; sent < size; sent += 1) {
			// An incident is one: of a share of late deliveries at least one is late.
			if (missed > 0 && arm.missed === 0 && sent === size - 1) arm.missed += 1;
			else deliver(arm, rates, random);
			if (control)
				deliver(
					other,
					both ? rates : { fail: usual.fail, bounce: usual.bounce, missed: 0, twice: 0 },
					random,
				);
			sends += 1;
			duplicates += arm.twice;
			arm.twice = 0;
			if ((sent + 1) % plan.step !== 0) continue;
			const at = opensAt + HOUR + sent;
			const verdict = look(
				at,
				countsOf(cadence, index, arm, false),
				control ? countsOf(cadence, index, other, false) : null,
				since,
				skewMs,
			);
			if (verdict.verdict === 'roll-back') return end(verdict, since);
		}
		const closed = countsOf(cadence, index, arm, true);
		const closedOther = control ? countsOf(cadence, index, other, true) : null;
		const verdict = look(closesAt + HOUR, closed, closedOther, since, skewMs);
		if (verdict.verdict !== 'watching') return end(verdict, since);
		served.push(closed);
		if (closedOther) controlled.push(closedOther);
	}
	return end(before as unknown as Verdict, slots);
}
