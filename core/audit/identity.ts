import { literal, unwrapLocator } from './expressions';
import { CATALOGUE_SOURCE } from './facts/operation';
import { digest, workflowHash } from './hash';
import { declaredText } from './notes';
import { parseWorkflow } from './parse';
import { EMPTY_POLICY, type AuditPolicy } from './policy';
import type { WorkflowJson, WorkflowNode, WorkflowResolver } from './types';
import { RULES_DIGEST } from './version';

/** Begins every hash of this form; hashes without it were made by earlier versions and cover less. */
export const IDENTITY = 'v2:';

/** What a hash of a workflow is made from beside it. */
export interface IdentityContext {
	/** The policy it is audited under; the empty one if absent. */
	readonly policy?: AuditPolicy;
	/** Finds the workflows it calls; one that is not found counts as such, and finding it later is another hash. */
	readonly resolve?: WorkflowResolver;
}

const STICKY = 'n8n-nodes-base.stickyNote';
const CALL = 'n8n-nodes-base.executeWorkflow';
const TOOL = '@n8n/n8n-nodes-langchain.toolWorkflow';

/** Id of the workflow a node calls, or the workflow itself where it stands in the node; `null` when it calls none. */
function calledBy({ type, name, parameters }: WorkflowNode): string | WorkflowJson | null {
	if (type !== CALL && type !== TOOL) return null;
	if (literal(parameters.source ?? 'database') === 'parameter') {
		try {
			return parseWorkflow(JSON.parse(literal(parameters.workflowJson) ?? ''), name);
		} catch {
			// Its text is among the parameters, so it counts there.
			return null;
		}
	}
	return literal(unwrapLocator(parameters.workflowId));
}

/** Everything of one workflow that decides what it does. */
function contentOf(workflow: WorkflowJson): object {
	const { connections, settings, pinData } = workflow;
	const nodes = workflow.nodes
		.filter(({ type }) => type !== STICKY)
		.map(({ id: _id, position: _position, notes: _notes, credentials, ...rest }) =>
			Object.assign(rest, {
				credentials: Object.entries(credentials ?? {})
					.map(([type, chosen]) => [type, idIn(chosen)])
					.sort(),
			}),
		)
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	return { nodes, connections, settings, pinData, declared: declaredText(workflow) };
}

/** Id of a chosen credential; its name where it has none (n8n writes `null` into some exports). */
function idIn(chosen: unknown): unknown {
	if (typeof chosen !== 'object' || chosen === null) return chosen ?? null;
	const { id, name } = chosen as { readonly id?: unknown; readonly name?: unknown };
	return id ?? name ?? null;
}

/** Every workflow that is reached by calls from this one, by id; those that were not found are `null`. */
export function calledWorkflows(
	workflow: WorkflowJson,
	resolve: WorkflowResolver = () => undefined,
): ReadonlyMap<string, WorkflowJson | null> {
	const called = new Map<string, WorkflowJson | null>();
	const follow = ({ nodes }: WorkflowJson): void => {
		for (const node of nodes) {
			const target = calledBy(node);
			if (target === null || target === '') continue;
			if (typeof target !== 'string') follow(target);
			else if (!called.has(target)) {
				const found = resolve(target) ?? null;
				called.set(target, found);
				if (found) follow(found);
			}
		}
	};
	follow(workflow);
	return called;
}

/**
 * What a workflow does, with all it calls: SHA-256 (hex) over nodes with the ids of their credentials (so also which
 * ledger), connections, settings and pinned data, of the workflow and of every workflow it reaches by calls. Names of
 * workflows, positions, notes that declare nothing to the audit and the order of nodes do not count.
 */
export function behaviourHash(workflow: WorkflowJson, resolve: WorkflowResolver = () => undefined): string {
	const called = Object.fromEntries(
		[...calledWorkflows(workflow, resolve)].map(([id, found]) => [id, found && contentOf(found)]),
	);
	return digest({ workflow: contentOf(workflow), called });
}

/** What the audit asks, and of what catalogue: another text of its rules is another audit, and so is another n8n. */
const auditVersion = digest([CATALOGUE_SOURCE, RULES_DIGEST]);

/**
 * What a workflow is released as: `v2:` and the SHA-256 (hex) over what it does, with all it calls, the policy it is
 * audited under, and what the audit asks. Evidence is bound to it, so each of these asks for new evidence when it
 * changes.
 */
export const workflowIdentity = (
	workflow: WorkflowJson,
	{ policy = EMPTY_POLICY, resolve }: IdentityContext = {},
): string =>
	`${IDENTITY}${digest({ behaviour: behaviourHash(workflow, resolve), policy, audit: auditVersion })}`;

/** Finds workflows among those given, by their id. */
export const resolverOf =
	(workflows: readonly WorkflowJson[]): WorkflowResolver =>
	(id) =>
		workflows.find((workflow) => workflow.id === id);

/** A workflow's hash in the form of one that is stored, so that the two can be compared. */
export const hashLike = (stored: string, workflow: WorkflowJson, context: IdentityContext = {}): string =>
	stored.startsWith(IDENTITY) ? workflowIdentity(workflow, context) : workflowHash(workflow);
