import type { Json, JsonObject } from '../delivery/types';

/** What a version of a workflow consists of. */
export interface WorkflowGraph {
	readonly nodes: readonly Json[];
	readonly connections: JsonObject;
}

/** A workflow as an instance holds it: what runs, what the editor shows, and the settings both share. */
export interface WorkflowState {
	readonly id: string;
	readonly name: string;
	/** Settings have no versions: saving them changes what runs. */
	readonly settings: JsonObject;
	/** Data pinned to nodes in the editor, where the instance tells it. */
	readonly pinData?: JsonObject;
	readonly draft: WorkflowGraph & { readonly versionId: string };
	/** Whether it was archived: it runs no more, and the editor changes nothing of it. */
	readonly archived?: true;
	/** `null` while nothing is published. */
	readonly published: (WorkflowGraph & { readonly versionId: string }) | null;
}

/** Everything a save of a workflow takes. */
export interface WorkflowSave extends WorkflowGraph {
	readonly name: string;
	readonly settings: JsonObject;
}
