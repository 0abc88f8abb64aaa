import { gateError } from '../../errors';
import { problemsIn } from '../../errors/problems';
import { entryId, isPlain } from './entries';
import { presets } from './presets';
import { policySchema, type Policy } from './schema';

function merge(base: unknown, override: unknown): unknown {
	if (isPlain(base) && isPlain(override)) {
		const keys = new Set([...Object.keys(base), ...Object.keys(override)]);
		return Object.fromEntries(
			[...keys].map((key) => [
				key,
				Object.hasOwn(override, key) ? merge(base[key], override[key]) : base[key],
			]),
		);
	}
	if (
		Array.isArray(base) &&
		Array.isArray(override) &&
		override.length > 0 &&
		override.every((entry) => entryId(entry) !== null)
	) {
		const changes = new Map(override.map((entry: unknown) => [entryId(entry), entry]));
		const kept = base.map((entry: unknown) => {
			const change = changes.get(entryId(entry));
			changes.delete(entryId(entry));
			return change === undefined ? entry : merge(entry, change);
		});
		return [...kept, ...changes.values()];
	}
	return override;
}

/** Reads a whole policy. Throws `policy-unreadable` with every problem at once. */
export function parsePolicy(value: unknown): Policy {
	const result = policySchema.safeParse(value);
	if (result.success) return result.data;
	throw gateError('policy-unreadable', problemsIn(result.error.issues, 'policy'));
}

/** The preset of this name. Throws `policy-unknown`. */
export function presetPolicy(name: string): Policy {
	const policy = Object.hasOwn(presets, name) ? presets[name] : undefined;
	if (policy) return policy;
	throw gateError('policy-unknown', { name, known: Object.keys(presets).join(', ') });
}

/**
 * A preset with overrides: objects are merged, entries of lists are matched by their id, name or metric, everything
 * else is replaced. The result must be a valid policy.
 */
export function overridePolicy(base: Policy, overrides: unknown): Policy {
	return parsePolicy(merge(base, overrides));
}

/** One difference between two policies; `null` where one side has nothing. */
export interface PolicyDifference {
	readonly path: string;
	readonly from: string | null;
	readonly to: string | null;
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
	if (isPlain(value))
		for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into);
	else if (Array.isArray(value) && value.some(isPlain))
		value.forEach((inner: unknown, index) => flatten(inner, `${path}[${entryId(inner) ?? index}]`, into));
	else into.set(path, JSON.stringify(value));
}

/** What a policy changes against another, path by path, in order of the path. */
export function policyDiff(from: Policy, to: Policy): readonly PolicyDifference[] {
	const [before, after] = [new Map<string, string>(), new Map<string, string>()];
	flatten(from, '', before);
	flatten(to, '', after);
	return [...new Set([...before.keys(), ...after.keys()])]
		.filter((path) => before.get(path) !== after.get(path))
		.sort()
		.map((path) => ({ path, from: before.get(path) ?? null, to: after.get(path) ?? null }));
}
