import type { WorkflowJson } from '../../core/audit/types';
import type { WorkflowGraph, WorkflowState, WorkflowSave } from '../../core/audit/workflow-state';

/** Workflows of one n8n instance. Every method throws catalogue errors. */
export interface WorkflowHost {
	/** `null` if there is no such workflow. */
	read(id: string): Promise<WorkflowState | null>;
	/** One version; `null` once the instance has pruned it. */
	version(id: string, versionId: string): Promise<WorkflowGraph | null>;
	/**
	 * Makes a version the one that runs. `version-gone` when the instance has pruned it, `review-open` while it publishes
	 * nothing because a review of the workflow is open: nothing was changed.
	 */
	publish(id: string, versionId: string): Promise<'published' | 'version-gone' | 'review-open'>;
	/** Takes a workflow out of service; the draft stays. */
	unpublish(id: string): Promise<void>;
	/** Replaces draft and settings without publishing; gives the id of the new version. */
	save(id: string, content: WorkflowSave): Promise<string>;
	/** Creates an unpublished workflow and gives its id. */
	create(content: WorkflowSave): Promise<string>;
	/** Deletes a workflow; one that is gone is no error. */
	remove(id: string): Promise<void>;
}

/** Every workflow of one n8n instance that is not archived, as it is published; as its draft where nothing is. */
export interface WorkflowDirectory {
	/** `active` says whether it is published. Those that cannot be read as a workflow are left out. */
	published(): Promise<readonly WorkflowJson[]>;
}
