import { z } from 'zod';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { bucketOf } from './bucket';

const name = z
	.string()
	.regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be 1 to 100 of a-z, 0-9, dot, dash, underscore');

/** One condition on a subject's attribute. A missing attribute never matches, `not-in` included. */
const conditionSchema = z
	.object({
		attribute: z.string().min(1).max(100),
		operator: z.enum(['in', 'not-in']),
		values: z.array(z.string()).min(1).max(1000),
	})
	.strict();

/** A flag: state, percentage, team, targeting and kill switch. New flags are off. Unknown fields are problems. */
export const flagSchema = z
	.object({
		key: name,
		state: z.enum(['off', 'team', 'percentage', 'everyone']).default('off'),
		/** Percent of subjects in state `percentage`, 0 to 100. The team is always in. */
		percentage: z.number().min(0).max(100).default(0),
		/** Ids that are in from state `team` on. */
		team: z.array(z.string().min(1)).default([]),
		/** All conditions must hold, in states `percentage` and `everyone`. The team is not asked. */
		targeting: z.array(conditionSchema).default([]),
		/** Off for everyone at once, whatever the state. */
		killed: z.boolean().default(false),
		/** The release under whose leave it was last turned up. */
		release: z.string().min(1).nullable().default(null),
	})
	.strict();

/** A flag as stored. */
export type Flag = Readonly<z.output<typeof flagSchema>>;

/** Whom a flag is evaluated for. Only attributes that are named in the targeting are looked at. */
export interface FlagSubject {
	readonly id: string;
	readonly attributes?: Readonly<Record<string, string | number | boolean | null | undefined>>;
}

export type FlagReason =
	| 'unknown-flag'
	| 'invalid-flag'
	| 'no-subject'
	| 'killed'
	| 'state-off'
	| 'team'
	| 'not-in-team'
	| 'not-targeted'
	| 'in-percentage'
	| 'outside-percentage'
	| 'everyone';

export interface FlagDecision {
	readonly on: boolean;
	readonly reason: FlagReason;
	/** 1 to 100; `null` when nothing could be computed. */
	readonly bucket: number | null;
}

/** A flag from outside, defaults filled in. @throws `flag-invalid`, naming every problem at once */
export function parseFlag(value: unknown): Flag {
	const result = flagSchema.safeParse(value);
	if (result.success) return result.data;
	throw gateError('flag-invalid', problemsIn(result.error.issues, 'flag'));
}

/**
 * Whether a flag is on for a subject. Never throws, and off is the answer to everything unclear: no flag, an invalid
 * one, a subject without id. Sticky: depends on flag key and subject id only. Monotone: off, team, percentage and
 * everyone, and a growing percentage, never turn anyone off (targeting unchanged).
 *
 * @param flag as stored or as found; `null` or `undefined` if there is none of that name
 */
export function evaluateFlag(flag: unknown, subject: FlagSubject): FlagDecision {
	if (flag === null || flag === undefined) return { on: false, reason: 'unknown-flag', bucket: null };
	const result = flagSchema.safeParse(flag);
	if (!result.success) return { on: false, reason: 'invalid-flag', bucket: null };
	const id: unknown = subject.id;
	if (typeof id !== 'string' || id === '') return { on: false, reason: 'no-subject', bucket: null };

	const { key, state, percentage, team, targeting, killed } = result.data;
	const bucket = bucketOf(key, id);
	const off = (reason: FlagReason): FlagDecision => ({ on: false, reason, bucket });
	const on = (reason: FlagReason): FlagDecision => ({ on: true, reason, bucket });

	if (killed) return off('killed');
	if (state === 'off') return off('state-off');
	if (team.includes(id)) return on('team');
	if (state === 'team') return off('not-in-team');
	if (!targeting.every((condition) => matches(condition, subject))) return off('not-targeted');
	if (state === 'everyone') return on('everyone');
	return bucket <= percentage ? on('in-percentage') : off('outside-percentage');
}

function matches(condition: z.output<typeof conditionSchema>, subject: FlagSubject): boolean {
	const attributes = subject.attributes ?? {};
	const value = Object.hasOwn(attributes, condition.attribute) ? attributes[condition.attribute] : undefined;
	if (value === undefined || value === null) return false;
	return condition.values.includes(String(value)) === (condition.operator === 'in');
}
