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

export type Role = WorldRole | FlowRole | SpineRole;

/** How many items a node hands on for those it got: `same`, possibly `fewer`, or possibly `more`. */
export type Items = 'same' | 'fewer' | 'more';

/** What the catalogue knows of one node type. */
export interface CatalogueEntry {
	/** Role of every operation, or of reading and of other operations. */
	readonly role: WorldRole | FlowRole;
	/** Operations that only read, besides those whose verb says so. */
	readonly reads?: readonly string[];
	/** Roles of single operations, `resource.operation` or `operation`; wins over `role`. */
	readonly operations?: Readonly<Record<string, WorldRole>>;
	readonly items?: Items;
	/** Main outputs without the error output; 1 if absent. */
	readonly outputs?: number;
	/**
	 * With an error output, an item that fails leaves there, also when every item fails; the node never throws as a
	 * whole. Other nodes that throw hand their input to output 0 (n8n's handleNodeExecutionError).
	 */
	readonly failsPerItem?: boolean;
}

/** What is known of the other side of an HTTP request. */
export interface HostEntry {
	readonly host: string;
	/** Role of a request that may change something (any method but GET, HEAD and OPTIONS). */
	readonly role: WorldRole;
	/** Beginnings of paths that only read although the method is POST, as a pattern. */
	readonly reads?: string;
}
