import { z } from 'zod';
import { accountSchema } from './people';
import { artifacts, machines } from './policy/schema';

/** A person in a role: signed in with an account, or typed by a workflow. */
export const personSchema = z
	.object({
		/** The name to show. */
		person: z.string().trim().min(1).max(200),
		role: z.string().min(1).max(64),
		account: accountSchema.optional(),
		typedBy: z.string().min(1).max(200).optional(),
	})
	.strict();

/** One recorded answer to one check. Never edited; a newer one stands beside it. */
export const evidenceSchema = z
	.object({
		check: z.string().min(1).max(64),
		status: z.enum(['pass', 'fail', 'unknown']),
		/** Which machine or which person in which role answered. */
		by: z.union([z.object({ machine: z.enum(machines) }).strict(), personSchema]),
		/** Epoch milliseconds. */
		at: z.number().int().nonnegative(),
		artifact: z.enum(artifacts),
		/** Hash of the artifact the answer speaks of; of a workflow in the form the manifest names it, of a commit its id. */
		hash: z.string().regex(/^(?:(?:v2:)?[0-9a-f]{64}|[0-9a-f]{40})$/),
		/** On what grounds, in one sentence. */
		grounds: z.string().min(1).max(1000),
		/** The earlier release for which a person said the same, where a click renewed it. */
		repeats: z.string().min(1).max(200).optional(),
		/** The commit a machine looked at, where the release ships one. */
		commit: z.string().min(1).max(64).optional(),
	})
	.strict();

export type Evidence = z.infer<typeof evidenceSchema>;

/** One person's word for a release, bound to the hash it was given on. `withdrawn` takes back what the same giver said. */
export const approvalSchema = personSchema
	.extend({
		at: z.number().int().nonnegative(),
		hash: z.string().regex(/^[0-9a-f]{64}$/),
		verdict: z.enum(['approved', 'rejected', 'withdrawn']),
		note: z.string().max(1000).optional(),
		/** The release it was said of, where that is another one whose place this one takes; stored words have none. */
		of: z.string().max(200).optional(),
	})
	.strict();

export type Approval = z.infer<typeof approvalSchema>;
