import { Duration } from 'luxon';
import type { Instant } from '../delivery/types';
import type { Evidence } from './evidence';
import { giverKey, giverText } from './people';
import type { Artifact, Check, Policy, ReleaseKind, RiskClass } from './policy/schema';

/** The group of the checks that wait for another moment, not for anybody. */
export const TIMING_GROUP = 'Timing and pressure';

/** The group of the checks that wait for people's approval. */
export const APPROVALS_GROUP = 'Approvals';

export type CheckStatus = 'pass' | 'fail' | 'unknown' | 'skipped';

/** One check as it stands: its state, why, and what to do next. */
export interface CheckResult {
	readonly id: string;
	readonly question: string;
	readonly group: string;
	readonly status: CheckStatus;
	/** One sentence. */
	readonly reason: string;
	/** How to get it to pass; empty when it does. */
	readonly remedy: string;
	readonly evidence?: Evidence;
	/** Roles whose word would answer it; absent where people’s words are not what it lacks. */
	readonly roles?: readonly string[];
	/** From when on time alone answers it; absent where time does not. */
	readonly until?: Instant;
	/** Whether a cooling-off stood in for a second person. */
	readonly alone?: true;
}

/** What an open check waits for: that something is mended, that people speak, or another moment. */
export type WaitsFor = 'mend' | 'people' | 'moment';

/** What a check that fails or has no answer waits for. */
export function waitsFor({ group, status, until, roles = [] }: CheckResult): WaitsFor {
	if (group === TIMING_GROUP || until !== undefined) return 'moment';
	return status === 'unknown' && roles.length > 0 ? 'people' : 'mend';
}

/**
 * Whether an open check holds a release. Where a spine only observes, nothing does but what must never pass: a person’s
 * no, which stands until its giver takes it back, and a rollback in progress.
 */
export function holds({ strictness }: Policy, check: CheckResult): boolean {
	if (check.status !== 'fail' && check.status !== 'unknown') return false;
	if (strictness !== 'observe') return true;
	const { status, group, id, evidence } = check;
	const personal = group === APPROVALS_GROUP || (evidence !== undefined && !('machine' in evidence.by));
	return status === 'fail' && (personal || id === 'no-rollback');
}

export interface CheckScope {
	readonly riskClass: RiskClass;
	readonly kind: ReleaseKind;
	readonly surfaces: readonly string[];
}

/** An ISO 8601 duration in milliseconds; a day counts 24 hours. */
export function durationMs(iso: string): number {
	return Duration.fromISO(iso).toMillis();
}

const within = <T>(list: readonly T[], value: T): boolean => list.length === 0 || list.includes(value);

/** The checks of a phase that a release of this class, kind and surfaces must answer. */
export function checksFor(policy: Policy, phase: Check['phase'], scope: CheckScope): readonly Check[] {
	return policy.checks.filter(
		(check) =>
			check.phase === phase &&
			within(check.appliesTo.classes, scope.riskClass) &&
			within(check.appliesTo.kinds, scope.kind) &&
			(check.appliesTo.surfaces.length === 0 ||
				check.appliesTo.surfaces.some((surface) => scope.surfaces.includes(surface))),
	);
}

/** Whether this machine or this role may answer the check. */
export function mayAnswer(check: Check, by: Evidence['by']): boolean {
	return 'machine' in by
		? check.answeredBy.machines.includes(by.machine)
		: check.answeredBy.roles.includes(by.role);
}

const who = (by: Evidence['by']): string => ('machine' in by ? by.machine : `${giverText(by)} (${by.role})`);

const answerers = (check: Check): string =>
	[...check.answeredBy.machines, ...check.answeredBy.roles.map((role) => `someone of ${role}`)].join(' or ');

/**
 * The state of one check. Only evidence by an allowed answerer, for the artifact's present hash, not from the
 * future and not stale counts. Of each answerer the newest word stands, and a no stands, however old, until the same
 * answerer takes it back: one answerer's yes never covers another's no. A machine's no goes with the artifact it was said
 * of, a person's does not. A typed name's yes counts only where `typedCounts`. Anything else is unknown, and unknown holds.
 */
