import { digest } from '../delivery/canonical';
import type { Instant } from '../delivery/types';
import { approvalResults } from './approvals';
import { assessChecks, holds, waitsFor, type CheckResult } from './checks';
import { classify, loweredByHand, type Classification, type ObservedChange } from './classify';
import type { Approval, Evidence } from './evidence';
import { contractReport, unaskedContracts, type MigrationTrail } from './expand-contract/report';
import { hotfixDebts, hotfixPurpose, type HotfixDebt } from './hotfix';
import { evidenceOf } from './machines/report';
import { artifactHashes, type Manifest } from './manifest';
import { manifestEvidence } from './manifest-checks';
import type { Policy, Strictness } from './policy/schema';
import { heldTo, strictnessOf } from './policy/strictness';
import { timingResults, type MomentFacts } from './timing';

/** Everything a decision is made from. Nothing else is looked at. */
export interface GateInput {
	readonly policy: Policy;
	/** Version of the policy as stored for the spine. */
	readonly policyVersion: number;
	readonly manifest: Manifest;
	/** What machines found to have changed. */
	readonly observed: readonly ObservedChange[];
	readonly evidence: readonly Evidence[];
	readonly approvals: readonly Approval[];
	readonly debts: readonly HotfixDebt[];
	readonly migrations: MigrationTrail;
	readonly facts: MomentFacts;
	/**
	 * Whether a machine compared what would change with what is there; absent where nobody can know, as on the command
	 * line. "Only documentation" is a claim until one did.
	 */
	readonly diffed?: boolean;
	/** Since when the release is as it is; absent where nobody knows. */
	readonly changedAt?: Instant;
	readonly now: Instant;
}

export interface Decision {
	readonly decision: 'hold' | 'ship';
	/** The decision and its first reason in one sentence. */
	readonly sentence: string;
	/** What to do next; empty when it ships. */
	readonly next: string;
	readonly release: string;
	readonly releaseHash: string;
	readonly policy: string;
	readonly policyVersion: number;
	/** How much of the policy the spine is held to. */
	readonly strictness: Strictness;
	/** What the spine is held to, in sentences for a page. */
	readonly heldTo: readonly string[];
	/** Names the very policy: SHA-256 (hex) of it. Both presets are version 0. */
	readonly policyHash: string;
	readonly classification: Classification;
	readonly checks: readonly CheckResult[];
	readonly standing: Standing;
	/** Whether it is held, and only until another moment: nobody has to do anything. */
	readonly waitsForMoment: boolean;
	readonly decidedAt: Instant;
}

/** Names a policy: SHA-256 (hex) of its canonical JSON. */
export const policyHash = (policy: Policy): string => digest(policy);

function classResult(input: GateInput, classification: Classification): CheckResult {
	const lowered = loweredByHand(input.manifest, classification);
	return {
		id: 'class',
		question: 'Is the release classified no lower than its changes?',
		group: 'Classification',
		status: lowered ? 'fail' : 'pass',
		reason: lowered
			? `The manifest says ${input.manifest.statedClass}, but it is ${classification.riskClass}. ${classification.reasons[0] ?? ''}`
			: `It is ${classification.riskClass}. ${classification.reasons[0] ?? ''}`,
		remedy: lowered ? 'Remove statedClass, or raise it: a class can only be raised by hand.' : '',
	};
}

/** What stands behind a decision, each counted once and apart. */
export interface Standing {
	/** Checks that pass by what was found or said for this release. */
	readonly passed: number;
	/** Checks that pass by what somebody said for an earlier release, and somebody said again with a click. */
	readonly answeredBefore: number;
	/** Checks that the policy lets this kind leave out: those stand for nothing. */
	readonly leftOut: number;
}

/** Counts what passed, what was answered before and what the policy left out, apart. */
export function standingOf(checks: readonly CheckResult[]): Standing {
	const passing = checks.filter(({ status }) => status === 'pass');
	const answeredBefore = passing.filter(({ evidence }) => evidence?.repeats !== undefined).length;
	const leftOut = checks.filter(({ status }) => status === 'skipped').length;
	return { passed: passing.length - answeredBefore, answeredBefore, leftOut };
}

