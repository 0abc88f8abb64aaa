import { ReleaseGateError } from '../../core/errors/error';
import type { Milliseconds } from '../../core/delivery/types';

/**
 * How long to wait before an operation of a port is worth another try; `null` if waiting does not help. Errors of
 * adapters that pass by themselves (throttling, outages) or by a person's hand (a token, a scope) carry
 * `retryAfterMs` in their context.
 */
export function retryAfter(error: unknown): Milliseconds | null {
	if (!(error instanceof ReleaseGateError)) return null;
	const wait = error.context['retryAfterMs'];
	return typeof wait === 'number' ? wait : null;
}
