import type { DeliveryState, FailureClass, Instant } from '../delivery/types';

/** Deliveries of one slot that wait or ended without a send for one reason. */
export interface ReasonCount {
	readonly state: DeliveryState;
	readonly failureClass: FailureClass | null;
	/** As the ledger keeps it: one sentence without contact data. */
	readonly reason: string | null;
	readonly count: number;
}

/** One slot as it stands. Everything is counted over the deliveries of that slot alone. */
export interface SlotSight {
	readonly slot: string;
	readonly opensAt: Instant;
	readonly closesAt: Instant;
	readonly states: Readonly<Record<DeliveryState, number>>;
	/** Of the sending ones: those whose lease is over, so that nobody knows how they ended. */
	readonly lapsed: number;
	/** Of the failed ones: those that may be tried again. */
	readonly retryable: number;
	/** How often deliveries of the slot were claimed. */
	readonly claims: number;
	readonly lastSentAt: Instant | null;
	/** Why deliveries are held, failed, missed or in doubt; the most frequent first, at most {@link mostReasons}. */
	readonly reasons: readonly ReasonCount[];
	/** Sends in each of the last {@link minutesBack} minutes, the current one last; empty for slots that are over. */
	readonly perMinute: readonly number[];
}

/** Most reasons counted of one slot. */
export const mostReasons = 20;

/** Minutes that {@link SlotSight.perMinute} looks back on. */
export const minutesBack = 30;

/** All deliveries registered in the slot. */
export const registeredIn = ({ states }: Pick<SlotSight, 'states'>): number =>
	Object.values(states).reduce((all, count) => all + count, 0);

/** Deliveries of the slot nobody knows the end of: those that were moved in doubt, and sends whose lease is over. */
export const inDoubtIn = ({ states, lapsed }: Pick<SlotSight, 'states' | 'lapsed'>): number =>
	states['in-doubt'] + lapsed;

/** Deliveries that still wait: due, claimed, under way, or failed with a replay left. */
export const openIn = ({ states, lapsed, retryable }: SlotSight): number =>
	states.due + states.claimed + states.sending - lapsed + retryable;