export function assessCheck(
	check: Check,
	evidence: readonly Evidence[],
	hashes: Readonly<Partial<Record<Artifact, string>>>,
	now: Instant,
	typedCounts = false,
): CheckResult {
	const base = { id: check.id, question: check.question, group: check.group };
	const unknown = (reason: string, found?: Evidence): CheckResult => ({
		...base,
		status: 'unknown',
		reason,
		remedy: check.remedy,
		...(found ? { evidence: found } : {}),
		...(check.answeredBy.roles.length > 0 ? { roles: check.answeredBy.roles } : {}),
	});
	const given = evidence.filter((entry) => entry.check === check.id);
	if (given.length === 0) return unknown(`Nobody has answered; ${answerers(check)} may.`);

	const allowed = given.filter((entry) => mayAnswer(check, entry.by) && entry.artifact === check.boundTo);
	const other = given[0];
	if (allowed.length === 0 && other)
		return unknown(
			`${who(other.by)} answered, but only ${answerers(check)} may, for the ${check.boundTo}.`,
			other,
		);

	// A person's no outlasts the artifact it was said of: only who gave it takes it back.
	const [refusal] = standingRefusals(allowed);
	if (refusal) return no(base, check, refusal);

	const hash = hashes[check.boundTo];
	if (hash === undefined)
		return withoutRoles(
			unknown(`The manifest names no ${check.boundTo}, so no answer can be bound to it.`, allowed.at(-1)),
		);

	const current = allowed.filter((entry) => entry.hash === hash);
	if (current.length === 0)
		return unknown(`The ${check.boundTo} changed since it was answered.`, allowed.at(-1));

	const future = current.find((entry) => entry.at > now);
	if (future) return unknown('The answer is dated in the future.', future);
	const answers = newestByAnswerer(current);
	const failed = answers.find((entry) => entry.status === 'fail');
	if (failed) return no(base, check, failed);
	const counting = answers.filter(({ by }) => 'machine' in by || by.account !== undefined || typedCounts);
	const [typed] = answers;
	if (counting.length === 0 && typed)
		return unknown(`${who(typed.by)} answered, but the policy counts accounts that signed in.`, typed);
	const fresh = counting.filter((entry) => now - entry.at <= durationMs(check.freshFor));
	if (fresh.length === 0)
		return unknown(`The answer is older than ${check.freshFor} and no longer counts.`, answers.at(-1));
	const unclear = fresh.find((entry) => entry.status === 'unknown');
	if (unclear) return unknown(`${who(unclear.by)} could not tell: ${unclear.grounds}`, unclear);
	const yes = fresh.reduce((a, b) => (b.at > a.at ? b : a));
	return {
		...base,
		status: 'pass',
		reason: `${who(yes.by)} says yes: ${yes.grounds}`,
		remedy: '',
		evidence: yes,
	};
}

/** A check that no word of a person answers. */
function withoutRoles({ roles: _nobody, ...rest }: CheckResult): CheckResult {
	return rest;
}

type PersonsEvidence = Evidence & { readonly by: Exclude<Evidence['by'], { machine: string }> };

/** The no of each person to each check that its giver has not taken back, whatever it was said of. */
export const standingRefusals = (evidence: readonly Evidence[]): readonly PersonsEvidence[] => {
	const persons = evidence.filter((entry): entry is PersonsEvidence => !('machine' in entry.by));
	const checks = [...new Set(persons.map(({ check }) => check))];
	return checks.flatMap((id) =>
		newestByAnswerer(persons.filter(({ check }) => check === id)).filter(({ status }) => status === 'fail'),
	);
};

const no = (
	base: Pick<CheckResult, 'id' | 'question' | 'group'>,
	check: Check,
	evidence: Evidence,
): CheckResult => ({
	...base,
	status: 'fail',
	reason: `${who(evidence.by)} says no: ${evidence.grounds}`,
	remedy: check.remedy,
	evidence,
});

/** The last word of each machine and of each person; of two at the same instant the one that does not pass. */
function newestByAnswerer<Entry extends Evidence>(entries: readonly Entry[]): readonly Entry[] {
	const newest = new Map<string, Entry>();
	for (const entry of entries) {
		const answerer = 'machine' in entry.by ? entry.by.machine : giverKey(entry.by);
		const before = newest.get(answerer);
		if (!before || entry.at > before.at || (entry.at === before.at && entry.status !== 'pass'))
			newest.set(answerer, entry);
	}
	return [...newest.values()];
}

/** The checks of one phase, assessed; those the kind may leave out and nobody answered are skipped, not passed. */
export function assessChecks(
	policy: Policy,
	phase: Check['phase'],
	scope: CheckScope,
	evidence: readonly Evidence[],
	hashes: Readonly<Partial<Record<Artifact, string>>>,
	now: Instant,
): readonly CheckResult[] {
	const maySkip = policy.kinds[scope.kind].maySkip;
	return checksFor(policy, phase, scope).map((check) => {
		const result = assessCheck(check, evidence, hashes, now, policy.people?.typedCounts);
		if (result.status !== 'unknown' || !maySkip.includes(check.id)) return result;
		return {
			...withoutRoles(result),
			status: 'skipped',
			reason: `The policy lets a ${scope.kind} leave it out.`,
			remedy: '',
		};
	});
}
