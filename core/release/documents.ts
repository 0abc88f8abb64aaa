import { z } from 'zod';
import type { Fields } from '../delivery/json';
import type { Instant } from '../delivery/types';
import type { ObservedChange } from './classify';
import type { Fill, Migration } from './expand-contract/migration';
import { readCountSchema, type ReadCount } from './expand-contract/reads';
import { manifestSchema, type Manifest } from './manifest';
import { machines, policySchema, type Machine, type Policy, strictnessLevels } from './policy/schema';
import type { Contract } from './sql/finding';
import { stages, type Stage } from './stages';

const stage = z.enum(stages);
const instant = z.number();

const decisionSchema = z.object({
	decision: z.enum(['hold', 'ship']),
	sentence: z.string(),
	releaseHash: z.string(),
	policyVersion: z.number(),
	/** Of the policy it was made under; absent in decisions of earlier versions, which count for nothing any more. */
	policyHash: z.string().optional(),
	/** How much of the policy the spine was held to; absent in decisions of earlier versions, which were held to all of it. */
	strictness: z.enum(strictnessLevels).optional(),
	/** Whether it was held only until another moment; absent in decisions of earlier versions. */
	waitsForMoment: z.boolean().optional(),
	at: instant,
});

/** The gate's last word on a release. */
export type StandingDecision = Readonly<z.infer<typeof decisionSchema>>;

/** A release as stored. */
export interface ReleaseBody {
	readonly manifest: Manifest;
	readonly stage: Stage;
	/** When the manifest became what it is; absent in releases of earlier versions. */
	readonly changedAt?: Instant;
	readonly openedBy: string;
	/** Whose key or account opened it, where that was said: only the same one changes it. */
	readonly owner?: string;
	/** The release that took its place when its draft was given up. */
	readonly supersededBy?: string;
	/** Every stage it went through, oldest first. */
	readonly history: readonly { readonly stage: Stage; readonly at: Instant; readonly by: string }[];
	/** What each machine found to change, by machine; a newer look replaces the older one. */
	readonly observed: Readonly<Partial<Record<Machine, readonly ObservedChange[]>>>;
	readonly decision: StandingDecision | null;
	/** When it began to deploy. */
	readonly shippedAt: Instant | null;
	/** When the written account of a hotfix was given. */
	readonly documentedAt: Instant | null;
	/** What the migration adds and takes away, as the lint read it. */
	readonly migration?: Migration;
	/** The newest counts of what the migration takes away. */
	readonly reads?: readonly ReadCount[];
}

const migrationSchema: z.ZodType<Migration, z.ZodTypeDef, unknown> = z.object({
	hash: z.string(),
	expands: z.array(z.string()),
	fills: z.array(z.object({ column: z.string(), from: z.array(z.string()) } satisfies Fields<Fill>)),
	contracts: z.array(
		z.object({
			name: z.string(),
			how: z.enum(['dropped', 'renamed', 'retyped', 'not-null']),
			of: z.enum(['table', 'column', 'trigger', 'function']),
			line: z.number(),
		} satisfies Fields<Contract>),
	),
} satisfies Fields<Migration>);

/** A document of kind `release`. */
export const releaseSchema: z.ZodType<ReleaseBody, z.ZodTypeDef, unknown> = z.object({
	manifest: manifestSchema,
	stage,
	changedAt: instant.optional(),
	openedBy: z.string(),
	owner: z.string().optional(),
	supersededBy: z.string().optional(),
	history: z.array(z.object({ stage, at: instant, by: z.string() })),
	observed: z.record(
		z.enum(machines),
		z.array(z.object({ surface: z.string(), what: z.string() } satisfies Fields<ObservedChange>)),
	),
	decision: decisionSchema.nullable(),
	shippedAt: instant.nullable(),
	documentedAt: instant.nullable(),
	migration: migrationSchema.optional(),
	reads: z.array(readCountSchema).optional(),
} satisfies Fields<ReleaseBody>);

/** The policy of a spine or product as stored. */
export interface PolicyBody {
	/** The preset it was made from. */
	readonly preset: string;
	readonly version: number;
	readonly policy: Policy;
	readonly setBy: string;
	readonly setAt: Instant;
}

/** A document of kind `policy`. */
export const policyBodySchema: z.ZodType<PolicyBody, z.ZodTypeDef, unknown> = z.object({
	preset: z.string(),
	version: z.number(),
	policy: policySchema,
	setBy: z.string(),
	setAt: instant,
} satisfies Fields<PolicyBody>);
