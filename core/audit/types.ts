import type { JsonObject } from '../delivery/types';

/** What a node does when it throws; n8n's `onError`, with the old `continueOnFail` folded in. */
export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';

/** One node of an exported workflow, as far as the audit reads it. */
export interface WorkflowNode {
	readonly id?: string;
	readonly name: string;
	readonly type: string;
	/** Absent when the export names none: n8n then takes the type's default version. */
	readonly typeVersion?: number;
	readonly position: readonly [number, number];
	readonly parameters: JsonObject;
	readonly credentials?: JsonObject;
	/** What somebody wrote on the node; may hold declarations, see `notes.ts`. */
	readonly notes?: string;
	readonly disabled: boolean;
	readonly onError: OnError;
	readonly retryOnFail: boolean;
	/** Tries of Retry On Fail and the wait between them in milliseconds, where they are not n8n's own. */
	readonly maxTries?: number;
	readonly waitBetweenTries?: number;
	readonly alwaysOutputData: boolean;
	readonly executeOnce: boolean;
}

/** Where one output leads: a node and one of its inputs, of a connection type (`main`, `ai_tool`, …). */
export interface Connection {
	readonly node: string;
	readonly type: string;
	readonly index: number;
}

/** `connections[source][type][output]` is the list of targets, as n8n stores it. */
export type Connections = Readonly<
	Record<string, Readonly<Record<string, readonly (readonly Connection[] | null)[]>>>
>;

/** A workflow as exported by n8n or returned by its public API, with missing parts filled in. */
export interface WorkflowJson {
	readonly id?: string;
	readonly name: string;
	readonly nodes: readonly WorkflowNode[];
	readonly connections: Connections;
	readonly settings: JsonObject;
	readonly pinData: JsonObject;
	readonly active: boolean;
	readonly archived: boolean;
}

/** `error` breaks the proof; `warning` is advice of the doctrine. */
export type Severity = 'error' | 'warning';

/** One refuted claim about a workflow, with a path that a person can look at. */
export interface Violation {
	/** Id of the rule, e.g. `send-ungated`; a key of the rule table. */
	readonly rule: string;
	/** Number of the proof it belongs to, 1 to 6. */
	readonly proof: number;
	readonly severity: Severity;
	/** The node at fault; absent when the whole workflow is. */
	readonly node?: string;
	/** Node names from a trigger to the node at fault; a shortest one. Empty when the whole workflow is at fault. */
	readonly path: readonly string[];
	/** A second path that shares a beginning with the first, when it takes two to do harm. */
	readonly secondPath?: readonly string[];
	/** Why it matters, in one sentence. */
	readonly why: string;
	/** The smallest change that mends it, with the text of the declaration where one would. */
	readonly mend: string;
	/** A policy that would mend it, once somebody has looked: what `mend` prints. */
	readonly declaration?: JsonObject;
}

/**
 * `proven`: every send that was found is guarded, and nothing that could act was left out. `partly`: nothing found is
 * wrong, but something that could act was not looked at. `nothing to prove`: no send can be reached.
 */
export type Verdict = 'proven' | 'partly' | 'nothing to prove' | 'violated';

/** One of the six proofs and whether it stands. */
export interface Proof {
	readonly proof: number;
	readonly title: string;
	readonly verdict: Verdict;
}

/** A sending node that was reached, how it names its recipient, and a shortest path on which one can see it. */
export interface FoundSend {
	readonly node: string;
	readonly path: readonly string[];
	/** The expressions that name the recipient, as they stand in the node; empty if none was found. */
	readonly recipients: readonly string[];
	/** On what grounds the node was taken for a send. */
	readonly because: string;
	/** Whether it is reached only by confirmed deliveries, or by keys that come the first time. */
	readonly guarded: boolean;
	/** Of what stands behind a key claim: the claim, its key and its scope, in words. */
	readonly once?: string;
}

/** What an answer rests on: without it no word about safety is worth anything. */
export interface Cover {
	readonly sends: readonly FoundSend[];
	/** Nodes without sticky notes, and those of them that an item can reach. */
	readonly nodes: number;
	readonly reached: number;
	/** Nodes no trigger leads to; those that could act are named in `gaps`. */
	readonly unreached: readonly string[];
	/** Why the answer is not about all of it, one sentence each; empty when it is. */
	readonly gaps: readonly string[];
	/** Reached nodes that were taken for harmless, readers or generators, by the grounds on which. */
	readonly harmless: readonly { readonly because: string; readonly nodes: readonly string[] }[];
	/** What has to be true besides, one sentence each; declarations included. */
	readonly assumptions: readonly string[];
	/** The workflows that calls lead to and that were followed, by id. */
	readonly callees: readonly string[];
	/** What the catalogue was made from. */
	readonly catalogue: string;
}

/** What the audit says of one workflow. */
export interface AuditReport {
	readonly verdict: Verdict;
	/** The verdict in one sentence that names its cover; the same on every surface. */
	readonly sentence: string;
	readonly workflow: {
		readonly id: string | null;
		readonly name: string;
		/** SHA-256 (hex) of the canonical JSON of nodes, connections and settings without positions and ids. */
		readonly hash: string;
		readonly nodes: number;
	};
	readonly proofs: readonly Proof[];
	/** What breaks the proof. */
	readonly violations: readonly Violation[];
	/** What the doctrine asks for besides. */
	readonly advice: readonly Violation[];
	readonly cover: Cover;
}

/** Finds the workflow that a node calls by id; `undefined` when it cannot be found. */
export type WorkflowResolver = (id: string) => WorkflowJson | undefined;
