export { auditInstance, auditWorkflow, type AuditOptions } from './audit';
export { differencesOf, fingerprintOf, type Fingerprint, type SparseParameters } from './fingerprint';
export { workflowHash } from './hash';
export { spinesServedBy } from './serving';
export {
	behaviourHash,
	calledWorkflows,
	hashLike,
	IDENTITY,
	resolverOf,
	workflowIdentity,
	type IdentityContext,
} from './identity';
export {
	parseWorkflow,
	parseWorkflows,
	readWorkflows,
	readWorkflowsIn,
	workflowsIn,
	type ReadWorkflows,
} from './parse';
export { EMPTY_POLICY, parseAuditPolicy, type AuditPolicy } from './policy';
export { htmlReport, type Audited } from './report/html';
export { sarif, type AuditedFile } from './report/sarif';
export { textReport } from './report/text';
export { PROOFS, RULES, type Rule, type RuleId } from './rules';
export type {
	AuditReport,
	Cover,
	FoundSend,
	Proof,
	Severity,
	Verdict,
	Violation,
	WorkflowJson,
	WorkflowNode,
	WorkflowResolver,
} from './types';
