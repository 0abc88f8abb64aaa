import { sameJson } from '../delivery/canonical';
import { z } from 'zod';
import type { JsonObject } from '../delivery/types';
import type { Left } from './left';
import { jsonObject } from '../delivery/json';
import { bodiesOf, storedSchema, type Stored } from './stored';

/** Flags as captured. Snapshots of earlier versions hold them beside the policies. */
export const heldFlags = z
	.union([
		z.array(storedSchema),
		z.object({ documents: z.array(storedSchema) }).transform(({ documents }) => documents),
	])
	.transform((documents) => documents.filter(({ kind }) => kind === 'flag'));

/** A flag a release writes: as it was before, and as it becomes. */
export const flagEntry = z.object({
	key: z.string(),
	before: jsonObject.nullable(),
	written: jsonObject,
	done: z.boolean(),
});
export type FlagEntry = Readonly<z.infer<typeof flagEntry>>;

/** A flag that is put back. */
export interface FlagStep {
	readonly key: string;
	readonly body: JsonObject;
}

/**
 * Flags off first: a flag the release brought is switched off and killed, whatever became of it since, for its
 * rollout was the release's own. One that was there before goes back if it is what the release wrote; one that
 * somebody changed since is left.
 */
export function planFlags(
	entries: readonly Pick<FlagEntry, 'key' | 'before' | 'written'>[],
	current: ReadonlyMap<string, JsonObject>,
): { readonly steps: readonly FlagStep[]; readonly left: readonly Left[] } {
	const steps: FlagStep[] = [];
	const left: Left[] = [];
	for (const { key, before, written } of entries) {
		const now = current.get(key);
		if (!now) {
			left.push({ what: `flag ${key}`, reason: 'gone' });
		} else if (before === null) {
			left.push({ what: `flag ${key}`, reason: 'additive' });
			const off = { ...now, state: 'off', percentage: 0, killed: true };
			if (!sameJson(off, now)) steps.push({ key, body: off });
		} else if (sameJson(now, before)) {
			continue;
		} else if (sameJson(now, written)) {
			steps.push({ key, body: before });
		} else left.push({ what: `flag ${key}`, reason: 'changed-by-someone' });
	}
	return { steps, left };
}

/** What of the flags counts when two states are compared: those that were there. */
export function flagState(base: readonly Stored[], now: readonly Stored[]): unknown {
	const bodies = bodiesOf(now);
	return base.map(({ id }) => [id, bodies.get(id) ?? null]);
}
