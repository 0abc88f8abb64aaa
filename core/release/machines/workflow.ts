import { auditWorkflow } from '../../audit/audit';
import { hashLike, IDENTITY, resolverOf } from '../../audit/identity';
import type { AuditPolicy } from '../../audit/policy';
import type { Violation, WorkflowJson } from '../../audit/types';
import { diffWorkflows, observedIn, type NodeKnowledge } from '../diff/workflow';
import type { MachineAnswer, MachineReport } from './report';

/** Proof number of the audit -> checks of the doctrines that stand on it. */
const CHECKS: readonly { readonly check: string; readonly proofs: readonly number[] }[] = [
	{ check: 'single-spine', proofs: [5] },
	{ check: 'no-per-user-workflows', proofs: [5] },
	{ check: 'idempotency-preserved', proofs: [1, 4] },
	{ check: 'commit-only-on-success', proofs: [2, 3] },
	{ check: 'no-optimistic-writes', proofs: [2] },
];

export interface WorkflowInput {
	/** The version in production; absent for a new workflow. */
	readonly before?: WorkflowJson;
	/** The version to be released: the artifact. */
	readonly after: WorkflowJson;
	readonly policy?: AuditPolicy;
	/** Workflows it calls, directly or through others. One that is not among them counts as unknown. */
	readonly called?: readonly WorkflowJson[];
	/** The hash by which the manifest names the workflow; what was looked at is told in the same form. */
	readonly named?: string;
	/** Defaults of the types of nodes; without them a parameter that only one version spells out is a change. */
	readonly knowledge?: NodeKnowledge;
}

/** Most nodes of a path that are named; of a longer one the first and the last. */
const MOST_NAMED = 12;

/** How items come to the node at fault; empty where the whole workflow is at fault. */
function pathText(path: readonly string[]): string {
	if (path.length < 2) return '';
	const half = MOST_NAMED / 2;
	const named = path.length <= MOST_NAMED ? path : [...path.slice(0, half), '…', ...path.slice(-half)];
	return `Path: ${named.join(' -> ')}. `;
}

const said = (violations: readonly Violation[]): string =>
	violations
		.slice(0, 3)
		.map(({ why, path, mend }) => `${why} ${pathText(path)}${mend}`)
		.join(' ');

/** Answers of the workflow audit, and what the diff against the version in production says changes. */
export function workflowReport({
	before,
	after,
	policy,
	called = [],
	named = IDENTITY,
	knowledge,
}: WorkflowInput): MachineReport {
	const context = { policy, resolve: resolverOf(called) };
	const audit = auditWorkflow(after, context);
	const answers = CHECKS.map(({ check, proofs }): MachineAnswer => {
		const violations = audit.violations.filter(({ proof }) => proofs.includes(proof));
		if (violations.length > 0) return { check, status: 'fail', grounds: said(violations) };
		// A workflow that breaks another proof still keeps this one; one that was not looked at whole does not.
		const whole = audit.cover.gaps.length === 0 && audit.cover.sends.length > 0;
		const gap = audit.cover.gaps[0] ?? '';
		return { check, status: whole ? 'pass' : 'unknown', grounds: `${audit.sentence} ${gap}`.trim() };
	});
	return {
		machine: 'workflow-audit',
		looked: { artifact: 'workflow', hash: hashLike(named, after, context) },
		observed: before
			? observedIn(diffWorkflows(before, after, knowledge))
			: [{ surface: 'workflows', what: 'the workflow is new' }],
		answers,
	};
}
