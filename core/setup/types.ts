import type { JsonObject } from '../delivery/types';

/** One node of a template or of an installed workflow, as n8n stores it; further fields are kept as they are. */
export interface SetupNode {
	readonly name: string;
	readonly type: string;
	readonly typeVersion?: number;
	readonly parameters: JsonObject;
	readonly credentials?: JsonObject;
	readonly disabled?: boolean;
	readonly [further: string]: unknown;
}

/** What a workflow consists of, as n8n's public API takes and gives it. */
export interface SetupWorkflow {
	readonly name: string;
	readonly nodes: readonly SetupNode[];
	readonly connections: JsonObject;
	readonly settings: JsonObject;
}

/** A template as it ships: `id` is its file name without `.json`, `set` the folder it stands in. */
export interface Template {
	readonly id: string;
	readonly set: string;
	readonly workflow: SetupWorkflow;
}

/** A credential as a node names it. */
export interface CredentialRef {
	readonly id: string;
	readonly name: string;
}

/** Which credentials a type of node can take, and when: `displayOptions.show` of its description. */
export interface CredentialSlot {
	readonly name: string;
	/** Whether the node does nothing without it. */
	readonly required?: boolean;
	readonly show?: Readonly<Record<string, readonly unknown[]>>;
}

/** Slots by full type name, e.g. `n8n-nodes-release-gate.deliveryCommit`. */
export type CredentialSlots = Readonly<Record<string, readonly CredentialSlot[]>>;

/** Everything that is chosen for an installation and stands in its workflows. No secret is among it. */
export interface Wiring {
	/** Id in this n8n of each template, by the template's id. */
	readonly ids: Readonly<Record<string, string>>;
	/** The credential for each type, e.g. `postmarkApi`. A type without one stays as it ships. */
	readonly credentials: Readonly<Record<string, CredentialRef>>;
	readonly slots: CredentialSlots;
	/** Name of the spine. */
	readonly spine: string;
	/** Values of *Set Config* and *Set Roles* by name, e.g. `fromAddress`; only where a template has the name. */
	readonly config: Readonly<Record<string, string | number | boolean>>;
	/** Address of n8n as n8n itself reaches it, without a slash at the end. */
	readonly insideUrl: string;
	/** Address at which people and vendors reach n8n's forms and webhooks, without a slash at the end. */
	readonly outsideUrl: string;
	/** Parameters of *Configure Spine*, by name; those not named stay as they ship. */
	readonly configure: JsonObject;
}
