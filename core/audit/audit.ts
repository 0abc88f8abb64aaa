import { findClones } from './clones';
import { buildGraph } from './graph';
import { workflowHash } from './hash';
import { EMPTY_POLICY, type AuditPolicy } from './policy';
import { copyFindings } from './proofs/copies';
import type { Finding } from './proofs/finding';
import { hygieneFindings } from './proofs/hygiene';
import { recipientFindings } from './proofs/recipients';
import { retryFindings } from './proofs/retries';
import { orderFindings } from './proofs/sends';
import { settlementFindings } from './proofs/settlement';
import { PROOFS, RULES, type Rule, type RuleId } from './rules';
import { stageOf } from './state';
import type { AuditReport, GuardedSend, Violation, WorkflowJson, WorkflowResolver } from './types';
import { walk, type Walk } from './walk';

/** How to audit: declarations beyond the catalogue, and where called workflows are found. */
export interface AuditOptions {
	readonly policy?: AuditPolicy;
	/** Finds sub-workflows by id; without it every call counts as unknown. */
	readonly resolve?: WorkflowResolver;
}

const ORDER = Object.keys(RULES) as RuleId[];

/**
 * Proves six things of a workflow or refutes them with paths; see `docs/guide/audit.md`. Pure and deterministic: the same
 * workflow, policy and sub-workflows give the same report. Cost grows linearly with connections.
 */
export function auditWorkflow(workflow: WorkflowJson, options: AuditOptions = {}): AuditReport {
	const policy = options.policy ?? EMPTY_POLICY;
	const walked = walk(buildGraph(workflow, policy, options.resolve ?? (() => undefined)));
	const findings = [
		...orderFindings(walked),
		...copyFindings(walked),
		...settlementFindings(walked),
		...retryFindings(walked),
		...recipientFindings(walked),
		...hygieneFindings(walked, workflow),
	];
	return report(workflow, policy, findings, guardedSends(walked), assumptions(walked));
}

/**
 * Audits the workflows of one instance together: calls between them are followed, and spines that exist twice are
 * found. Reports come in the order of the workflows.
 */
export function auditInstance(
	workflows: readonly WorkflowJson[],
	options: AuditOptions = {},
): readonly AuditReport[] {
	const policy = options.policy ?? EMPTY_POLICY;
	const byId = new Map(
		workflows.flatMap((workflow) => (workflow.id === undefined ? [] : [[workflow.id, workflow]])),
	);
	const resolve: WorkflowResolver = (id) => byId.get(id) ?? options.resolve?.(id);
	const twins = new Map<WorkflowJson, string[]>();
	for (const group of findClones(workflows, policy)) {
		for (const one of group)
			twins.set(
				one,
				group.filter((other) => other !== one).map(({ name }) => name),
			);
	}
	return workflows.map((workflow) => {
		const base = auditWorkflow(workflow, { policy, resolve });
		const names = twins.get(workflow);
		if (!names) return base;
		const clone: Finding = { rule: 'cloned-spine', path: [], detail: `The same shape: ${names.join(', ')}.` };
		return withViolations(base, [violation(clone, policy)]);
	});
}

function violation(finding: Finding, policy: AuditPolicy): Violation {
	const rule: Rule = RULES[finding.rule];
	const fill = (text: string): string => text.replaceAll('{node}', finding.node ?? '');
	return {
		rule: finding.rule,
		proof: rule.proof,
		severity: policy.severity[finding.rule] ?? rule.severity,
		...(finding.node === undefined ? {} : { node: finding.node }),
		path: finding.path,
		...(finding.secondPath === undefined ? {} : { secondPath: finding.secondPath }),
		why: finding.detail === undefined ? fill(rule.why) : `${fill(rule.why)} ${finding.detail}`,
		mend: fill(rule.mend),
	};
}

const byRule = (a: Violation, b: Violation): number =>
	ORDER.indexOf(a.rule as RuleId) - ORDER.indexOf(b.rule as RuleId) ||
	((a.node ?? '') < (b.node ?? '') ? -1 : (a.node ?? '') > (b.node ?? '') ? 1 : 0);

function report(
	workflow: WorkflowJson,
	policy: AuditPolicy,
	findings: readonly Finding[],
	sends: readonly GuardedSend[],
	assumed: readonly string[],
): AuditReport {
	const all = findings.map((finding) => violation(finding, policy)).sort(byRule);
	const empty: AuditReport = {
		verdict: 'proven',
		workflow: {
			id: workflow.id ?? null,
			name: workflow.name,
			hash: workflowHash(workflow),
			nodes: workflow.nodes.length,
		},
		proofs: [],
		violations: [],
		advice: all.filter(({ severity }) => severity === 'warning'),
		sends,
		assumptions: assumed,
	};
	return withViolations(
		empty,
		all.filter(({ severity }) => severity === 'error'),
	);
}

function withViolations(base: AuditReport, added: readonly Violation[]): AuditReport {
	const violations = [...base.violations, ...added].sort(byRule);
	return {
		...base,
		verdict: violations.length === 0 ? 'proven' : 'violated',
		proofs: Object.entries(PROOFS).map(([proof, title]) => ({
			proof: Number(proof),
			title,
			verdict: violations.some((entry) => entry.proof === Number(proof)) ? 'violated' : 'proven',
		})),
		violations,
	};
}

function guardedSends(walked: Walk): GuardedSend[] {
	const found = new Map<string, GuardedSend>();
	for (const vertex of walked.vertices) {
		const { facts, label, node } = walked.step(vertex);
		if (facts.role !== 'sender' || node.disabled || stageOf(walked.state(vertex)) !== 'confirmed') continue;
		if (!found.has(label)) found.set(label, { node: label, path: walked.path(vertex) });
	}
	return [...found.values()];
}

function assumptions(walked: Walk): string[] {
	return [...new Set(walked.graph.steps.flatMap(({ facts }) => facts.assumption ?? []))].sort();
}
