import { type DeliveryRow, type Refusal, refuse } from './facts';

/** Refuses whoever does not hold the current token, and whoever comes after the end. */
export function tokenRefusal(row: DeliveryRow, token: number): Refusal | null {
	if (row.state === 'committed') return refuse('already-committed', 'The delivery was committed before.');
	if (row.token === 0) return refuse('not-claimed', 'The delivery was never claimed.');
	if (token !== row.token) {
		return refuse('lease-lost', 'The lease ran out and the delivery was claimed again by another run.');
	}
	if (row.state === 'missed') return refuse('missed', `The delivery is missed: ${row.reason ?? ''}`);
	if (row.state === 'held') return refuse('held', `The delivery is held: ${row.reason ?? ''}`);
	if (row.state === 'due') {
		return refuse('lease-lost', 'The claim was given back or its lease ran out; claim the delivery again.');
	}
	return null;
}
