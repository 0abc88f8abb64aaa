import type { Evidence } from './evidence';
import type { Instant } from '../delivery/types';
import type { Classification } from './classify';
import { artifactHashes, type Manifest } from './manifest';
import type { Policy } from './policy/schema';

type Answer = readonly ['pass' | 'fail', string] | null;

/** Surfaces on which a change cannot alter what runs. */
const READ_ONLY = ['observability', 'internal-comments', 'documentation'];

/**
 * What the manifest itself answers, check id by check id: pass, fail, or null when it does not say (then nobody has
 * answered, and the check is unknown).
 */
const answers: Readonly<
	Record<string, (manifest: Manifest, classification: Classification, policy: Policy) => Answer>
> = {
	'failure-mode-identified': (m) =>
		m.failureMode ? ['pass', 'The manifest describes how it would fail.'] : null,
	'recovery-documented': (m) => (m.recoveryPath ? ['pass', 'The manifest describes how to recover.'] : null),
	'rollback-plan': (m) => (m.rollbackPlan ? ['pass', 'The manifest holds a rollback plan.'] : null),
	'rollback-steps': (m) =>
		m.rollbackSteps.length > 0
			? ['pass', `The manifest lists ${m.rollbackSteps.length} rollback steps.`]
			: null,
	'runtime-unchanged': (_m, { surfaces }) => {
		const touching = surfaces.filter((surface) => !READ_ONLY.includes(surface));
		return touching.length === 0
			? ['pass', 'Only read-only surfaces change.']
			: ['fail', `${touching.join(', ')} can alter what runs.`];
	},
	'no-new-dependencies': (m) =>
		m.newDependencies.length === 0
			? ['pass', 'The manifest lists no new dependency.']
			: ['fail', `It brings ${m.newDependencies.join(', ')}.`],
	finalized: (m) =>
		Object.keys(m.artifacts).length > 0 ? ['pass', 'Every artifact it names has its hash.'] : null,
	'notes-drafted': (m) =>
		m.changes.every((change) => change.title) ? ['pass', 'Each change has its line.'] : null,
	'batch-size': (m, _c, policy) => {
		const batch = policy.kinds[m.kind].batch;
		if (!batch) return ['pass', 'The policy sets no batch size.'];
		const count = m.changes.length;
		return count >= batch.min && count <= batch.max
			? ['pass', `It holds ${count} changes.`]
			: ['fail', `It holds ${count} changes; ${batch.min} to ${batch.max} are allowed.`];
	},
	'playbooks-updated': (m) => {
		const entry = m.documents.find((document) => document.kind === 'playbooks');
		return entry
			? [
					'pass',
					entry.unchangedBecause === undefined
						? `${entry.path ?? entry.link} changed with it${entry.link !== undefined && entry.sha256 !== undefined ? `; a machine read it (${entry.sha256.slice(0, 12)})` : ''}.`
						: 'The manifest says why none changes.',
				]
			: null;
	},
	'documents-current': (m, _c, policy) => {
		const missing = policy.documents.mustUpdate.filter(
			(kind) => !m.documents.some((document) => document.kind === kind),
		);
		return missing.length === 0
			? ['pass', 'Each required document changed with it, or the manifest says why not.']
			: ['fail', `Nothing is said of: ${missing.join(', ')}.`];
	},
};

/** The manifest's own evidence, for the checks the policy lets `manifest` or `documents` answer. */
export function manifestEvidence(
	policy: Policy,
	manifest: Manifest,
	classification: Classification,
	now: Instant,
): readonly Evidence[] {
	const hashes = artifactHashes(manifest);
	return policy.checks.flatMap((check): Evidence[] => {
		const machine = (['manifest', 'documents'] as const).find((name) =>
			check.answeredBy.machines.includes(name),
		);
		const answer = machine && answers[check.id]?.(manifest, classification, policy);
		const hash = hashes[check.boundTo];
		if (!machine || !answer || hash === undefined) return [];
		const [status, grounds] = answer;
		return [{ check: check.id, status, by: { machine }, at: now, artifact: check.boundTo, hash, grounds }];
	});
}
