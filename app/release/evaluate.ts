import type { ReleaseBody } from '../../core/release/documents';
import { decide, type Decision, type GateInput } from '../../core/release/decision';
import { ledgerReport } from '../../core/release/machines/ledger';
import { evidenceOf } from '../../core/release/machines/report';
import { evaluateRelease } from '../../core/release/self-test';
import { moveStage, type Stage } from '../../core/release/stages';
import type { MomentFacts } from '../../core/release/timing';
import { agreeing } from './agree';
import { debtsIn, factsOf, migrationTrail, notMeasured } from './facts';
import { observedIn } from './open';
import { policyOf } from './policies';
import {
	knownRelease,
	releaseEvent,
	releasesOf,
	updateRelease,
	type ServicePorts,
	type StoredRelease,
} from './store';
import { wordsFor } from './words';

export interface Evaluation {
	readonly decision: Decision;
	readonly release: StoredRelease;
}

/**
 * Everything a decision on a stored release is made from, read from the ledger; `readings` come from outside.
 *
 * @param records `compare`: every record is held against the chain first, as a decision needs it. `leave`: for a page that
 * decides nothing and may not take as long as the chain is long; what the ledger would answer has no answer then
 */
export async function inputFor(
	ports: ServicePorts,
	release: StoredRelease,
	readings: MomentFacts,
	records: 'compare' | 'leave' = 'compare',
): Promise<GateInput> {
	const { manifest } = release.body;
	const { policy, version } = await policyOf(ports, manifest.subject);
	const spine = await ports.ledger.spines.get(manifest.subject);
	const facts = await factsOf(ports, manifest.subject, spine, readings);
	const releases = await releasesOf(ports, manifest.subject);
	const words = await wordsFor(ports, release, releases);
	const asked = policy.checks.some(({ answeredBy }) => answeredBy.machines.includes('ledger'));
	const chain = records === 'compare' ? await agreeing(ports, asked) : null;
	const now = ports.now();
	const seen = asked && chain !== null ? evidenceOf(policy, manifest, ledgerReport(spine, chain), now) : [];
	return {
		policy,
		policyVersion: version,
		manifest,
		observed: observedIn(release.body),
		evidence: [...words.evidence, ...seen],
		approvals: words.approvals,
		debts: debtsIn(releases),
		migrations: migrationTrail(release, releases),
		facts: { ...facts, ...underWay(release.body), ...(await notMeasured(ports, release, facts, releases)) },
		...(release.body.changedAt === undefined ? {} : { changedAt: release.body.changedAt }),
		diffed: comparing.some((machine) => release.body.observed[machine] !== undefined),
		now,
	};
}

/** Machines that compare what would change with what is there. */
const comparing = ['workflow-audit', 'schema-diff', 'settings-diff', 'sql-lint'] as const;

/** When a release that is on its way into production began to be deployed. */
function underWay({ stage, history }: ReleaseBody): Pick<MomentFacts, 'underWaySince'> {
	const began = history.findLast((step) => step.stage === 'deploying');
	return began && (stage === 'deploying' || stage === 'monitoring') ? { underWaySince: began.at } : {};
}

/** The stages a decision leads through: to approved when it ships, back to draft when an approved release is held. */
function ways(stage: Stage, decision: 'hold' | 'ship'): readonly Stage[] {
	if (decision === 'hold') return stage === 'approved' ? ['draft'] : [];
	if (stage === 'draft') return ['prepared', 'approved'];
	return stage === 'prepared' || stage === 'dry-run' ? ['approved'] : [];
}

function settled(body: ReleaseBody, decision: Decision, by: string): ReleaseBody {
	let { stage } = body;
	const steps = ways(stage, decision.decision).map((to) => {
		stage = moveStage(body.manifest.id, stage, to);
		return { stage, at: decision.decidedAt, by };
	});
	return {
		...body,
		stage,
		history: [...body.history, ...steps],
		decision: {
			decision: decision.decision,
			sentence: decision.sentence,
			releaseHash: decision.releaseHash,
			policyVersion: decision.policyVersion,
			policyHash: decision.policyHash,
			strictness: decision.strictness,
			waitsForMoment: decision.waitsForMoment,
			at: decision.decidedAt,
		},
	};
}

/**
 * Decides on a release and writes the decision as an event (`gate.held` or `gate.shipped`) that names the policy's
 * version. A release that ships is approved; an approved one that is held is a draft again. A release that is already
 * under way keeps its stage. Throws `release-unknown`, `policy-not-set`, `release-contended`,
 * `release-records-disagree`.
 */
export async function evaluateStored(
	ports: ServicePorts,
	id: string,
	readings: MomentFacts,
	by: string,
	decider: (input: GateInput) => Decision = decide,
): Promise<Evaluation> {
	await knownRelease(ports, id);
	let decision: Decision | undefined;
	const release = await updateRelease(ports, id, async (current) => {
		decision = evaluateRelease(await inputFor(ports, current, readings), decider);
		const body = settled(current.body, decision, by);
		const { classification, checks, policy, policyVersion, policyHash, strictness, releaseHash, sentence } =
			decision;
		const open = checks.filter(({ status }) => status === 'fail' || status === 'unknown');
		return {
			body,
			events: [
				releaseEvent(decision.decision === 'ship' ? 'gate.shipped' : 'gate.held', body, sentence, {
					by,
					policy,
					policyVersion,
					strictness,
					policyHash,
					releaseHash,
					class: classification.riskClass,
					checks: checks.length,
					open: open.map(({ id: check, status }) => ({ check, status })),
				}),
			],
		};
	});
	return { decision: decision as Decision, release };
}
