import { z } from 'zod';
import { gateError } from '../errors';
import { problemsIn } from '../errors/problems';
import { bucketOf, isWithin, variantPlaceOf } from './bucket';
import { conditionSchema, matches, type Attribute } from './conditions';

const name = z
	.string()
	.regex(
		/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
		'must be 1 to 100 of letters, 0-9, dot, dash, underscore, beginning with a letter or figure',
	);

/** One of several things a flag that is on may mean. */
const variantSchema = z
	.object({
		name: z.string().min(1).max(100),
		/** Its share of the subjects for whom the flag is on, beside those of the other variants; 0: overrides only. */
		weight: z.number().int().min(0).max(1000),
		payload: z
			.object({ type: z.enum(['string', 'json', 'csv', 'number']), value: z.string().max(10_000) })
			.strict()
			.optional(),
		/** Subjects with one of these values get it, whatever their place. */
		overrides: z
			.array(
				z
					.object({ attribute: z.string().min(1).max(100), values: z.array(z.string()).min(1).max(1000) })
					.strict(),
			)
			.max(20)
			.optional(),
	})
	.strict();

export type FlagVariant = Readonly<z.output<typeof variantSchema>>;

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
		/** What buckets are counted by, so that several flags reach the same subjects; the key if absent. */
		groupId: z.string().min(1).max(200).optional(),
		/** Attribute that a subject sticks to its bucket and variant by, e.g. `company`; its id if absent. */
		stickiness: z.string().min(1).max(100).optional(),
		variants: z
			.array(variantSchema)
			.max(50)
			.refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'a name is given twice')
			.optional(),
		/** Off for everyone at once, whatever the state. */
		killed: z.boolean().default(false),
		/** The release under whose leave it was last turned up. */
		release: z.string().min(1).nullable().default(null),
	})
	.strict();

/** A flag as stored. */
export type Flag = Readonly<z.output<typeof flagSchema>>;

/** Whom a flag is evaluated for. Only attributes that the flag names are looked at. */
export interface FlagSubject {
	readonly id: string;
	readonly attributes?: Readonly<Record<string, Attribute>>;
}

export type FlagReason =
	| 'unknown-flag'
	| 'invalid-flag'
	| 'no-subject'
	| 'no-stickiness'
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
	/** Which of the flag's variants, where it has some and is on. */
	readonly variant?: FlagVariant;
}

/** A flag from outside, defaults filled in. @throws `flag-invalid`, naming every problem at once */
export function parseFlag(value: unknown): Flag {
	const result = flagSchema.safeParse(value);
	if (result.success) return result.data;
	throw gateError('flag-invalid', problemsIn(result.error.issues, 'flag'));
}

/**
 * Whether a flag is on for a subject. Never throws, and off is the answer to everything unclear: no flag, an invalid
 * one, a subject without id. Sticky: depends on the flag's group and
 * what the subject sticks by only. Monotone: off, team, percentage and
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

	const { state, percentage, team, targeting, killed } = result.data;
	const sticky = stickyOf(result.data, subject);
	const group = groupOf(result.data);
	const bucket = sticky === null ? null : bucketOf(group, sticky);
	const off = (reason: FlagReason): FlagDecision => ({ on: false, reason, bucket });
	const on = (reason: FlagReason): FlagDecision => {
		const variant = variantOf(result.data, subject, sticky);
		return { on: true, reason, bucket, ...(variant ? { variant } : {}) };
	};

	if (killed) return off('killed');
	if (state === 'off') return off('state-off');
	if (team.includes(id)) return on('team');
	if (state === 'team') return off('not-in-team');
	if (!targeting.every((condition) => matches(condition, subject.attributes ?? {})))
		return off('not-targeted');
	if (state === 'everyone') return on('everyone');
	if (sticky === null) return off('no-stickiness');
	return isWithin(group, sticky, percentage) ? on('in-percentage') : off('outside-percentage');
}

/** What the buckets and variants of a flag are counted by. */
export const groupOf = ({ groupId, key }: Flag): string => groupId ?? key;

const attributeOf = ({ attributes = {} }: FlagSubject, name: string): string | null => {
	const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
	return value === undefined || value === null || value === '' ? null : String(value);
};

/** What a subject sticks to its bucket by; `null` where the attribute is missing. */
export const stickyOf = ({ stickiness }: Flag, subject: FlagSubject): string | null =>
	stickiness === undefined || stickiness === 'id' ? subject.id : attributeOf(subject, stickiness);

/**
 * The variant of a subject: that of the first override that names it, else by its place among the weights (Unleash
 * client specification). None where the flag has none, all weigh nothing, or there is nothing to stick to.
 */
function variantOf(flag: Flag, subject: FlagSubject, sticky: string | null): FlagVariant | undefined {
	const { variants = [] } = flag;
	const named = variants.find(({ overrides = [] }) =>
		overrides.some(({ attribute, values }) => {
			const value = attribute === 'id' ? subject.id : attributeOf(subject, attribute);
			return value !== null && values.includes(value);
		}),
	);
	const total = variants.reduce((sum, { weight }) => sum + weight, 0);
	if (named || total === 0 || sticky === null) return named;
	const place = variantPlaceOf(groupOf(flag), sticky, total);
	let reached = 0;
	return variants.find(({ weight }) => (reached += weight) >= place && weight > 0);
}

/** Attributes that evaluating a flag looks at. */
export const attributesOf = ({ targeting, stickiness, variants = [] }: Flag): readonly string[] => [
	...new Set([
		...targeting.map(({ attribute }) => attribute),
		...(stickiness === undefined || stickiness === 'id' ? [] : [stickiness]),
		...variants.flatMap(({ overrides = [] }) => overrides.map(({ attribute }) => attribute)),
	]),
];
