export { auditInstance, auditWorkflow, type AuditOptions } from './audit';
export { canonicalJson, workflowHash } from './hash';
export { parseWorkflow, parseWorkflows, workflowsIn } from './parse';
export { EMPTY_POLICY, parseAuditPolicy, type AuditPolicy } from './policy';
export { PROOFS, RULES, type Rule, type RuleId } from './rules';
export type {
	AuditReport,
	Proof,
	Severity,
	Violation,
	WorkflowJson,
	WorkflowNode,
	WorkflowResolver,
} from './types';
