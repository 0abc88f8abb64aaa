import { z } from 'zod';
import { compareVersions, versionTag, type Version } from '../release/tags';

/** What an attribute of a subject may be. */
export type Attribute = string | number | boolean | null | undefined;

/** Operators over lists of texts, and those over one number, date or version; the names of Unleash in lower case. */
const ofTexts = ['in', 'not-in', 'str-starts-with', 'str-ends-with', 'str-contains'] as const;
const ofOne = [
	...(['num-eq', 'num-gt', 'num-gte', 'num-lt', 'num-lte', 'date-after', 'date-before'] as const),
	...(['semver-eq', 'semver-gt', 'semver-gte', 'semver-lt', 'semver-lte'] as const),
] as const;
type One = (typeof ofOne)[number];

/** A number written out; `null` for anything else, an empty text too. */
const numberOf = (value: string): number | null =>
	value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : null;

const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const dateOf = (value: string): number | null => {
	const at = DATE.test(value)
		? Date.parse(value.includes('T') && !/(Z|[+-]\d\d:?\d\d)$/.test(value) ? `${value}Z` : value)
		: NaN;
	return Number.isNaN(at) ? null : at;
};

const semverOf = (value: string): Version | null => {
	const tag = versionTag({ name: value, commit: null });
	return tag !== null && tag.prefix === '' && !tag.v ? tag.version : null;
};

/** Sign of the comparison of two texts as the operator reads them; `null` where one of them cannot be read. */
function compare(operator: One, a: string, b: string): number | null {
	if (operator.startsWith('semver')) {
		const [left, right] = [semverOf(a), semverOf(b)];
		return left && right ? compareVersions(left, right) : null;
	}
	const read = operator.startsWith('num') ? numberOf : dateOf;
	const [left, right] = [read(a), read(b)];
	return left === null || right === null ? null : left - right;
}

const holds = (operator: One, sign: number): boolean => {
	const [, relation] = operator.split('-');
	if (relation === 'eq') return sign === 0;
	if (relation === 'gt' || relation === 'after') return sign > 0;
	if (relation === 'lt' || relation === 'before') return sign < 0;
	return relation === 'gte' ? sign >= 0 : sign <= 0;
};

const isOne = (operator: string): operator is One => (ofOne as readonly string[]).includes(operator);

/**
 * One condition on a subject's attribute. A missing attribute, or one that cannot be read as the operator needs it,
 * never matches, `not-in` and inverted ones included: who is not known is not let in.
 */
export const conditionSchema = z
	.object({
		attribute: z.string().min(1).max(100),
		operator: z.enum([...ofTexts, ...ofOne]),
		/** Any of them, for texts; exactly one number, date (ISO 8601, UTC without a zone) or version for the others. */
		values: z.array(z.string()).min(1).max(1000),
		/** The condition holds where it would not. */
		inverted: z.boolean().optional(),
		/** Whether texts are compared without regard to case; `in` and `not-in` always look at case, as Unleash does. */
		caseInsensitive: z.boolean().optional(),
	})
	.strict()
	.superRefine(({ operator, values }, context) => {
		if (!isOne(operator)) return;
		const [value = ''] = values;
		if (values.length !== 1 || compare(operator, value, value) === null)
			context.addIssue({
				code: 'custom',
				path: ['values'],
				message: `${operator} takes one value that it can read`,
			});
	});

export type Condition = z.output<typeof conditionSchema>;

/** Whether a condition holds for the attributes of a subject. */
export function matches(condition: Condition, attributes: Readonly<Record<string, Attribute>>): boolean {
	const { attribute, operator, values, inverted = false, caseInsensitive = false } = condition;
	const found = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
	if (found === undefined || found === null) return false;
	const value = String(found);
	if (isOne(operator)) {
		const sign = compare(operator, value, values[0] ?? '');
		return sign !== null && holds(operator, sign) !== inverted;
	}
	const fold = (text: string): string => (caseInsensitive ? text.toLowerCase() : text);
	const looks: Readonly<Record<(typeof ofTexts)[number], () => boolean>> = {
		in: () => values.includes(value),
		'not-in': () => !values.includes(value),
		'str-starts-with': () => values.some((one) => fold(value).startsWith(fold(one))),
		'str-ends-with': () => values.some((one) => fold(value).endsWith(fold(one))),
		'str-contains': () => values.some((one) => fold(value).includes(fold(one))),
	};
	return looks[operator]() !== inverted;
}
