import { gateError } from '../../core/errors';
import { rejectionText, standingRejection } from '../../core/release/approvals';
import { assessChecks, holds, type CheckResult, standingRefusals } from '../../core/release/checks';
import { policyHash } from '../../core/release/decision';
import { classify } from '../../core/release/classify';
import { artifactHashes } from '../../core/release/manifest';
import type { Policy } from '../../core/release/policy/schema';
import { moveStage, type Stage } from '../../core/release/stages';
import { agreeing } from './agree';
import { isFresh, rollbackInProgress } from './facts';
import { observedIn } from './open';
import { policyOf } from './policies';
import { giverText } from '../../core/release/people';
import { evidenceFor, releaseEvent, updateRelease, type ServicePorts, type StoredRelease } from './store';
import { wordsFor } from './words';

/** Stages that put a release further into production. */
const forward: readonly Stage[] = ['deploying', 'monitoring', 'stable'];

/** Checks that must stand before a release may enter a stage. */
const phaseBefore: Readonly<Partial<Record<Stage, 'deploy' | 'after'>>> = {
	monitoring: 'deploy',
	stable: 'after',
};

/** Throws unless the gate said ship, of this very release, under this policy, a moment ago. */
function assertShips({ id, body }: StoredRelease, policy: Policy, version: number, now: number): void {
	const { decision, manifest } = body;
	const reason =
		decision === null || decision.decision !== 'ship'
			? 'the gate holds it, or was never asked'
			: decision.releaseHash !== artifactHashes(manifest).release
				? 'the release changed since'
				: decision.policyVersion !== version
					? `it was made under policy version ${decision.policyVersion}, and ${version} is in force`
					: decision.policyHash !== policyHash(policy)
						? `it was made under another policy than ${policy.name} as it is in force`
						: isFresh(decision.at, policy.pressure.freshFor, now)
							? null
							: `it is older than ${policy.pressure.freshFor}, as are the readings it was made from`;
	if (reason !== null) throw gateError('release-decision-missing', { release: id, reason });
}

/**
 * Nobody's standing no is passed over, also one that was given after the gate decided: a rejection, or a person's no to
 * any check, holds until its giver takes it back. Throws `release-checks-open`.
 */
export async function assertNobodyObjects(
	ports: ServicePorts,
	release: StoredRelease,
	to: Stage,
): Promise<void> {
	const { id } = release;
	const { approvals, evidence } = await wordsFor(ports, release);
	const rejection = standingRejection(approvals);
	const refusal = standingRefusals(evidence)[0];
	const reason = rejection
		? rejectionText(rejection)
		: refusal &&
			`${giverText(refusal.by)} (${refusal.by.role}) says no to ${refusal.check}: ${refusal.grounds}`;
	if (reason)
		throw gateError('release-checks-open', {
			release: id,
			to,
			reason,
			remedy: 'Settle the objection; the same person must then say so.',
		});
}

async function openChecks(
	ports: ServicePorts,
	release: StoredRelease,
	policy: Policy,
	phase: 'deploy' | 'after',
): Promise<readonly CheckResult[]> {
	const { manifest } = release.body;
	const { riskClass, surfaces } = classify(policy, manifest, observedIn(release.body));
	const scope = { riskClass, kind: manifest.kind, surfaces };
	const evidence = await evidenceFor(ports, release.id);
	const results = assessChecks(policy, phase, scope, evidence, artifactHashes(manifest), ports.now());
	return results.filter((check) => holds(policy, check));
}

/**
 * Moves a release to another stage. Only the gate approves; deploying needs its fresh word; monitoring and stable need
 * the checks of their phase; nothing moves forward while a rollback is in progress.
 *
 * @throws `release-unknown`, `stage-move-illegal`, `release-gate-only`, `release-decision-missing`,
 * `release-checks-open`, `release-records-disagree`, `rollback-under-way`, `release-contended`
 */
export function promoteRelease(
	ports: ServicePorts,
	id: string,
	to: Stage,
	by: string,
): Promise<StoredRelease> {
	return updateRelease(ports, id, async (release) => {
		const { body } = release;
		const stage = moveStage(id, body.stage, to);
		if (to === 'approved') throw gateError('release-gate-only', { release: id });
		if (forward.includes(to)) await agreeing(ports, false);
		const { subject } = body.manifest;
		const { policy, version } = await policyOf(ports, subject);
		const now = ports.now();
		if (forward.includes(to) && (await rollbackInProgress(ports, subject)))
			throw gateError('rollback-under-way', { subject, release: id, to });
		if (to === 'deploying') assertShips(release, policy, version, now);
		if (forward.includes(to)) await assertNobodyObjects(ports, release, to);
		const phase = phaseBefore[to];
		const open = phase ? await openChecks(ports, release, policy, phase) : [];
		const [first] = open;
		if (first)
			throw gateError('release-checks-open', {
				release: id,
				to,
				reason: `${first.question} ${first.reason}${open.length > 1 ? ` (and ${open.length - 1} more)` : ''}`,
				remedy: first.remedy,
			});
		const next = {
			...body,
			stage,
			history: [...body.history, { stage, at: now, by }],
			shippedAt: to === 'deploying' ? now : body.shippedAt,
		};
		return {
			body: next,
			events: [
				releaseEvent(
					to === 'closed' ? 'release.closed' : to === 'rolled-back' ? 'release.rolled-back' : 'release.moved',
					next,
					`Release ${id} went from ${body.stage} to ${to}, by ${by}.`,
					{ by, from: body.stage, to, policyVersion: version },
				),
			],
		};
	});
}
