import type { Instant } from '../delivery/types';
import { sum } from './findings/finding';
import type { SlotCounts } from './observation';

/** Slots of one time in the life of a release, oldest first, and what came of them together. */
export interface Phase {
	readonly name: 'before' | 'with' | 'after';
	readonly slots: readonly SlotCounts[];
	/** Deliveries that were owed: registered and not held. */
	readonly owed: number;
	readonly sent: number;
	/** Of the sent ones, within the window of their slot. */
	readonly onTime: number;
	readonly failed: number;
	readonly inDoubt: number;
	readonly held: number;
	/** Of the sent ones: bounced or complained of. */
	readonly unwelcome: number;
}

const phaseOf = (name: Phase['name'], slots: readonly SlotCounts[]): Phase => ({
	name,
	slots,
	owed: sum(slots, ({ registered, held }) => registered - held),
	sent: sum(slots, ({ committed }) => committed),
	onTime: sum(slots, ({ onTime }) => onTime),
	failed: sum(slots, ({ failedForGood, missed }) => failedForGood + missed),
	inDoubt: sum(slots, ({ inDoubt }) => inDoubt),
	held: sum(slots, ({ held }) => held),
	unwelcome: sum(slots, ({ bounced, complained }) => bounced + complained),
});

/**
 * The slots before a release, with it, and after it went back; those without slots are left out. A slot belongs to the release
 * when it was open at all while the release was live.
 *
 * @param shippedAt `null` where it has not shipped: then all are before
 * @param wentBackAt `null` where it did not go back
 */
export function phasesOf(
	slots: readonly SlotCounts[],
	shippedAt: Instant | null,
	wentBackAt: Instant | null,
): readonly Phase[] {
	const nameOf = ({ opensAt, closesAt }: SlotCounts): Phase['name'] =>
		shippedAt === null || closesAt <= shippedAt
			? 'before'
			: wentBackAt !== null && opensAt >= wentBackAt
				? 'after'
				: 'with';
	return (['before', 'with', 'after'] as const)
		.map((name) =>
			phaseOf(
				name,
				slots.filter((slot) => nameOf(slot) === name),
			),
		)
		.filter((phase) => phase.slots.length > 0);
}

/** The slots nearest to the moment a release shipped, and to where it went back: the last before, the first with it. */
export const nearest = ({ name, slots }: Phase, most: number): readonly SlotCounts[] =>
	name === 'before' ? slots.slice(-most) : slots.slice(0, most);
