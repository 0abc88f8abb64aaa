import { z } from 'zod';
import { digest } from '../delivery/canonical';
import { jsonObject } from '../delivery/json';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { releaseKindSchema, riskClassSchema, type Artifact } from './policy/schema';

/** Largest manifest that is read, in characters of JSON. Workflows are named by hash, so none comes near. */
export const MANIFEST_LIMIT = 1_000_000;

const name = z.string().trim().min(1).max(200);
const text = z.string().trim().max(10_000);
/** An address that a page may lead to; not `javascript:` and the like. */
const address = z
	.string()
	.url()
	.max(2_000)
	.regex(/^https?:\/\//i, 'use an address that begins with https://');
/** A spine or product. An @ would make it look like a version of another one's policy. */
const subjectName = name.regex(/^[^@]*$/, 'use a name without @');
/** A git commit: SHA-1, or SHA-256 in repositories that use it. */
const commit = z
	.string()
	.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'use the whole commit id in lower-case hex');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'use a SHA-256 in lower-case hex');
/** As the audit names a workflow; without `v2:` in the form of earlier versions, which covers less. */
const workflowName = z
	.string()
	.regex(/^(v2:)?[0-9a-f]{64}$/, 'use the hash of the workflow that the audit gives');

export const changeKinds = ['feature', 'improvement', 'fix', 'breaking', 'deprecation', 'internal'] as const;

const changeSchema = z
	.object({
		id: name,
		title: name,
		kind: z.enum(changeKinds),
		/** Surfaces of the policy this change touches, in the author's words; machines may add more. */
		surfaces: z.array(name).min(1),
		author: name,
		/** Where it can be read, e.g. a pull request. */
		reference: address.optional(),
	})
	.strict();

const documentSchema = z
	.object({
		/** Which required document this is, e.g. `runbook`. */
		kind: name,
		path: name.optional(),
		/** Hash of what is at the path; at the link where a machine read it. */
		sha256: sha256.optional(),
		/** Where a person says that it changed. */
		link: address.optional(),
		/** Why it stays as it is; instead of path and hash, or of the link. */
		unchangedBecause: text.min(10).optional(),
	})
	.strict()
	.refine(
		({ path, sha256: hash, link, unchangedBecause }) =>
			[path && hash, link, unchangedBecause].filter(Boolean).length === 1,
		{ message: 'give either path and sha256, or link, or unchangedBecause' },
	);

/** One version of a workflow, by the ids n8n gives them. */
const workflowVersionSchema = z.object({ id: name, version: name }).strict();

/** A contact property that the release makes. */
const definitionSchema = z
	.object({
		name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'use the internal name of a property'),
		label: name,
		groupName: name,
		type: name,
		fieldType: name,
		options: z
			.array(
				z
					.object({
						value: name,
						label: name,
						description: z.string(),
						displayOrder: z.number().int(),
						hidden: z.boolean(),
					})
					.strict(),
			)
			.max(200)
			.optional(),
	})
	.strict();

/** What the release changes besides publishing; Ship does it, and a rollback puts it back. */
const bringsSchema = z
	.object({
		/** Settings of the spine by their names; `null` takes one away. `artifacts.policy` is the hash of all of them then. */
		settings: jsonObject.optional(),
		/** Contact properties that are made. `artifacts.schema` covers them. */
		definitions: z.array(definitionSchema).max(50).optional(),
		/** Flags that are made, off. `artifacts.flags` covers them. */
		flags: z.array(name).max(50).optional(),
	})
	.strict();

const contractSchema = z
	.object({
		/** `table` or `table.column` that the migration takes away. */
		contracts: name,
		/** Id of the earlier release that brought what takes its place, or that stopped using it. */
		expandedBy: name,
		/** `table` or `table.column` in its place; absent when nothing takes its place. */
		replacedBy: name.optional(),
	})
	.strict();

