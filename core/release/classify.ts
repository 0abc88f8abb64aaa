import type { Manifest } from './manifest';
import { riskClasses, type Policy, type RiskClass } from './policy/schema';

/** What a machine found to have changed: a diff of workflows, definitions, settings or SQL names the surface. */
export interface ObservedChange {
	readonly surface: string;
	/** One sentence: what changed. */
	readonly what: string;
}

export interface Classification {
	/** False when only documentation (or another surface the policy exempts) changes and no artifact ships. */
	readonly isRelease: boolean;
	readonly riskClass: RiskClass;
	readonly surfaces: readonly string[];
	/** Why, one sentence for each thing that raised the class to what it is. */
	readonly reasons: readonly string[];
}

/** The higher of two classes. */
export function higherClass(a: RiskClass, b: RiskClass): RiskClass {
	return riskClasses.indexOf(a) >= riskClasses.indexOf(b) ? a : b;
}

/**
 * Derives the class of a release. Surfaces come from the author and from machines; the highest class wins; an
 * unknown surface gets the policy's class for the unsure (critical). The author's word can only raise the class.
 */
export function classify(
	policy: Policy,
	manifest: Manifest,
	observed: readonly ObservedChange[],
): Classification {
	const stated = manifest.changes.flatMap((change) =>
		change.surfaces.map((surface) => ({ surface, what: `“${change.title}” names it` })),
	);
	const known = new Map(policy.surfaces.map((surface) => [surface.id, surface]));
	let riskClass: RiskClass = 'safe';
	const judged = [...stated, ...observed].map(({ surface, what }) => {
		const entry = known.get(surface);
		const cls = entry?.class ?? policy.unsureClass;
		riskClass = higherClass(riskClass, cls);
		const label = entry?.label ?? `${surface}, which the policy does not know,`;
		return { surface, cls, reason: `${label} makes it ${cls}: ${what}.` };
	});
	const surfaces = [...new Set(judged.map(({ surface }) => surface))].sort();
	const derived: RiskClass = riskClass;
	if (manifest.statedClass) riskClass = higherClass(riskClass, manifest.statedClass);
	const reasons = judged.filter(({ cls }) => cls === riskClass).map(({ reason }) => reason);
	if (riskClass !== derived) reasons.push(`The author calls it ${riskClass}.`);
	const shipsSomething = Object.keys(manifest.artifacts).length > 0 || manifest.newDependencies.length > 0;
	const isRelease = shipsSomething || !surfaces.every((surface) => policy.notReleases.includes(surface));
	return { isRelease, riskClass, surfaces, reasons: [...new Set(reasons)] };
}

/** Whether the author stated a class below what was derived: the gate holds and says so. */
export function loweredByHand(manifest: Manifest, classification: Classification): boolean {
	return (
		manifest.statedClass !== undefined &&
		riskClasses.indexOf(manifest.statedClass) < riskClasses.indexOf(classification.riskClass)
	);
}
