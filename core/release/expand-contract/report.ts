import { z } from 'zod';
import type { Instant } from '../../delivery/types';
import type { CheckResult } from '../checks';
import type { MachineAnswer, MachineReport } from '../machines/report';
import type { Manifest } from '../manifest';
import type { Policy, ReleaseKind } from '../policy/schema';
import type { Migration } from './migration';
import { expandedBefore, expansionSchema, servesExpansion } from './pairing';
import { readCountSchema, unreadBy, type Judged } from './reads';

/** The two questions the policy asks of what a migration takes away. */
export const contractChecks = ['contract-expanded', 'contract-unread'] as const;

/** How long it must have been out of use when the policy does not say: one week, the cycle of a weekly release. */
const UNREAD_FOR = 'P7D';

export const trailSchema = z
	.object({
		/** What earlier releases of the subject added, newest first. */
		expansions: z.array(expansionSchema).default([]),
		/** How often something old was still used. */
		reads: z.array(readCountSchema).default([]),
	})
	.strict();

/** What is known of a migration across releases. */
export interface MigrationTrail extends z.output<typeof trailSchema> {
	/** What the release's own migration does; `null` when nobody recorded its lint. */
	readonly migration: Migration | null;
}

/** Nothing known. */
export const noTrail: MigrationTrail = { migration: null, expansions: [], reads: [] };

/** Whether a policy asks a release of this kind both questions, so that the lint may leave contracts to them. */
export const asksForContracts = (policy: Policy, kind: ReleaseKind): boolean =>
	contractChecks.every((id) =>
		policy.checks.some(
			(check) =>
				check.id === id &&
				check.phase === 'before' &&
				check.boundTo === 'sql' &&
				check.answeredBy.machines.includes('expand-contract') &&
				(check.appliesTo.kinds.length === 0 || check.appliesTo.kinds.includes(kind)) &&
				check.appliesTo.classes.length === 0 &&
				check.appliesTo.surfaces.length === 0,
		),
	);

/** The worst state; its reasons, or all when every one passes. Known since the oldest of them. */
function together(check: string, judged: readonly Judged[], none: string): MachineAnswer {
	const worst = (['fail', 'unknown', 'pass'] as const).find((status) =>
		judged.some((entry) => entry.status === status),
	);
	if (!worst) return { check, status: 'pass', grounds: none };
	const ats = judged.flatMap(({ at }) => (at === undefined ? [] : [at]));
	const reasons = judged.filter(({ status }) => status === worst).map(({ reason }) => reason);
	return {
		check,
		status: worst,
		grounds: reasons.join(' '),
		...(ats.length > 0 ? { at: Math.min(...ats) } : {}),
	};
}

/**
 * Answers of the expand-contract tracking. A table or column may be taken away when an earlier release put something
 * in its place and was stable, and when its uses were counted and are zero. Whatever is not known is unknown.
 */
export function contractReport(
	policy: Policy,
	manifest: Manifest,
	{ migration, expansions, reads }: MigrationTrail,
	now: Instant,
): MachineReport {
	const machine = 'expand-contract';
	if (!migration) {
		const grounds = 'Nobody recorded the lint of the migration, so nobody knows what it takes away.';
		const answers = contractChecks.map((check) => ({ check, status: 'unknown' as const, grounds }));
		return { machine, observed: [], answers };
	}
	const earlier = expansions.filter(({ release }) => release !== manifest.id);
	const unreadFor = policy.migrations?.unreadFor ?? UNREAD_FOR;
	const expanded = migration.contracts.map((contract) =>
		contract.of === 'trigger' || contract.of === 'function'
			? servesExpansion(contract, migration, manifest, earlier)
			: expandedBefore(contract, manifest, earlier),
	);
	const unread = migration.contracts.flatMap((contract) => unreadBy(contract, reads, unreadFor, now) ?? []);
	const none = 'The migration takes nothing away.';
	return {
		machine,
		looked: { artifact: 'sql', hash: migration.hash },
		observed: [],
		answers: [together('contract-expanded', expanded, none), together('contract-unread', unread, none)],
	};
}

/** Whether the lint stands as passed, which with a contract it does only when it left that to the two questions. */
const lintPassed = (checks: readonly CheckResult[]): boolean =>
	checks.some(
		({ status, evidence }) =>
			status === 'pass' &&
			evidence !== undefined &&
			'machine' in evidence.by &&
			evidence.by.machine === 'sql-lint',
	);

/**
 * Holds what takes something away when the policy, by an override made since the lint, no longer asks whether it may
 * go. Empty when nothing is taken away, the lint refuses it anyway, or both questions are asked and not left out.
 */
export function unaskedContracts(
	policy: Policy,
	{ migration }: MigrationTrail,
	checks: readonly CheckResult[],
): readonly CheckResult[] {
	const [first] = migration?.contracts ?? [];
	const asked = contractChecks.every((id) =>
		checks.some((check) => check.id === id && check.status !== 'skipped'),
	);
	if (!first || asked || !lintPassed(checks)) return [];
	return [
		{
			id: 'contract-judged',
			question: 'Does the policy ask whether what the migration takes away may go?',
			group: 'Pre-Release',
			status: 'fail',
			reason: `The migration takes away ${first.name}, and ${policy.name} does not ask for ${contractChecks.join(' and ')}.`,
			remedy: 'Put both checks back into the policy, or take nothing away.',
		},
	];
}
