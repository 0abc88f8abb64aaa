import type { SpineRecord } from '../../../core/delivery/spine-settings';

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
