import { forgetAnswers } from './answers';
import { findClones } from './clones';
import { coverOf, sentenceOf, verdictOf } from './cover';
import { buildGraph } from './graph/build';
import { workflowIdentity } from './identity';
import { EMPTY_POLICY, type AuditPolicy } from './policy';
import { acceptanceFindings } from './proofs/acceptance';
import { batchFindings } from './proofs/batches';
import { copyFindings } from './proofs/copies';
import type { Finding } from './proofs/finding';
import { hygieneFindings } from './proofs/hygiene';
import { keyFindings } from './proofs/keys';
import { loopFindings } from './proofs/loops';
import { pinFindings } from './proofs/pins';
import { recipientFindings } from './proofs/recipients';
import { retryFindings } from './proofs/retries';
import { orderFindings } from './proofs/sends';
import { settlementFindings } from './proofs/settlement';
import { spineFindings } from './proofs/spines';
import { timeFindings } from './proofs/time';
import { PROOFS, RULES, type Rule, type RuleId } from './rules';
import { KEY_WORDS } from './rules-keys';
import type { AuditReport, Cover, Violation, WorkflowJson, WorkflowResolver } from './types';
import { walk } from './walk';

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
	forgetAnswers();
	const policy = options.policy ?? EMPTY_POLICY;
	const walked = walk(buildGraph(workflow, policy, options.resolve ?? (() => undefined)));
	const findings = [
		...orderFindings(walked),
		...copyFindings(walked),
		...timeFindings(walked),
		...batchFindings(walked),
		...pinFindings(walked, workflow),
		...acceptanceFindings(walked),
		...settlementFindings(walked),
		...keyFindings(walked),
		...loopFindings(walked),
		...spineFindings(walked),
		...retryFindings(walked),
		...recipientFindings(walked),
		...hygieneFindings(walked, workflow),
	];
	const hash = workflowIdentity(workflow, { policy, resolve: options.resolve });
	return report(workflow, hash, policy, findings, coverOf(walked, workflow));
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
	const words = finding.key === true ? (KEY_WORDS[finding.rule] ?? rule) : rule;
	const fill = (text: string): string => text.replaceAll('{node}', finding.node ?? '');
	const mend = fill(finding.mend ?? words.mend);
	const { declaration } = finding;
	return {
		rule: finding.rule,
		proof: rule.proof,
		severity: policy.severity[finding.rule] ?? rule.severity,
		...(finding.node === undefined ? {} : { node: finding.node }),
		path: finding.path,
		...(finding.secondPath === undefined ? {} : { secondPath: finding.secondPath }),
		why: finding.detail === undefined ? fill(words.why) : `${fill(words.why)} ${finding.detail}`,
		mend: declaration === undefined ? mend : `${mend} The declaration: ${JSON.stringify(declaration)}`,
		...(declaration === undefined ? {} : { declaration }),
	};
}

const byRule = (a: Violation, b: Violation): number =>
	ORDER.indexOf(a.rule as RuleId) - ORDER.indexOf(b.rule as RuleId) ||
	((a.node ?? '') < (b.node ?? '') ? -1 : (a.node ?? '') > (b.node ?? '') ? 1 : 0);

function report(
	workflow: WorkflowJson,
	hash: string,
	policy: AuditPolicy,
	findings: readonly Finding[],
	cover: Cover,
): AuditReport {
	const all = findings.map((finding) => violation(finding, policy)).sort(byRule);
	const base = {
		workflow: {
			id: workflow.id ?? null,
			name: workflow.name,
			hash,
			nodes: workflow.nodes.length,
		},
		advice: all.filter(({ severity }) => severity === 'warning'),
		cover,
	};
	return judged(
		base,
		all.filter(({ severity }) => severity === 'error'),
	);
}

function withViolations(base: AuditReport, added: readonly Violation[]): AuditReport {
	return judged(base, [...base.violations, ...added].sort(byRule));
}

function judged(
	{ workflow, advice, cover }: Pick<AuditReport, 'workflow' | 'advice' | 'cover'>,
	violations: readonly Violation[],
): AuditReport {
	const verdict = verdictOf(cover, violations);
	// A proof that nothing speaks against stands as far as the whole does.
	const standing = verdict === 'violated' ? verdictOf(cover, []) : verdict;
	return {
		verdict,
		sentence: sentenceOf(verdict, cover, violations),
		workflow,
		proofs: Object.entries(PROOFS).map(([proof, title]) => ({
			proof: Number(proof),
			title,
			verdict: violations.some((entry) => entry.proof === Number(proof)) ? 'violated' : standing,
		})),
		violations,
		advice,
		cover,
	};
}
