import { z } from 'zod';
import { differencesOf, type Fingerprint } from '../audit/fingerprint';
import type { Instant } from '../delivery/types';

const fingerprint = z.object({ hash: z.string(), nodes: z.record(z.string()), settings: z.string() });

const version = z.object({
	/** The release that let it through; `null` where it ran before there was one. */
	release: z.string().nullable(),
	/** Id of the spine's workflow. */
	workflow: z.string(),
	/** The version that was published, as n8n names it. */
	version: z.string().nullable(),
	/** The workflow and those it calls, by id. */
	workflows: z.record(fingerprint),
	/** Since when. */
	at: z.number(),
	by: z.string(),
});

const told = z.object({
	hash: z.string(),
	workflow: z.string(),
	at: z.number(),
	differences: z.array(z.string()),
});

/** What a spine runs with the gate's leave: now, and before the newest release. */
export const releasedSchema = z.object({
	now: version,
	before: version.nullable(),
	/** The ungated change that was told last, so that each is told once; `null` when what runs is what was released. */
	told: told.nullable(),
});

export type ReleasedVersion = Readonly<z.infer<typeof version>>;
export type Released = Readonly<z.infer<typeof releasedSchema>>;

/** After a release a run that began under the version before it is no ungated change for so long, in milliseconds. */
export const CHANGE_OVER = 15 * 60_000;

/** How something that runs or is published stands to what was released. */
export type Standing =
	| { readonly status: 'as-released' }
	/** The version before the newest release, a moment after it: n8n has not changed over, or a run began before. */
	| { readonly status: 'changing-over' }
	| { readonly status: 'ungated'; readonly hash: string; readonly differences: readonly string[] };

/**
 * Compares one workflow that runs, or is published, with what was released for the spine. A workflow that was not
 * released at all differs as a whole.
 */
export function standingOf(
	{ now: released, before }: Pick<Released, 'now' | 'before'>,
	id: string,
	found: Fingerprint,
	now: Instant,
): Standing {
	const wanted = released.workflows[id];
	if (wanted?.hash === found.hash) return { status: 'as-released' };
	const replaced = before?.workflows[id]?.hash === found.hash;
	if (replaced && now - released.at < CHANGE_OVER) return { status: 'changing-over' };
	return {
		status: 'ungated',
		hash: found.hash,
		differences:
			wanted === undefined
				? [`the workflow ${id} was not released for this spine`]
				: [
						...differencesOf(wanted, found),
						...(replaced ? ['it is the version before the newest release'] : []),
					],
	};
}

/** Most differences that a sentence names. */
const NAMED = 5;

/** The differences in one clause. */
export const differencesText = (differences: readonly string[]): string =>
	differences.length <= NAMED
		? differences.join('; ')
		: `${differences.slice(0, NAMED).join('; ')}; and ${differences.length - NAMED} more`;
