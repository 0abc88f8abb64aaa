import type { PropertyVersion } from '../../delivery/contacts';
import { apiSources, sameForm } from './forms';
import type { ValueStep } from './plan';

/** What a history says of a value that was to be put back. */
export type StepVerdict =
	/** Our write is on top of the entry that was seen before. */
	| { readonly status: 'restored' }
	/** Nothing was written since the plan. */
	| { readonly status: 'not-written' }
	/** Somebody wrote between the look and our write: their value lies under ours and must come back. */
	| { readonly status: 'lost-race'; readonly theirs: string; readonly ours: PropertyVersion }
	/** Somebody wrote after us, or instead of us: theirs stands. */
	| { readonly status: 'changed-since' }
	/** The entry that was seen before has left the history: nobody can tell. */
	| { readonly status: 'unknown' };

const sameVersion = (a: PropertyVersion | undefined, b: PropertyVersion): boolean =>
	a?.at === b.at && a.value === b.value;

/**
 * Judges one step by the history read after the write, newest first. Ours has the value of the step and was written
 * through the API.
 */
export function judgeStep(step: ValueStep, history: readonly PropertyVersion[]): StepVerdict {
	const [top, under] = history;
	if (sameVersion(top, step.above)) return { status: 'not-written' };
	if (!top) return { status: 'unknown' };
	const ours = sameForm(step.to, top.value) && apiSources.has(top.sourceType);
	if (!ours) return chaseLost(step, history) ?? { status: 'changed-since' };
	if (sameVersion(under, step.above)) return { status: 'restored' };
	if (!under || !history.some((version) => sameVersion(version, step.above))) return { status: 'unknown' };
	return { status: 'lost-race', theirs: under.value, ours: top };
}

/**
 * A run that died while it wrote a foreign value back left that write on top. It lost a race of its own where a person's
 * newer value lies directly under it: known by our step below, and by the older foreign value it repeats.
 */
function chaseLost(step: ValueStep, history: readonly PropertyVersion[]): StepVerdict | null {
	const [top, under] = history;
	const floor = history.findIndex((version) => sameVersion(version, step.above));
	if (!top || !under || floor < 3 || !apiSources.has(top.sourceType) || apiSources.has(under.sourceType))
		return null;
	const between = history.slice(2, floor);
	const stepped = between.some(
		(version) => apiSources.has(version.sourceType) && sameForm(step.to, version.value),
	);
	const repeats = between.some(
		(version) => !apiSources.has(version.sourceType) && version.value === top.value,
	);
	return stepped && repeats && under.value !== top.value
		? { status: 'lost-race', theirs: under.value, ours: top }
		: null;
}
