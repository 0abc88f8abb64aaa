import { z } from 'zod';
import type { PropertyVersion, ReadOutcome } from '../../delivery/contacts';
import type { PropertyDefinition } from '../../delivery/properties';
import { grouped } from '../plain';
import { versionSchema, type CapturedContact, type CapturedValue } from './held';
import { placeOf, type WrittenValue } from './written';

/** HubSpot keeps 45 versions of a contact property (knowledge base, “Export property history”). */
export const HISTORY_LIMIT = 45;

/** Why a value is left as it is. */
export const leaveReason = z.enum([
	'delivery-state',
	'changed-by-someone',
	'not-written-by-release',
	'write-not-proven',
	'merged',
	'archived',
	'unreadable',
	'read-only',
	'option-gone',
	'definition-gone',
	'history-too-short',
	'refused',
	'lost-race',
	'changed-while-restoring',
	'unproven',
]);
export type LeaveReason = z.infer<typeof leaveReason>;

export const valueStep = z.object({
	contactId: z.string(),
	property: z.string(),
	/** What is there now and what the release wrote. */
	from: z.string(),
	/** What goes back; `''` clears the property. */
	to: z.string(),
	/** The newest history entry at planning time: after writing, it must be the one below ours. */
	above: versionSchema,
});
export type ValueStep = Readonly<z.infer<typeof valueStep>>;

export const valueLeft = z.object({ contactId: z.string(), property: z.string(), reason: leaveReason });
export type ValueLeft = Readonly<z.infer<typeof valueLeft>>;

export interface ValuePlan {
	readonly restore: readonly ValueStep[];
	readonly left: readonly ValueLeft[];
	/** Values that are already as captured. */
	readonly unchanged: number;
}

const same = (a: string | null, b: string | null): boolean => (a ?? '') === (b ?? '');

function leaveByDefinition(definition: PropertyDefinition | undefined, to: string): LeaveReason | null {
	if (!definition) return 'definition-gone';
	if (definition.readOnlyValue || definition.calculated) return 'read-only';
	if (definition.type !== 'enumeration' || definition.externalOptions || to === '') return null;
	const options = new Set(definition.options.map((option) => option.value));
	return to.split(';').every((value) => value === '' || options.has(value)) ? null : 'option-gone';
}

type ValueDecision =
	| { readonly restore: string; readonly above: PropertyVersion }
	| { readonly leave: LeaveReason }
	| 'unchanged';

/**
 * Three-way decision for one value: what was captured, what the release wrote, what is there now. What goes back is
 * what would be there without the release: the newest entry under the release's own ones. That is the captured one,
 * or the edit somebody made between the capture and the release's write, which must not be lost either.
 */
function decideValue(
	captured: CapturedValue,
	writes: readonly WrittenValue[],
	current: string | null,
	history: readonly PropertyVersion[],
	definition: PropertyDefinition | undefined,
): ValueDecision {
	if (writes.length === 0)
		return same(captured.value, current) ? 'unchanged' : { leave: 'not-written-by-release' };
	const top = history[0];
	if (!top) return same(captured.value, current) ? 'unchanged' : { leave: 'unreadable' };
	const own = (version: PropertyVersion): boolean =>
		writes.some((write) => write.version?.at === version.at && same(write.version.value, version.value));
	if (!own(top)) {
		if (same(captured.value, current)) return 'unchanged';
		return {
			leave: writes.some((write) => write.version === null) ? 'write-not-proven' : 'changed-by-someone',
		};
	}
	const under = history.find((version) => !own(version));
	if (!under && history.length >= HISTORY_LIMIT) return { leave: 'history-too-short' };
	const to = under?.value ?? (captured.newest === null ? '' : (captured.value ?? ''));
	if (same(to, current)) return 'unchanged';
	const leave = leaveByDefinition(definition, to);
	return leave ? { leave } : { restore: to, above: top };
}

/**
 * Plans the restore of values of one chunk of contacts. A value goes back only if the newest history entry is the
 * very write of the release, on top of the entry that was captured; delivery state never goes back.
 * Everything else is left, with the reason.
 */
export function planValues(
	captured: readonly CapturedContact[],
	written: readonly WrittenValue[],
	now: readonly ReadOutcome[],
	definitions: ReadonlyMap<string, PropertyDefinition>,
	deliveryState: ReadonlySet<string>,
): ValuePlan {
	const writes = grouped(written, placeOf);
	const outcomes = new Map(now.map((outcome) => [outcome.requestedId, outcome]));
	const restore: ValueStep[] = [];
	const left: ValueLeft[] = [];
	let unchanged = 0;
	for (const contact of captured) {
		const outcome = outcomes.get(contact.id);
		for (const [property, value] of Object.entries(contact.values)) {
			const leave = (reason: LeaveReason): void =>
				void left.push({ contactId: contact.id, property, reason });
			const own = writes.get(placeOf({ contactId: contact.id, property })) ?? [];
			if (outcome?.status !== 'found') {
				if (own.length > 0)
					leave(
						outcome?.status === 'merged'
							? 'merged'
							: outcome?.status === 'failed' || !outcome
								? 'unreadable'
								: 'archived',
					);
				else unchanged += 1;
				continue;
			}
			const current = outcome.contact.properties[property] ?? null;
			if (deliveryState.has(property)) {
				if (same(current, value.value)) unchanged += 1;
				else leave('delivery-state');
				continue;
			}
			const decision = decideValue(
				value,
				own,
				current,
				outcome.contact.history?.[property] ?? [],
				definitions.get(property),
			);
			if (decision === 'unchanged') unchanged += 1;
			else if ('leave' in decision) leave(decision.leave);
			else
				restore.push({
					contactId: contact.id,
					property,
					from: current ?? '',
					to: decision.restore,
					above: decision.above,
				});
		}
	}
	return { restore, left, unchanged };
}
