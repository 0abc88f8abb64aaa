import { sameJson } from '../delivery/canonical';
import { z } from 'zod';
import { parseSpineSettings, spineSettingsSchema } from '../delivery/spine';
import type { SpineSettings } from '../delivery/spine-settings';
import { objectRows, type DiffRow } from './diff';
import { threeWay, type Left } from './left';
import { plain } from '../delivery/json';
import { bodiesOf, storedRows, storedSchema, type Stored } from './stored';

/** The spine as configured and the policies it is released under. Earlier versions kept the flags here as well. */
export const heldSettings = z
	.object({
		documents: z.array(storedSchema),
		spine: z.object({ settings: spineSettingsSchema, version: z.number(), paused: z.boolean() }).nullable(),
	})
	.transform(({ documents, spine }) => ({
		documents: documents.filter(({ kind }) => kind === 'policy'),
		spine,
	}));
export type HeldSettings = z.infer<typeof heldSettings>;

/** The settings a release writes; journals of earlier versions hold one object, or `null`. */
export const settingsEntry = z.object({
	before: spineSettingsSchema,
	written: spineSettingsSchema,
	done: z.boolean(),
});
export type SettingsEntry = Readonly<z.infer<typeof settingsEntry>>;

/** Policies, and the settings that differ. */
export function settingsRows(before: HeldSettings, after: HeldSettings): readonly DiffRow[] {
	const [old, now] = [before.spine?.settings, after.spine?.settings];
	const spine = old && now ? objectRows('spine', old.spine, plain(old), plain(now)) : [];
	return [...spine, ...storedRows('policy', before.documents, after.documents)];
}

/** Policies that differ from the captured ones: no release changes one, and every version stays in the ledger. */
function policiesLeft(before: readonly Stored[], after: readonly Stored[]): readonly Left[] {
	// Earlier versions are stored as `subject@version`; only the one in force counts.
	const inForce = (documents: readonly Stored[]) => bodiesOf(documents.filter(({ id }) => !id.includes('@')));
	const [old, now] = [inForce(before), inForce(after)];
	return [...new Set([...old.keys(), ...now.keys()])]
		.filter((id) => !sameJson(old.get(id), now.get(id)))
		.sort()
		.map((id) => ({ what: `policy ${id}`, reason: 'not-part-of-a-release' }));
}

/** Per setting: what the release wrote and nobody changed since goes back to what was there before. */
export function planSettings(
	entries: readonly SettingsEntry[],
	captured: HeldSettings,
	current: HeldSettings,
): { readonly steps: readonly SpineSettings[]; readonly left: readonly Left[] } {
	const now = current.spine?.settings;
	const merged = entries.flatMap(({ before, written }) =>
		now ? [threeWay(plain(before), plain(written), plain(now), 'spine.')] : [],
	);
	return {
		steps: merged.flatMap(({ changed, value }) => (changed ? [parseSpineSettings(value)] : [])),
		left: [...merged.flatMap(({ left }) => left), ...policiesLeft(captured.documents, current.documents)],
	};
}
