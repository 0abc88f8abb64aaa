import { wordsOfDuration } from '../../../core/delivery/cadence/words';
import type { SpineRecord, SpineSettings } from '../../../core/delivery/spine-settings';
import { nextSlots } from '../../../core/setup/rhythm';
import { now } from '../../kit/clock';

const instant = (value: number | null): string | null =>
	value === null ? null : new Date(value).toISOString();

/** A spine's record as an item: instants as ISO 8601 text in UTC. */
export function spineJson(record: SpineRecord): Record<string, unknown> {
	return {
		spine: record.settings.spine,
		version: record.version,
		paused: record.paused,
		pauseReason: record.pauseReason,
		pausedAt: instant(record.pausedAt),
		updatedAt: instant(record.updatedAt),
		strictness: record.settings.strictness ?? 'doctrine',
		settings: record.settings,
		...(record.open === undefined ? {} : { open: record.open }),
	};
}

/** How many slots to come a record names. */
const NAMED = 3;

/** The rhythm of a spine in words, and its next slots in the local time of its zone. */
export const rhythmJson = ({ cadence }: SpineSettings): { rhythm: string; nextSlots: readonly string[] } => ({
	rhythm: `every ${wordsOfDuration(cadence.every)}`,
	nextSlots: nextSlots(cadence, now(), NAMED),
});
