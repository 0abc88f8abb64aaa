import { estimateOf, type Estimate } from '../../core/snapshot/estimate';
import { kinds } from './kinds';
import type { Capturable } from './kinds/kind';

/** What a capture costs before it begins, at `callsPer10Seconds`: every kind says its part. */
export const estimateCapture = (planned: Capturable, callsPer10Seconds: number): Estimate =>
	estimateOf(
		kinds.map((kind) => kind.cost(planned)),
		planned.contacts,
		callsPer10Seconds,
	);
