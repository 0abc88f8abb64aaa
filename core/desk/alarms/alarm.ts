import type { Instant } from '../../delivery/types';
import { counted } from '../../stability/findings/finding';
import type { Alarm } from '../model';

/** Something is wrong now. */
export const trouble = (
	id: string,
	spine: string | null,
	sentence: string,
	mend: string,
	since: Instant | null = null,
): Alarm => ({ level: 'trouble', id, spine, sentence, mend, since });

/** It waits for somebody, or may become wrong. */
export const warning = (
	id: string,
	spine: string | null,
	sentence: string,
	mend: string,
	since: Instant | null = null,
): Alarm => ({ ...trouble(id, spine, sentence, mend, since), level: 'warning' });

/** `1 delivery`, `2 deliveries`. */
export const deliveries = (count: number): string => counted(count, 'delivery', 'deliveries');