export const manifestSchema = z
	.object({
		id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use lower-case letters, digits, dots, dashes'),
		title: name,
		/** The spine or product that changes. */
		subject: subjectName,
		kind: releaseKindSchema,
		/** Why a hotfix is one; from the policy's purposes. */
		purpose: name.optional(),
		version: name.optional(),
		previousVersion: name.optional(),
		compareUrl: address.optional(),
		requestedBy: name,
		/** Who asked for it before somebody else took it over: nobody of them approves it. */
		askedBefore: z.array(name).max(50).optional(),
		changes: z.array(changeSchema).min(1).max(500),
		/** The author's class; it can only raise what machines and surfaces say. */
		statedClass: riskClassSchema.optional(),
		failureMode: text.optional(),
		recoveryPath: text.optional(),
		rollbackPlan: text.optional(),
		rollbackSteps: z.array(name).max(100).default([]),
		newDependencies: z.array(name).default([]),
		/** Feature flags the release brings. */
		flags: z.array(name).default([]),
		/** What gates the change when no flag does. */
		gatedBy: text.optional(),
		/** Why the cadence moves, when it does. */
		cadenceShiftReason: text.optional(),
		documents: z.array(documentSchema).default([]),
		/** What `artifacts.workflow` is the hash of: what is published, and only that. */
		workflow: z
			.object({
				id: name,
				/** Absent only where the release brings the nodes itself: then what ships is what the hash says. */
				version: name.optional(),
				/** The version that ran when it was compared: only that one is replaced. Absent where nobody compared. */
				replaces: name.optional(),
				/** Versions of workflows it calls that are published with it; of the others what is published counts. */
				with: z
					.array(workflowVersionSchema)
					.max(50)
					.refine((list) => new Set(list.map(({ id }) => id)).size === list.length, {
						message: 'name each workflow once',
					})
					.default([]),
			})
			.strict()
			.optional(),
		/** Absent where it only publishes. */
		brings: bringsSchema.optional(),
		/** Hash of each artifact the release ships; evidence is bound to these. */
		artifacts: z
			.object({ workflow: workflowName, schema: sha256, sql: sha256, policy: sha256, flags: sha256, commit })
			.partial()
			.strict()
			.default({}),
		/** What the migration takes away, and the earlier release that put something else in its place. */
		migrations: z
			.array(contractSchema)
			.max(200)
			.refine((list) => new Set(list.map(({ contracts }) => contracts)).size === list.length, {
				message: 'name each table or column once',
			})
			.optional(),
		/** The release this hotfix's follow-up refers to. */
		follows: name.optional(),
	})
	.strict();

export type Manifest = z.infer<typeof manifestSchema>;
export type Brings = z.infer<typeof bringsSchema>;
export type Change = Manifest['changes'][number];

/**
 * Reads a manifest. Throws `manifest-unreadable` with every problem at once (unknown fields included),
 * or `manifest-too-large`.
 */
export function parseManifest(value: unknown): Manifest {
	const size = sizeOf(value);
	if (size > MANIFEST_LIMIT) throw gateError('manifest-too-large', { size, limit: MANIFEST_LIMIT });
	const result = manifestSchema.safeParse(value);
	if (result.success) return result.data;
	throw gateError('manifest-unreadable', problemsIn(result.error.issues, 'manifest'));
}

/** Characters of a value as JSON; 0 for what is no JSON, which the schema then refuses. */
function sizeOf(value: unknown): number {
	try {
		return (JSON.stringify(value) as string | undefined)?.length ?? 0;
	} catch {
		return 0;
	}
}

/**
 * The hash of each artifact evidence may speak of (SHA-256, hex; of a commit its own id). `release` covers all of them, so
 * that any change reopens what was said of the release as a whole; `manifest` covers the commit, so that tests, reviews
 * and smoke tests of one commit never speak for another. An artifact the release does not ship has no hash.
 */
export function artifactHashes(manifest: Manifest): Readonly<Partial<Record<Artifact, string>>> {
	const { artifacts, documents, ...rest } = manifest;
	const own = {
		...artifacts,
		manifest: digest(artifacts.commit === undefined ? rest : { ...rest, commit: artifacts.commit }),
		documents: digest(documents),
	};
	return { ...own, release: digest(own) };
}
