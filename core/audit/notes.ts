import { ReleaseGateError } from '../errors';
import { Answers } from './answers';
import { literal } from './expressions';
import { joinPolicies, parseAuditPolicy, EMPTY_POLICY, type AuditPolicy } from './policy';
import type { WorkflowJson } from './types';

const STICKY = 'n8n-nodes-base.stickyNote';
const FENCE = '```release-gate-audit';

/** Declarations found in notes, and what could not be read. */
export interface NotedDeclarations {
	readonly policy: AuditPolicy;
	/** Why a block cannot be used, one sentence each. */
	readonly broken: readonly string[];
}

const known = new Answers<WorkflowJson, NotedDeclarations>();

/**
 * The declarations that a workflow carries itself: blocks of JSON behind {@link FENCE} in sticky notes and in the notes
 * of nodes. So a template explains its own settings to the audit; the report lists each among its assumptions.
 */
export const declarationsIn = (workflow: WorkflowJson): NotedDeclarations => known.of(workflow, declared);

function declared(workflow: WorkflowJson): NotedDeclarations {
	let policy = EMPTY_POLICY;
	const broken: string[] = [];
	for (const text of notesIn(workflow).flatMap(blocksIn)) {
		try {
			policy = joinPolicies(policy, parseAuditPolicy(JSON.parse(text), 'in a note'));
		} catch (error) {
			broken.push(error instanceof ReleaseGateError ? error.message : 'The block is no JSON.');
		}
	}
	return { policy, broken };
}

const notesIn = (workflow: WorkflowJson): string[] =>
	workflow.nodes.flatMap((node) => [
		...(node.type === STICKY ? [literal(node.parameters.content) ?? ''] : []),
		...(node.notes === undefined ? [] : [node.notes]),
	]);

/** All blocks of a workflow, sorted: what its hash counts of its notes. */
export const declaredText = (workflow: WorkflowJson): string[] => notesIn(workflow).flatMap(blocksIn).sort();

/** The blocks of declarations in one note, as text; also what the hash of a workflow counts. */
export function blocksIn(note: string): string[] {
	return note
		.split(FENCE)
		.slice(1)
		.map((rest) => rest.slice(0, rest.indexOf('```') === -1 ? rest.length : rest.indexOf('```')).trim());
}
