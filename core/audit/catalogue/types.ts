/**
 * What a node does to the outside world. `unknown` counts as a sender until the policy declares it.
 * `state-writer` writes where delivery state may live (a CRM contact), `writer` any other record.
 */
export type WorldRole =
	'harmless' | 'reader' | 'generator' | 'notifier' | 'writer' | 'state-writer' | 'sender' | 'unknown';

/** Roles that the shape of the workflow gives. */
export type FlowRole = 'trigger' | 'sub-workflow' | 'loop' | 'stop';

/** Roles of this package's own nodes, by operation. */
export type SpineRole = 'gate' | 'claim' | 'confirm' | 'commit' | 'fail' | 'source';

/** Roles of the nodes that claim and settle keys, for any workflow. */
export type KeyRole = 'key-claim' | 'key-done' | 'key-back';

export type Role = WorldRole | FlowRole | SpineRole | KeyRole;

/**
 * How many items a node hands on for each it got: `same` exactly one, `fewer` none or one, `more` one or several,
 * `any` none, one or several.
 */
export type Items = 'same' | 'fewer' | 'more' | 'any';

/** Whether an item that came may be missing among those that go. */
export const mayLose = (items: Items): boolean => items === 'fewer' || items === 'any';
/** Whether one item that came may go more than once. */
export const mayAdd = (items: Items): boolean => items === 'more' || items === 'any';

/** What a success answer of a provider means, and how its message id is named. */
export interface Acceptance {
	/** Fields of the answer that hold the id of an accepted message. */
	readonly ids: readonly string[];
	/** Whether a success by itself means accepted, so that no id need be read. */
	readonly bySuccess?: boolean;
	/** Header, or dotted path in the body, by which the provider drops repetitions; with the source beside it. */
	readonly dedupes?: string;
	/** Pattern of the paths where it does; every path if absent. */
	readonly dedupesAt?: string;
}

/** What the catalogue knows of one node type. */
export interface CatalogueEntry {
	/** Role of every operation, or of reading and of other operations. */
	readonly role: WorldRole | FlowRole;
	/** Operations that only read, besides those whose verb says so. */
	readonly reads?: readonly string[];
	/** Roles of single operations, `resource.operation` or `operation`; wins over `role`. */
	readonly operations?: Readonly<Record<string, WorldRole>>;
	readonly items?: Items;
	/** Operations that hand on exactly one item for each. */
	readonly oneEach?: readonly string[];
	/** Main outputs without the error output; 1 if absent. */
	readonly outputs?: number;
	/**
	 * With an error output, an item that fails leaves there, also when every item fails; the node never throws as a
	 * whole. Other nodes that throw hand their input to output 0 (n8n's handleNodeExecutionError).
	 */
	readonly failsPerItem?: boolean;
	/** The node waits: for a time, a person or a call. */
	readonly pauses?: boolean;
	/** The node works on values and throws on those it cannot read. */
	readonly throws?: boolean;
	readonly accepts?: Acceptance;
}

/** What is known of the other side of an HTTP request. */
export interface HostEntry {
	/** `*` stands for any part of the name; a port counts where it is written. */
	readonly host: string;
	/** Role of a request that may change something (any method but GET, HEAD and OPTIONS). */
	readonly role: WorldRole;
	/** Role of GET, HEAD and OPTIONS; without it such a request counts like any other. */
	readonly get?: WorldRole;
	/** Paths that only read although the method is POST, as a pattern. */
	readonly reads?: string;
	/** Paths with a role of their own, as patterns; the first that fits wins. */
	readonly paths?: readonly (readonly [pattern: string, role: WorldRole])[];
	readonly accepts?: Acceptance;
}
