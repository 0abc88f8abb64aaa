import { z } from 'zod';
import type { Fields } from '../delivery/json';
import type { Instant } from '../delivery/types';
import type { RateMemory } from './change';
import type { Finding } from './findings/finding';
import type { LevelsReport } from './service-levels';
import type { Verdict } from './verdict';

const instant = z.number();

const tally = z.object({ bad: z.number(), total: z.number() });

const memorySchema = z.object({
	score: z.number(),
	seen: tally,
	spent: z.number().optional(),
	rate: z.number().optional(),
} satisfies Fields<RateMemory>);

const findingSchema = z.object({
	id: z.string(),
	effect: z.enum(['rolls-back', 'keeps-watching', 'fine']),
	sentence: z.string(),
	confirm: z.literal(true).optional(),
	// What an earlier version left in another form counts as none: the rate begins anew.
	memory: memorySchema.optional().catch(undefined),
} satisfies Fields<Finding>);

const verdictSchema = z.object({
	verdict: z.enum(['watching', 'stable', 'roll-back']),
	sentence: z.string(),
	findings: z.array(findingSchema),
	nextLookAt: instant,
	release: z.string(),
	at: instant,
} satisfies Fields<Verdict>);

/** A place in the chain of events and the hash it had there. */
export interface ChainMark {
	readonly position: number;
	readonly hash: string;
}

/** One look, as stored: at a release, or, when none was under watch, at the spine alone. */
export interface Look {
	readonly at: Instant;
	/** `null` when no release was under watch: the look then only says that the watch is alive. */
	readonly verdict: Verdict | null;
	/** What the gate reads: `spent` leaves only hotfixes. */
	readonly errorBudget: LevelsReport['errorBudget'];
	readonly mark: ChainMark | null;
}

/** A document of kind `verdict`. */
export const lookSchema: z.ZodType<Look, z.ZodTypeDef, unknown> = z.object({
	at: instant,
	verdict: verdictSchema.nullable(),
	errorBudget: z.enum(['healthy', 'spent', 'unknown']),
	mark: z.object({ position: z.number(), hash: z.string() } satisfies Fields<ChainMark>).nullable(),
} satisfies Fields<Look>);

/** The order to roll a release back, as stored: the lock that makes it happen once. */
export interface RollbackOrder {
	readonly release: string;
	readonly reason: string;
	readonly by: string;
	readonly startedAt: Instant;
	/** Until then nobody begins it again. */
	readonly leaseUntil: Instant;
	readonly attempts: number;
	readonly finishedAt: Instant | null;
}

/** A document of kind `rollback` that orders one; the restore writes another of this kind. */
export const orderSchema: z.ZodType<RollbackOrder, z.ZodTypeDef, unknown> = z.object({
	release: z.string(),
	reason: z.string(),
	by: z.string(),
	startedAt: instant,
	leaseUntil: instant,
	attempts: z.number(),
	finishedAt: instant.nullable(),
} satisfies Fields<RollbackOrder>);
