import { z } from 'zod';
import type { Json } from '../delivery/types';
import { leftSchema } from './left';
import { json } from '../delivery/json';

/** Where a part of a snapshot is kept: hash of its content, hash of its stored bytes. */
export const partRef = z.object({ content: z.string(), blob: z.string(), bytes: z.number() });
export type PartRef = Readonly<z.infer<typeof partRef>>;

const scopeSchema = z.object({
	/** Properties captured of each contact. */
	properties: z.array(z.string()),
	/** Whether definitions and groups are captured, archived ones included. */
	definitions: z.boolean(),
	workflows: z.array(z.string()),
	/** Spine whose settings and policy are captured; `null` for none. */
	spine: z.string().nullable(),
});
/** What a snapshot covers. */
export type CaptureScope = Readonly<z.infer<typeof scopeSchema>>;

/** A snapshot as stored (record kind `snapshot`). */
export const snapshotSchema = z.object({
	id: z.string(),
	/** The release it was captured for. */
	release: z.string().nullable(),
	/** The last release of the spine that was in production at the time, and whether it had reached stable. */
	baseline: z.object({ release: z.string(), stable: z.boolean() }).nullable(),
	state: z.enum(['capturing', 'complete']),
	scope: scopeSchema,
	contacts: z.object({
		/** Chunks are numbered from 0; each is a record and a blob. */
		chunks: z.number(),
		found: z.number(),
		/** Merged, archived or missing at capture. */
		gone: z.number(),
		lastId: z.string().nullable(),
		/** Digest over the contents of the chunks so far. */
		root: z.string(),
	}),
	/** By name; `null`: not in the scope. */
	parts: z.record(partRef.nullable()),
	/** Stored bytes so far. */
	bytes: z.number(),
	startedAt: z.number(),
	finishedAt: z.number().nullable(),
	/** What names the content; `null` until complete. */
	hash: z.string().nullable(),
});
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>> & { readonly revision: number };

/** What a release does, written down before it is done (record kind `journal`): a list for each kind of thing but values. */
export const journalSchema = z
	.object({
		release: z.string(),
		snapshot: z.string(),
		/** Hash of the change list. */
		changes: z.string(),
		state: z.enum(['applying', 'applied']),
	})
	.catchall(json)
	.transform(({ release, snapshot, changes, state, ...rest }) => {
		const entries: Readonly<Record<string, Json>> = rest;
		return { release, snapshot, changes, state, entries };
	});
export type Journal = Readonly<z.infer<typeof journalSchema>> & { readonly revision: number };

const valueCounts = z.object({
	restored: z.number(),
	reconciled: z.number(),
	unchanged: z.number(),
	left: z.record(z.number()),
});
export type ValueCounts = Readonly<z.infer<typeof valueCounts>>;

/** What a restore did, by kind of thing, and what it left alone, and why. */
export const reportSchema = z
	.object({
		values: valueCounts.default({ restored: 0, reconciled: 0, unchanged: 0, left: {} }),
		left: z.array(leftSchema),
		/** What was found to differ after all steps; empty when the restore holds. */
		unproven: z.array(z.string()),
	})
	.catchall(z.number());
export type RestoreReport = Readonly<z.infer<typeof reportSchema>>;

/** A restore as stored (record kind `rollback`). */
export const rollbackSchema = z.object({
	id: z.string(),
	release: z.string(),
	snapshot: z.string(),
	state: z.enum(['running', 'done']),
	/** Steps that are done. */
	steps: z.array(z.string()),
	/** Whether somebody else had paused the spine: then it stays paused. */
	wasPaused: z.boolean(),
	report: reportSchema,
	startedAt: z.number(),
	finishedAt: z.number().nullable(),
});
export type Rollback = Readonly<z.infer<typeof rollbackSchema>> & { readonly revision: number };

const certificateSchema = z.object({
	drill: z.string(),
	release: z.string(),
	releaseHash: z.string().nullable(),
	passed: z.boolean(),
	/** One sentence. */
	grounds: z.string(),
	hashes: z.object({ before: z.string(), applied: z.string(), after: z.string() }),
	seconds: z.object({ capture: z.number(), apply: z.number(), restore: z.number() }),
	limitSeconds: z.number(),
	contacts: z.number(),
	report: reportSchema,
	at: z.number(),
	freshUntil: z.number(),
	/** Checks of the policy that were answered with it. */
	checks: z.array(z.string()),
});
/** What a drill proves: this release, by its hash, was applied and taken back, and everything was as before. */
export type Certificate = Readonly<z.infer<typeof certificateSchema>>;

/** What a drill made, by kind of thing, to be taken away again. Earlier versions named properties and one spine. */
const copiesSchema = z
	.record(z.union([z.array(z.string()), z.string(), z.null()]))
	.transform(({ properties, spine, ...rest }) => ({ definitions: properties, settings: spine, ...rest }))
	.transform((copies) =>
		Object.fromEntries(
			Object.entries(copies).map(([kind, made]) => [kind, typeof made === 'string' ? [made] : (made ?? [])]),
		),
	);
export type Copies = Readonly<Record<string, readonly string[]>>;

/** A drill as stored (record kind `drill`). */
export const drillSchema = z.object({
	state: z.enum(['running', 'done']),
	release: z.string(),
	/** The release it plays on the copies. */
	run: z.string(),
	copies: copiesSchema,
	certificate: certificateSchema.nullable(),
});
export type DrillBody = Omit<z.infer<typeof drillSchema>, 'copies'> & { readonly copies: Copies };
