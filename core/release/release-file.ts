import { z } from 'zod';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { approvalSchema, evidenceSchema } from './evidence';
import { trailSchema } from './expand-contract/report';
import { parseManifest } from './manifest';
import type { GateInput } from './decision';

const instant = z.number().int().nonnegative();
const reading = <T extends z.ZodTypeAny>(value: T) => z.object({ value, at: instant }).strict();

export const factsSchema = z
	.object({
		apiCallsLeft: reading(z.number().min(0).max(1)),
		newContactsLastHour: reading(z.number().int().nonnegative()),
		vendors: z.record(z.string(), reading(z.boolean())),
		nextSlotOpensAt: instant,
		openDeliveries: reading(z.number().int().nonnegative()),
		errorBudget: reading(z.enum(['healthy', 'spent'])),
		lastStabilityCheckAt: instant,
		rollbackInProgress: z.boolean(),
	})
	.partial()
	.strict();

const fileSchema = z
	.object({
		manifest: z.unknown(),
		observed: z.array(z.object({ surface: z.string().min(1), what: z.string().min(1) }).strict()).default([]),
		evidence: z.array(evidenceSchema).default([]),
		approvals: z.array(approvalSchema).default([]),
		debts: z
			.array(
				z
					.object({
						hotfix: z.string().min(1),
						shippedAt: instant,
						documented: z.boolean(),
						followedUpBy: z.string().nullable(),
					})
					.strict(),
			)
			.default([]),
		/** What is known of migrations across releases. */
		migrations: trailSchema.default({}),
		facts: factsSchema.default({}),
		/** Overrides of the policy. */
		policy: z.record(z.string(), z.unknown()).optional(),
	})
	.strict();

export type ReleaseFile = Omit<GateInput, 'policy' | 'policyVersion' | 'now'> & {
	readonly overrides?: Readonly<Record<string, unknown>>;
};

/**
 * Reads what the command line and the gate's node take as one document: manifest, evidence, approvals, observed
 * changes, hotfix debts and readings. Throws `release-file-unreadable` or the manifest's own errors.
 */
export function parseReleaseFile(value: unknown): ReleaseFile {
	const result = fileSchema.safeParse(value);
	if (!result.success) {
		throw gateError('release-file-unreadable', problemsIn(result.error.issues, 'file'));
	}
	const { manifest, policy, migrations, ...rest } = result.data;
	return {
		...rest,
		migrations: { ...migrations, migration: null },
		manifest: parseManifest(manifest),
		...(policy ? { overrides: policy } : {}),
	};
}
