/**
 * The Unleash client specification (github.com/Unleash/client-specification), read from a checkout; nothing of it is kept
 * here. In scope: features with one strategy that our flags can say, asked with a user or a session where it matters who it
 * is. On purpose different: without a subject a flag is off, and an attribute that is missing matches nothing, not even
 * NOT_IN and inverted constraints.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateFlag, flagSchema } from '../../core/rollout';

interface Constraint {
	readonly contextName: string;
	readonly operator: string;
	readonly values?: readonly string[];
	readonly value?: string;
	readonly inverted?: boolean;
	readonly caseInsensitive?: boolean;
}
interface Variant {
	readonly name: string;
	readonly weight: number;
	readonly payload?: { readonly type: string; readonly value: string };
	readonly stickiness?: string;
	readonly overrides?: readonly { readonly contextName: string; readonly values: readonly string[] }[];
}
interface Strategy {
	readonly name: string;
	readonly parameters?: Readonly<Record<string, string>>;
	readonly constraints?: readonly Constraint[];
	readonly segments?: readonly number[];
	readonly variants?: readonly Variant[];
}
interface Feature {
	readonly name: string;
	readonly enabled: boolean;
	readonly strategies?: readonly Strategy[];
	readonly variants?: readonly Variant[];
	readonly dependencies?: readonly unknown[];
}
type Context = Readonly<Record<string, unknown>> & {
	readonly properties?: Readonly<Record<string, unknown>>;
};
interface Case {
	readonly description: string;
	readonly context: Context;
	readonly toggleName: string;
	readonly expectedResult: boolean | { readonly name: string; readonly enabled: boolean };
}

/** A feature as a flag of ours, or why our flags cannot say it. */
type Said = { readonly flag: unknown } | { readonly outside: string };

const attributeName = (name: string | undefined): string | undefined =>
	name === undefined || name === 'default' ? undefined : name === 'userId' ? 'id' : name;

function stateOf({ name, parameters }: Strategy): object | null {
	switch (name) {
		case 'default':
			return { state: 'everyone' };
		case 'flexibleRollout':
			return { state: 'percentage', percentage: Number(parameters?.rollout) };
		case 'gradualRolloutUserId':
			return { state: 'percentage', percentage: Number(parameters?.percentage) };
		default:
			return null;
	}
}

const conditionOf = (constraint: Constraint): object => ({
	attribute: constraint.contextName,
	operator: constraint.operator.toLowerCase().replaceAll('_', '-'),
	values: constraint.values?.length ? constraint.values : [constraint.value ?? ''],
	...(constraint.inverted === undefined ? {} : { inverted: constraint.inverted }),
	...(constraint.caseInsensitive === undefined ? {} : { caseInsensitive: constraint.caseInsensitive }),
});

const variantOf = ({ name, weight, payload, overrides }: Variant): object => ({
	name,
	weight,
	...(payload ? { payload } : {}),
	...(overrides
		? {
				overrides: overrides.map(({ contextName, values }) => ({
					attribute: contextName === 'userId' ? 'id' : contextName,
					values,
				})),
			}
		: {}),
});

