import type { Instant, Outcome } from '../types';
import type { DeliveryRow } from './facts';

const gravity: Readonly<Record<Outcome, number>> = { delivered: 1, bounced: 2, complained: 3 };

/** What a provider reported after the send; `null` when the same or a graver outcome stands already. */
export function withOutcome(
	row: DeliveryRow,
	outcome: Outcome,
	at: Instant,
	now: Instant,
): DeliveryRow | null {
	if (row.outcome !== null && gravity[row.outcome] >= gravity[outcome]) return null;
	return { ...row, outcome, outcomeAt: at, updatedAt: now };
}
