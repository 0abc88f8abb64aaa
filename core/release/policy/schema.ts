import { z } from 'zod';
import { windowsSchema } from './windows-schema';
import {
	artifacts,
	duration,
	id,
	machines,
	releaseKindSchema,
	riskClassSchema,
	share,
	sourceLine,
	type Strictness,
} from './words';

export * from './words';
export type { ReleaseWindow } from './windows-schema';

export const checkSchema = z
	.object({
		id,
		/** Answered yes for the release to ship. */
		question: z.string().min(5).max(200),
		group: z.string().min(1).max(60),
		/** `before` the gate opens; `deploy` while deploying; `after` before the release may be called stable. */
		phase: z.enum(['before', 'deploy', 'after']),
		/** Any of these machines or roles may answer; a machine listed first is asked first. */
		answeredBy: z
			.object({ machines: z.array(z.enum(machines)).default([]), roles: z.array(id).default([]) })
			.strict()
			.refine((by) => by.machines.length + by.roles.length > 0, 'name a machine or a role that may answer'),
		boundTo: z.enum(artifacts),
		freshFor: duration,
		/** Empty means every class, kind or surface. */
		appliesTo: z
			.object({
				classes: z.array(riskClassSchema).default([]),
				kinds: z.array(releaseKindSchema).default([]),
				surfaces: z.array(id).default([]),
			})
			.strict()
			.default({}),
		remedy: z.string().min(5).max(300),
		line: sourceLine.optional(),
	})
	.strict();

export const approvalRuleSchema = z
	.object({
		/** How many different people must approve. 0: nobody has to. */
		count: z.number().int().min(0).max(10),
		/** Approvals count only from these roles. */
		anyOf: z.array(id).default([]),
		/** Each of these roles must be among the approvals. */
		allOf: z.array(id).default([]),
		expiresAfter: duration.default('P7D'),
		line: sourceLine.optional(),
	})
	.strict();

export const thresholdSchema = z
	.object({
		metric: id,
		unit: z.enum(['share', 'milliseconds', 'count']),
		/** At or below this the metric is healthy. */
		healthy: z.number().min(0),
		/** Above this the release is rolled back. */
		rollback: z.number().min(0).optional(),
		line: sourceLine.optional(),
	})
	.strict();

export const serviceLevelSchema = z
	.object({
		id,
		objective: z.string(),
		direction: z.enum(['at-least', 'at-most']),
		target: z.number(),
		breach: z.number().optional(),
		unit: z.enum(['share', 'windows']),
		window: duration,
	})
	.strict();

const kindRulesSchema = z
	.object({
		approval: approvalRuleSchema,
		/** Allowed purposes; empty: any. */
		purposes: z.array(id).default([]),
		/** Checks this kind may leave out. */
		maySkip: z.array(id).default([]),
		/** Time from discovery to production. */
		within: duration.optional(),
		batch: z
			.object({ min: z.number().int().min(1), max: z.number().int().min(1) })
			.strict()
			.optional(),
		/** A follow-up release that is owed, and until when. */
		followUpWithin: duration.optional(),
		/** A written account that is owed after the fact. */
		documentedWithin: duration.optional(),
		ignoresWindows: z.boolean().default(false),
		shipsWithSpentBudget: z.boolean().default(false),
		channels: z.array(id).default([]),
		line: sourceLine.optional(),
	})
	.strict();

