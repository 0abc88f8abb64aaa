import { sameJson } from '../delivery/canonical';
import { z } from 'zod';
import type { Json, JsonObject } from '../delivery/types';

/** Something a restore leaves as it is, and why. */
export const leftSchema = z.object({
	/** e.g. `settings of spine`, `flag warm-opening`, `workflow 7Qk: timezone`; reports of earlier versions lack it for values. */
	what: z.string().default(''),
	reason: z.string(),
	contactId: z.string().optional(),
	property: z.string().optional(),
	name: z.string().optional(),
	field: z.string().optional(),
});
export type Left = Readonly<z.infer<typeof leftSchema>>;

/** Reason of a workflow that n8n does not publish while its review is open; it was unpublished in place of that. */
export const REVIEW_OPEN = 'review-open';

/** What of the left things is not as before and was not somebody else's doing: the spine stays paused for it. */
export const blockedOf = (left: readonly Left[]): readonly string[] =>
	left
		.filter(({ reason }) => reason === REVIEW_OPEN)
		.map(
			({ what }) =>
				`${what} (its review is open in n8n, which publishes nothing meanwhile; it was unpublished)`,
		);

/** Three-way over the first level of an object; a member that was not there goes away again. */
export function threeWay(
	before: JsonObject,
	written: JsonObject,
	current: JsonObject,
	prefix: string,
): { readonly value: JsonObject; readonly changed: boolean; readonly left: readonly Left[] } {
	const value: Record<string, Json> = { ...current };
	const left: Left[] = [];
	let changed = false;
	for (const key of new Set([...Object.keys(before), ...Object.keys(written)])) {
		if (sameJson(before[key], written[key]) || sameJson(before[key], current[key])) continue;
		if (!sameJson(current[key], written[key])) {
			left.push({ what: `${prefix}${key}`, reason: 'changed-by-someone' });
			continue;
		}
		changed = true;
		const old = before[key];
		if (old === undefined) delete value[key];
		else value[key] = old;
	}
	return { value, changed, left };
}