function flagOf(feature: Feature): Said {
	const { name, enabled, strategies = [], variants = [] } = feature;
	const [strategy = { name: 'default' }, second] = strategies;
	if (second) return { outside: 'several strategies joined by or' };
	if (strategy.segments?.length) return { outside: 'segments' };
	if (feature.dependencies?.length) return { outside: 'dependencies between flags' };
	const { groupId, stickiness } = strategy.parameters ?? {};
	const chosen = strategy.variants?.length ? strategy.variants : variants;
	const sticks = [...new Set(chosen.map((variant) => variant.stickiness))];
	if (stickiness === 'random') return { outside: 'a choice by chance' };
	if (sticks.length > 1) return { outside: 'variants that stick by different attributes' };
	const state = stateOf(strategy);
	if (state === null) return { outside: `the strategy ${strategy.name}` };
	const stick = attributeName(strategy.name === 'flexibleRollout' ? stickiness : sticks[0]);
	const flag = {
		key: name,
		...(enabled ? state : {}),
		// Variants of a feature count by its name, those of a strategy by its group.
		...(groupId !== undefined && (chosen === strategy.variants || chosen.length === 0) ? { groupId } : {}),
		...(stick === undefined ? {} : { stickiness: stick }),
		targeting: (strategy.constraints ?? []).map(conditionOf),
		...(chosen.length === 0 ? {} : { variants: chosen.map(variantOf) }),
	};
	const read = flagSchema.safeParse(flag);
	if (read.success) return { flag };
	const kinds = new Set((strategy.constraints ?? []).map(({ operator }) => operator));
	if (kinds.has('REGEX')) return { outside: 'regular expressions' };
	if (kinds.has('IN_CIDR')) return { outside: 'network ranges' };
	return {
		outside:
			read.error.issues[0]?.path[0] === 'key'
				? 'a name of other letters'
				: 'an operator or a value that cannot be read: refused here when the flag is defined',
	};
}

/** Whom a case asks for; anybody where the flag does not ask who it is, `null` where it does and nobody is named. */
function idOf(flag: unknown, { userId, sessionId }: Context): string | null {
	const { state, stickiness, variants } = flagSchema.parse(flag);
	if (typeof userId === 'string' && userId !== '') return userId;
	if (stickiness === undefined && typeof sessionId === 'string' && sessionId !== '') return sessionId;
	return state === 'percentage' || variants !== undefined ? null : 'anybody';
}

/** One case of the specification, and what our flags make of it. */
export interface UnleashCase {
	/** File and description. */
	readonly title: string;
	/** Why it is out of scope, in words; absent where it is in scope. */
	readonly outside?: string;
	/** Whether the difference is meant: our flags could say it, and answer otherwise. */
	readonly onPurpose?: boolean;
	/** `on`, `off`, or the name of the variant. */
	readonly expected?: string;
	readonly ours?: string;
}

/** What both sides say of a case that is in scope. */
function answersTo(flag: unknown, id: string, one: Case): Pick<UnleashCase, 'expected' | 'ours'> {
	const { properties, ...rest } = one.context;
	const attributes = { ...rest, ...properties } as Record<string, string>;
	const decision = evaluateFlag(flag, { id, attributes });
	const { expectedResult: expected } = one;
	if (typeof expected === 'boolean')
		return { expected: expected ? 'on' : 'off', ours: decision.on ? 'on' : 'off' };
	return {
		expected: expected.enabled ? `variant ${expected.name}` : 'no variant',
		ours: decision.variant ? `variant ${decision.variant.name}` : 'no variant',
	};
}

function judge(title: string, said: Said | undefined, one: Case): UnleashCase {
	if (!said) return { title, outside: 'features that come as a stream of changes, or none' };
	if ('outside' in said) return { title, outside: said.outside };
	const { targeting } = flagSchema.parse(said.flag);
	const attributes: Readonly<Record<string, unknown>> = { ...one.context, ...one.context.properties };
	if (targeting.some(({ attribute }) => (attributes[attribute] ?? null) === null))
		return { title, outside: 'an attribute is missing: it matches nothing here', onPurpose: true };
	const id = idOf(said.flag, one.context);
	if (id === null) return { title, outside: 'nobody is named: the flag is off here', onPurpose: true };
	return { title, ...answersTo(said.flag, id, one) };
}

/** Every case of a checkout of the specification, in the order of its files. */
export function unleashCases(checkout: string): readonly UnleashCase[] {
	const folder = join(checkout, 'specifications');
	return readdirSync(folder)
		.filter((file) => /^\d/.test(file))
		.sort()
		.flatMap((file) => {
			const spec = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
				state?: { features?: Feature[] };
				tests?: Case[];
				variantTests?: Case[];
			};
			const flags = new Map((spec.state?.features ?? []).map((one) => [one.name, flagOf(one)]));
			return [...(spec.tests ?? []), ...(spec.variantTests ?? [])].map((one) =>
				judge(`${file}: ${one.description}`, flags.get(one.toggleName), one),
			);
		});
}
