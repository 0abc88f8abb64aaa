import type { Instant } from '../../core/delivery/types';

/** The only place where nodes read the time. The core takes instants as arguments. */
export const now = (): Instant => Date.now();