function standing(checks: readonly CheckResult[]): string {
	const { passed, answeredBefore, leftOut } = standingOf(checks);
	if (leftOut + answeredBefore === 0) return `all ${passed} checks stand`;
	const before = answeredBefore > 0 ? `, ${answeredBefore} as answered before` : '';
	const without = leftOut > 0 ? `, and ${leftOut} were left out by policy` : '';
	return `${passed} checks stand${before}${without},`;
}

/** Says that nobody but the author calls it documentation. */
const undiffed: CheckResult = {
	id: 'documentation-only',
	question: 'Does a machine find nothing but documentation to change?',
	group: 'Classification',
	status: 'unknown',
	reason: 'Only the manifest says so; no machine compared anything.',
	remedy:
		'Record what a machine finds (Record Evidence: Workflow Audit and Diff, of what runs and the same again), or name what else changes.',
};

/**
 * Decides over all checks: ship only if every one passes (or is one the policy lets this kind leave out); anything
 * failed or unknown holds. A change of documentation only is no release and has nothing to answer.
 */
export function decide(input: GateInput): Decision {
	const { policy, manifest, now } = input;
	const classification = classify(policy, manifest, input.observed);
	const hashes = artifactHashes(manifest);
	const releaseHash = hashes.release ?? '';
	const scope = {
		riskClass: classification.riskClass,
		kind: manifest.kind,
		surfaces: classification.surfaces,
	};
	const evidence = [
		// Nobody answers for the tracking of expansions: its answers are made here, of what is known now.
		...input.evidence.filter(({ by }) => !('machine' in by && by.machine === 'expand-contract')),
		...manifestEvidence(policy, manifest, classification, now),
		...evidenceOf(policy, manifest, contractReport(policy, manifest, input.migrations, now), now),
	];
	const assessed = assessChecks(policy, 'before', scope, evidence, hashes, now);
	const checks: readonly CheckResult[] = classification.isRelease
		? [
				classResult(input, classification),
				...hotfixPurpose(policy, manifest),
				hotfixDebts(policy, manifest, input.debts, now),
				...assessed,
				...unaskedContracts(policy, input.migrations, assessed),
				...approvalResults(
					policy,
					manifest,
					classification.riskClass,
					releaseHash,
					input.approvals,
					now,
					input.changedAt,
				),
				...timingResults(policy, manifest.kind, input.facts, now),
			]
		: input.diffed === false
			? [undiffed]
			: [];
	const open = checks.filter((check) => check.status === 'fail' || check.status === 'unknown');
	const holding = open.filter((check) => holds(policy, check));
	const first = holding[0];
	const strictness = strictnessOf(policy);
	const more = holding.length > 1 ? ` (and ${holding.length - 1} more)` : '';
	return {
		decision: first ? 'hold' : 'ship',
		sentence: first
			? `Held: ${first.question} ${first.reason}${more}`
			: classification.isRelease
				? open.length > 0
					? `Ship, observed only: ${open.length} checks of ${policy.name} version ${input.policyVersion} are open. ${open[0]?.question} ${open[0]?.reason}`
					: `Ship: ${standing(checks)} under ${policy.name} version ${input.policyVersion}, ${strictness}${checks.some(({ alone }) => alone) ? ', by one person alone after a cooling-off' : ''}.`
				: 'Ship: only documentation changes, which is not a release.',
		next: first?.remedy ?? '',
		release: manifest.id,
		releaseHash,
		policy: policy.name,
		policyVersion: input.policyVersion,
		strictness,
		heldTo: heldTo(policy),
		policyHash: policyHash(policy),
		classification,
		checks,
		standing: standingOf(checks),
		waitsForMoment: holding.length > 0 && holding.every((check) => waitsFor(check) === 'moment'),
		decidedAt: now,
	};
}
