import {
	minimumGapMs,
	nextSlot,
	parseCadence,
	slotAt,
	slotsBetween,
	type ParsedCadence,
	type Slot,
} from '../../delivery/cadence';
import { digest } from '../../delivery/canonical';
import type { Instant, Json } from '../../delivery/types';
import type { SpineSettings } from '../../delivery/spine-settings';
import { differingPaths } from './workflow';

/** One setting that differs, and the surface it belongs to. */
export interface SettingChange {
	readonly path: string;
	readonly surface: string;
}

const SURFACES: readonly (readonly [RegExp, string])[] = [
	[/^cadence/, 'cadence'],
	// Who is a test recipient is sent nothing.
	[/^(testRecipients|properties\.(critical|defaults|also))/, 'eligibility'],
	[/^properties/, 'hubspot-schema'],
	[/^templateVersion/, 'email'],
	[/^dryRun/, 'observability'],
];

/** What changes from one version of a spine's settings to another; what is not named above changes how it delivers. */
export function diffSettings(before: SpineSettings, after: SpineSettings): readonly SettingChange[] {
	return differingPaths(before, after).map((path) => ({
		path,
		surface: SURFACES.find(([pattern]) => pattern.test(path))?.[1] ?? 'delivery-logic',
	}));
}

/**
 * Why the new settings bring two sends closer together than the old ones would, one sentence each; empty when they do
 * not. Looked at from `now`: a shorter interval, a smaller minimum gap, and the change-over itself, when the first new
 * slot follows the last old one sooner than the old rhythm would, or when a slot of the new rhythm lies open in between.
 */
export function compressions(before: SpineSettings, after: SpineSettings, now: Instant): readonly string[] {
	const [old, next] = [parseCadence(before.cadence), parseCadence(after.cadence)];
	const found: string[] = [];
	const upcoming = nextSlot(old, now);
	const interval = (slot: { opensAt: Instant; nextOpensAt: Instant }): number =>
		slot.nextOpensAt - slot.opensAt;
	const first = nextSlot(next, now);
	if (interval(first) < interval(upcoming))
		found.push(`The interval shrinks from ${before.cadence.every} to ${after.cadence.every}.`);
	if (minimumGapMs(next) < minimumGapMs(old))
		found.push('The minimum gap between two sends to one recipient shrinks.');
	if (first.opensAt < upcoming.opensAt)
		found.push('The first slot of the new rhythm opens sooner than the next one of the old.');
	// A first slot that opens sooner is said already.
	const between = found.length > 0 ? null : slotBetween(old, next, now);
	if (between !== null && between.nextOpensAt - upcoming.opensAt < interval(upcoming))
		found.push(
			`The slot ${between.id} of the new rhythm is open when recipients are due again, and the one after it opens less than an interval later.`,
		);
	return found;
}

/** Longest that two slots of one id can be apart: local dates of two time zones. */
const SAME_ID_MS = 2 * 86_400_000;

/**
 * The slot of the new rhythm in whose middle recipients are due again, who were served by the old one and wait for its next
 * slot; `null` where it begins then, or where they were served under its id: then they wait for the one after it.
 */
function slotBetween(old: ParsedCadence, next: ParsedCadence, now: Instant): Slot | null {
	const dueAt = nextSlot(old, now).opensAt;
	const open = slotAt(next, dueAt);
	if (open === null || open.opensAt === dueAt) return null;
	const around = slotsBetween(old, open.opensAt - SAME_ID_MS, open.opensAt + SAME_ID_MS);
	const served = [...around].some(({ id, opensAt }) => id === open.id && opensAt <= now);
	return served ? null : open;
}

/** SHA-256 (hex) of a spine's settings: what a manifest names as `artifacts.policy`. */
export const settingsHash = (settings: SpineSettings): string => digest(settings as unknown as Json);
