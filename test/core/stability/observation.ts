import type { IntervalCounts, Observation, SlotCounts } from '../../../core/stability/observation';

const DAY = 86_400_000;

/** When the release of these observations shipped. */
export const SHIPPED = Date.UTC(2026, 10, 1, 10);

export const quietIntervals: IntervalCounts = { compared: 200, compressed: 0, stretched: 0, shifted: 0 };

/** A slot of 100 deliveries in which all went well. `at` counts slots of two days from the one after shipping. */
export function slotOf(at: number, change: Partial<SlotCounts> = {}): SlotCounts {
	const opensAt = SHIPPED + (2 * at + 1) * DAY;
	return {
		slot: new Date(opensAt).toISOString().slice(0, 10),
		index: at,
		opensAt,
		closesAt: opensAt + 2 * DAY,
		registered: 100,
		committed: 100,
		onTime: 100,
		missed: 0,
		held: 0,
		inDoubt: 0,
		open: 0,
		failedForGood: 0,
		failures: {},
		recovered: 0,
		bounced: 0,
		complained: 0,
		...change,
	};
}

/** A quiet look after one full cycle: everything was read, nothing went wrong. */
export function quiet(change: Partial<Observation> = {}): Observation {
	const now = SHIPPED + 3 * DAY + 3_600_000;
	return {
		now,
		release: 'r-1',
		shippedAt: SHIPPED,
		slots: [slotOf(0)],
		control: [],
		before: { committed: 1000, bounced: 10 },
		intervals: quietIntervals,
		timing: {
			sampled: 100,
			medianMs: 600_000,
			p95Ms: 900_000,
			beforeMedianMs: 620_000,
			toleranceMs: DAY / 4,
		},
		provider: { messages: 100, duplicates: 0, unclaimed: 0 },
		neverRegistered: 0,
		emptySlots: 0,
		cameUnclaimed: 0,
		outboxOldestMs: null,
		chain: 'intact',
		cadenceShiftExplained: false,
		hardBounces: 0,
		metrics: [],
		reports: {},
		brokenFeatures: [],
		sources: [{ name: 'ledger', readable: true, at: now }],
		...change,
	};
}
