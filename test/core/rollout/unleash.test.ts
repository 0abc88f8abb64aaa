/**
 * The Unleash client specification (github.com/Unleash/client-specification), read from a checkout that
 * `UNLEASH_CLIENT_SPECIFICATION` names; our own vectors stand in `spread.test.ts`. In scope: features with one strategy that
 * our flags can say, asked with a user or a session where it matters who it is. On purpose different: without a subject a flag is off, and an attribute that
 * is missing matches nothing, not even NOT_IN and inverted constraints.
 */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateFlag, flagSchema } from '../../../core/rollout';

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

const folder = process.env.UNLEASH_CLIENT_SPECIFICATION;
const attributeName = (name: string | undefined): string | undefined =>
	name === undefined || name === 'default' ? undefined : name === 'userId' ? 'id' : name;

/** The feature as a flag of ours; `null` where our flags cannot say it. */
function flagOf(feature: Feature): unknown {
	const { name, enabled, strategies = [], variants = [] } = feature;
	const [strategy = { name: 'default' }, second] = strategies;
	if (second || strategy.segments?.length || feature.dependencies?.length) return null;
	const { groupId, rollout, stickiness } = strategy.parameters ?? {};
	const chosen = strategy.variants?.length ? strategy.variants : variants;
	const sticks = [...new Set(chosen.map((variant) => variant.stickiness))];
	if (sticks.length > 1 || stickiness === 'random') return null;
	const state =
		strategy.name === 'default'
			? { state: 'everyone' }
			: strategy.name === 'flexibleRollout'
				? { state: 'percentage', percentage: Number(rollout) }
				: strategy.name === 'gradualRolloutUserId'
					? { state: 'percentage', percentage: Number(strategy.parameters?.percentage) }
					: null;
	if (state === null) return null;
	const stick = attributeName(strategy.name === 'flexibleRollout' ? stickiness : sticks[0]);
	const flag = {
		key: name,
		...(enabled ? state : {}),
		// Variants of a feature count by its name, those of a strategy by its group.
		...(groupId !== undefined && (chosen === strategy.variants || chosen.length === 0) ? { groupId } : {}),
		...(stick === undefined ? {} : { stickiness: stick }),
		targeting: (strategy.constraints ?? []).map((constraint) => ({
			attribute: constraint.contextName,
			operator: constraint.operator.toLowerCase().replaceAll('_', '-'),
			values: constraint.values?.length ? constraint.values : [constraint.value ?? ''],
			...(constraint.inverted === undefined ? {} : { inverted: constraint.inverted }),
			...(constraint.caseInsensitive === undefined ? {} : { caseInsensitive: constraint.caseInsensitive }),
		})),
		...(chosen.length === 0
			? {}
			: {
					variants: chosen.map(({ name: variant, weight, payload, overrides }) => ({
						name: variant,
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
					})),
				}),
	};
	return flagSchema.safeParse(flag).success ? flag : null;
}

/** Whom a case asks for; anybody where the flag does not ask who it is, `null` where it does and nobody is named. */
function idOf(flag: unknown, { userId, sessionId }: Context): string | null {
	const { state, stickiness, variants } = flagSchema.parse(flag);
	if (typeof userId === 'string' && userId !== '') return userId;
	if (stickiness === undefined && typeof sessionId === 'string' && sessionId !== '') return sessionId;
	return state === 'percentage' || variants !== undefined ? null : 'anybody';
}

const cases = (): readonly (readonly [string, unknown, Case])[] =>
	folder === undefined
		? []
		: readdirSync(join(folder, 'specifications'))
				.filter((file) => /^\d/.test(file))
				.flatMap((file) => {
					const spec = JSON.parse(readFileSync(join(folder, 'specifications', file), 'utf8')) as {
						state?: { features?: Feature[] };
						tests?: Case[];
						variantTests?: Case[];
					};
					const flags = new Map((spec.state?.features ?? []).map((one) => [one.name, flagOf(one)]));
					return [...(spec.tests ?? []), ...(spec.variantTests ?? [])].flatMap((one) => {
						const flag = flags.get(one.toggleName);
						const named =
							(flag as { targeting?: { attribute: string }[] } | null | undefined)?.targeting ?? [];
						const attributes = { ...one.context, ...one.context.properties };
						const missing = named.some(
							({ attribute }) => ((attributes as Record<string, unknown>)[attribute] ?? null) === null,
						);
						if (!flag || missing || idOf(flag, one.context) === null) return [];
						return [[`${file}: ${one.description}`, flag, one] as const];
					});
				});

describe('the Unleash client specification', () => {
	const inScope = cases();
	if (inScope.length === 0)
		test.skip('UNLEASH_CLIENT_SPECIFICATION names no checkout of it', () => undefined);
	else
		test.each(inScope.map(([title, flag, one]) => ({ title, flag, one })))('$title', ({ flag, one }) => {
			const { properties, ...rest } = one.context;
			const attributes = { ...rest, ...properties } as Record<string, string>;
			const decision = evaluateFlag(flag, { id: idOf(flag, one.context) ?? '', attributes });
			if (typeof one.expectedResult === 'boolean') expect(decision.on).toBe(one.expectedResult);
			else if (one.expectedResult.enabled) expect(decision.variant?.name).toBe(one.expectedResult.name);
			else expect(decision.variant).toBeUndefined();
		});
});
