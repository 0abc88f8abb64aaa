import type { IExecuteFunctions } from 'n8n-workflow';
import { fingerprintOf, type Fingerprint } from '../../core/audit/fingerprint';
import { parseWorkflow } from '../../core/audit/parse';
import { sparseIn } from './node-knowledge';

/** The workflow that runs a node, as it runs. */
export interface Running {
	readonly workflow: string;
	readonly fingerprint: Fingerprint;
}

interface Inner {
	readonly workflow?: {
		readonly id?: string;
		readonly name?: string;
		readonly nodes?: Readonly<Record<string, unknown>>;
		readonly connectionsBySourceNode?: unknown;
		readonly settings?: unknown;
		readonly pinData?: Readonly<Record<string, unknown>>;
	};
	readonly additionalData?: { readonly rootExecutionMode?: string };
}

/** n8n makes one such object for an execution (`WorkflowRunner.runMainProcess`, n8n 2.40), so this is once a run. */
const known = new WeakMap<object, Running | null>();

/**
 * What runs: its id and the fingerprint of its nodes, connections and settings; `null` where n8n does not tell. From
 * `NodeExecutionContext.workflow` of n8n-core 2.40, which the types of n8n-workflow do not name.
 */
export function runningOf(ctx: IExecuteFunctions): Running | null {
	const { workflow } = ctx as unknown as Inner;
	if (!workflow?.nodes) return null;
	const before = known.get(workflow);
	if (before !== undefined) return before;
	const sparse = sparseIn(ctx);
	let running: Running | null = null;
	if (sparse && workflow.id) {
		try {
			const json = {
				nodes: Object.values(workflow.nodes),
				connections: workflow.connectionsBySourceNode,
				settings: workflow.settings,
			};
			running = {
				workflow: workflow.id,
				fingerprint: fingerprintOf(parseWorkflow(json, 'the workflow that runs'), sparse),
			};
		} catch {
			// What cannot be read cannot be compared; who asks holds.
		}
	}
	known.set(workflow, running);
	return running;
}

/** Modes of n8n in which the draft of the editor runs (`isManualOrChatExecution`, n8n 2.40). */
const BY_HAND = ['manual', 'chat', 'evaluation'];

/** Whether a person started this run in the editor, or the run that called it: then the draft runs. */
export function startedByHand(ctx: IExecuteFunctions): boolean {
	const root = (ctx as unknown as Inner).additionalData?.rootExecutionMode;
	return BY_HAND.includes(ctx.getMode()) || (root !== undefined && BY_HAND.includes(root));
}

/** Whether data is pinned to one of the nodes of this run. */
export const isPinned = (ctx: IExecuteFunctions): boolean =>
	Object.keys((ctx as unknown as Inner).workflow?.pinData ?? {}).length > 0;