/** A policy: everything the gate, the monitor and the rollback go by, as data. */
export const policySchema = z
	.object({
		name: id,
		title: z.string().min(1).max(120),
		principle: z.string().max(200),
		/** The only surfaces a change may name; each with the least class it gets. An unknown one is critical. */
		surfaces: z
			.array(
				z.object({ id, label: z.string(), class: riskClassSchema, line: sourceLine.optional() }).strict(),
			)
			.min(1),
		/** Surfaces that are no release at all when nothing else changes. */
		notReleases: z.array(id),
		unsureClass: riskClassSchema,
		kinds: z.object({ regular: kindRulesSchema, hotfix: kindRulesSchema, major: kindRulesSchema }).strict(),
		approvalsByClass: z
			.object({ safe: approvalRuleSchema, controlled: approvalRuleSchema, critical: approvalRuleSchema })
			.strict(),
		checks: z.array(checkSchema).min(1),
		windows: windowsSchema,
		pressure: z
			.object({
				/** Least share of the API's calls left (burst and daily). */
				minApiCallsLeft: share.optional(),
				/** Most new contacts per hour (onboarding push). */
				maxNewContactsPerHour: z.number().int().min(0).optional(),
				/** Vendors whose status must be operational. */
				vendors: z.array(id).default([]),
				freshFor: duration.default('PT15M'),
			})
			.strict(),
		/**
		 * How long what a migration takes away must have been out of use; `P7D` if the policy does not say. `postgres`: major
		 * version the migrations run on, for what it locks and refuses.
		 */
		migrations: z
			.object({
				unreadFor: duration,
				postgres: z.number().int().min(9).max(99).optional(),
				line: sourceLine.optional(),
			})
			.strict()
			.optional(),
		dryRun: z.object({ classes: z.array(riskClassSchema), freshFor: duration }).strict(),
		drill: z
			.object({ classes: z.array(riskClassSchema), freshFor: duration, maxDuration: duration })
			.strict(),
		rollout: z
			.object({
				steps: z.array(z.object({ to: z.enum(['off', 'team', 'percentage', 'everyone']), share }).strict()),
				defaultOff: z.literal(true),
			})
			.strict(),
		monitoring: z
			.object({
				/** Full delivery cycles (slots) before a release may be stable. */
				fullCycles: z.number().int().min(0),
				/** Watched closely right after the deploy. */
				firstWatch: duration.optional(),
				/** Least and most time of monitoring. */
				atLeast: duration.optional(),
				atMost: duration.optional(),
				/** The check must run at least this often; if not, the gate holds. */
				checkEvery: duration,
				thresholds: z.array(thresholdSchema),
				/** One occurrence of any of these rolls back. */
				singleEvents: z.array(id),
				/** Wald's sequential test on failures per send: the acceptable and the intolerable rate, the two error bounds. */
				sequential: z.object({ p0: share, p1: share, alpha: share, beta: share }).strict(),
				/** Reports of the same thing from this many people roll back. */
				sameReports: z.number().int().min(2).optional(),
			})
			.strict(),
		serviceLevels: z.array(serviceLevelSchema),
		/** How many releases may ship before the first slot closes and the error budget is measured; none if absent. */
		firstReleases: z
			.object({ withoutBudget: z.number().int().min(1).max(10) })
			.strict()
			.optional(),
		rollback: z
			.object({
				automatic: z.boolean(),
				decidedBy: z.array(id),
				within: duration,
				preserveRhythm: z.literal(true),
				compensateWithExtraSends: z.literal(false),
				explainToUsers: z.boolean(),
				/** Channel told about a rollback. */
				channels: z.array(id),
			})
			.strict(),
		announcements: z
			.object({
				toUsers: z.boolean(),
				messages: z.array(
					z
						.object({
							when: z.enum(['deploying', 'deployed', 'rolled-back', 'stable', 'held']),
							channel: id,
							text: z.string().max(300),
							line: sourceLine.optional(),
						})
						.strict(),
				),
			})
			.strict(),
		documents: z.object({ mustUpdate: z.array(id), laggingHolds: z.boolean() }).strict(),
		/** Who is who. Absent: no login is known, and typed words do not count. */
		people: z
			.object({
				/** E-mail of the account behind a login of a vendor, e.g. of GitHub. */
				accounts: z.record(z.string().min(1).max(200), z.string().email()).default({}),
				/** Whether names that a workflow typed count like accounts that signed in. */
				typedCounts: z.boolean().default(false),
				/** One person may release alone, once a release has stood unchanged for this long. Absent: nobody may. */
				alone: z.object({ coolingOff: duration }).strict().optional(),
			})
			.strict()
			.optional(),
		notes: z.object({ audience: z.enum(['internal', 'public']), publishTo: z.string().optional() }).strict(),
	})
	.strict();

/** A policy as it is applied: `strictness` is the spine’s, never the policy’s own; absent means doctrine. */
export type Policy = z.infer<typeof policySchema> & {
	readonly strictness?: Strictness;
};
export type Check = z.infer<typeof checkSchema>;
export type ApprovalRule = z.infer<typeof approvalRuleSchema>;
export type Threshold = z.infer<typeof thresholdSchema>;
export type ServiceLevel = z.infer<typeof serviceLevelSchema>;
