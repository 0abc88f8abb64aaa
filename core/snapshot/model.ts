import type { Instant, Json, JsonObject } from '../delivery/types';
import type { SpineRecord } from '../delivery/spine-settings';
import type { PropertyDefinition, PropertyGroup } from '../delivery/properties';
import type { WorkflowState } from '../audit/workflow-state';

/** What a snapshot covers. */
export interface CaptureScope {
	/** Properties captured of each contact. */
	readonly properties: readonly string[];
	/** Whether definitions and groups are captured, archived ones included. */
	readonly definitions: boolean;
	readonly workflows: readonly string[];
	/** Spine whose settings and policy are captured; `null` for none. */
	readonly spine: string | null;
}

/** Where a part of a snapshot is kept: hash of its content, hash of its stored bytes. */
export interface PartRef extends JsonObject {
	readonly content: string;
	readonly blob: string;
	readonly bytes: number;
}

/** A document of the ledger as captured: a flag or a policy. */
export interface CapturedDocument {
	readonly kind: 'flag' | 'policy';
	readonly id: string;
	readonly spine: string | null;
	readonly body: JsonObject;
}

export interface CapturedDefinitions {
	readonly definitions: readonly PropertyDefinition[];
	readonly archived: readonly PropertyDefinition[];
	readonly groups: readonly PropertyGroup[];
}

export interface CapturedSettings {
	readonly documents: readonly CapturedDocument[];
	readonly spine: Pick<SpineRecord, 'settings' | 'version' | 'paused'> | null;
}

/** Parts beside the contacts. */
export interface SnapshotParts {
	readonly definitions: CapturedDefinitions | null;
	readonly workflows: readonly WorkflowState[];
	readonly settings: CapturedSettings;
}

/** A snapshot as stored (record kind `snapshot`). */
export interface Snapshot {
	readonly id: string;
	/** The release it was captured for. */
	readonly release: string | null;
	/** The last release of the spine that was in production at the time, and whether it had reached stable. */
	readonly baseline: { readonly release: string; readonly stable: boolean } | null;
	readonly state: 'capturing' | 'complete';
	readonly scope: CaptureScope;
	readonly contacts: {
		/** Chunks are numbered from 0; each is a journal record and a blob. */
		readonly chunks: number;
		readonly found: number;
		/** Merged, archived or missing at capture. */
		readonly gone: number;
		readonly lastId: string | null;
		/** Digest over the contents of the chunks so far. */
		readonly root: string;
	};
	readonly parts: Readonly<Record<'definitions' | 'workflows' | 'settings', PartRef | null>>;
	/** Stored bytes so far. */
	readonly bytes: number;
	readonly startedAt: Instant;
	readonly finishedAt: Instant | null;
	/** What names the content; `null` until complete. */
	readonly hash: string | null;
	readonly revision: number;
}

/** Any plain data as the ledger takes it. */
export const asBody = (value: unknown): JsonObject => value as JsonObject;

export const asJson = (value: unknown): Json => value as Json;

/** Ids of contacts are whole numbers: shorter is smaller, then by digits. */
export const compareIds = (a: string, b: string): number =>
	a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The list in pieces of at most `size`. */
export function pieces<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
		items.slice(at * size, (at + 1) * size),
	);
}
