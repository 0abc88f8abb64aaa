import { z } from 'zod';
import { readWindow } from '../windows';

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'use lower-case letters, digits, dots and dashes');
/** An ISO 8601 duration without months and years. */
export const duration = z
	.string()
	.regex(
		/^P(?=.)(\d+W|(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)$/,
		'use an ISO 8601 duration such as PT2H or P1D',
	);
const share = z.number().min(0).max(1);

/** Line of the source document a rule comes from, 1-based; `docs/reference/doctrines/<policy>.md`. */
const sourceLine = z.number().int().positive();

/** Risk classes, lowest first. */
export const riskClasses = ['safe', 'controlled', 'critical'] as const;
export const riskClassSchema = z.enum(riskClasses);

/** Kinds of release. */
export const releaseKinds = ['regular', 'hotfix', 'major'] as const;
export const releaseKindSchema = z.enum(releaseKinds);

/** What a piece of evidence speaks of; when the hash of that artifact changes, the check reopens. */
export const artifacts = [
	'manifest',
	'workflow',
	'schema',
	'sql',
	'policy',
	'documents',
	'flags',
	'commit',
	'release',
] as const;

/** Machines that can answer a check. */
export const machines = [
	'manifest',
	'workflow-audit',
	'schema-diff',
	'sql-lint',
	'expand-contract',
	'settings-diff',
	'flags',
	'dry-run',
	'drill',
	'ledger',
	'monitor',
	'documents',
	'smoke-tests',
	'source-control',
	'ci',
	'publication',
	'announcements',
] as const;

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

/**
 * A recurring stretch of time: RFC 5545 rule, local start, duration and IANA zone; or the text of a calendar. What
 * cannot be evaluated exactly is a problem, with the part named.
 */
export const windowSchema = z
	.object({
		name: z.string().min(1).max(80),
		start: z
			.string()
			.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'use local time such as 2026-01-02T14:00')
			.optional(),
		/** One rule, or lines of RRULE, RDATE and EXDATE; empty: once. */
		rule: z.string().max(5000).default(''),
		duration: duration.optional(),
		timeZone: z.string().min(1).max(60),
		/** iCalendar text with VEVENTs, instead of start, rule and duration. */
		calendar: z.string().min(1).max(100_000).optional(),
		/** Whether a release under way may go on when the window closes, or when the freeze begins. */
		overrun: z.boolean().optional(),
		line: sourceLine.optional(),
	})
	.strict()
	.superRefine((window, context) => {
		try {
			readWindow(window);
		} catch (cause) {
			context.addIssue({ code: 'custom', message: cause instanceof Error ? cause.message : 'unreadable' });
		}
	});

/** The longest a window may be overridden, in days: what lasts longer is another window. */
const OVERRIDE_DAYS = 31;

/** A person's word, for a while, that a window permits releases or does not. */
export const windowOverrideSchema = z
	.object({
		/** Name of the window or freeze. */
		window: z.string().min(1).max(80),
		permits: z.boolean(),
		from: z.string().datetime({ offset: true }),
		until: z.string().datetime({ offset: true }),
		reason: z.string().min(5).max(300),
		/** The account that sets the policy; filled in when it is set. */
		by: z.string().min(1).max(200).optional(),
	})
	.strict()
	.refine(
		({ from, until }) => {
			const length = Date.parse(until) - Date.parse(from);
			return length > 0 && length <= OVERRIDE_DAYS * 86_400_000;
		},
		{ message: `an override ends after it begins, within ${OVERRIDE_DAYS} days`, path: ['until'] },
	);

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
		windows: z
			.object({
				allow: z.array(windowSchema),
				deny: z.array(windowSchema),
				/** Least time that must remain before the next slot opens: deploy + rollback + recovery. */
				recoveryBeforeNextSlot: duration.optional(),
				/** Hold when more deliveries than this are due within `recoveryBeforeNextSlot`. */
				maxDueAhead: z.number().int().min(0).optional(),
				/** What people said of single windows, for a while; the later entry has the last word. */
				overrides: z.array(windowOverrideSchema).max(100).optional(),
			})
			.strict()
			.refine(
				({ allow, deny, overrides = [] }) =>
					overrides.every(({ window }) => [...allow, ...deny].some(({ name }) => name === window)),
				{ message: 'name a window or freeze of the policy', path: ['overrides'] },
			),
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
	readonly strictness?: 'observe' | 'standard' | 'doctrine';
};
export type Check = z.infer<typeof checkSchema>;
export type ApprovalRule = z.infer<typeof approvalRuleSchema>;
export type ReleaseWindow = z.infer<typeof windowSchema>;
export type Threshold = z.infer<typeof thresholdSchema>;
export type ServiceLevel = z.infer<typeof serviceLevelSchema>;
export type RiskClass = (typeof riskClasses)[number];
export type ReleaseKind = (typeof releaseKinds)[number];
export type Artifact = (typeof artifacts)[number];
export type Machine = (typeof machines)[number];
