import { sameJson } from '../delivery/canonical';
import type { Json, JsonObject } from '../delivery/types';
import type { SpineSettings } from '../delivery/spine-settings';
import type { WorkflowGraph, WorkflowState } from '../audit/workflow-state';
import { asBody, type CapturedDocument } from './model';

/** Something that is left as it is, and why. */
export interface SettingLeft {
	/** e.g. `spine.cadence`, `flag warm-opening`, `workflow 7Qk: timezone`. */
	readonly what: string;
	readonly reason:
		| 'changed-by-someone'
		| 'archived-by-someone'
		| 'additive'
		| 'gone'
		| 'not-captured'
		| 'not-part-of-a-release';
}

// --- spine --------------------------------------------------------------------------------------------------

export interface SpinePlan {
	/** Settings to configure; `null` when there is nothing to put back. */
	readonly settings: SpineSettings | null;
	readonly left: readonly SettingLeft[];
}

/** Per setting: what the release wrote and nobody changed since goes back to what was there before. */
export function planSpine(before: SpineSettings, written: SpineSettings, current: SpineSettings): SpinePlan {
	const merged = threeWay(asBody(before), asBody(written), asBody(current), 'spine.');
	return {
		settings: merged.changed ? (merged.value as unknown as SpineSettings) : null,
		left: merged.left,
	};
}

/** Three-way over the first level of an object; a member that was not there goes away again. */
export function threeWay(
	before: JsonObject,
	written: JsonObject,
	current: JsonObject,
	prefix: string,
): { readonly value: JsonObject; readonly changed: boolean; readonly left: readonly SettingLeft[] } {
	const value: Record<string, Json> = { ...current };
	const left: SettingLeft[] = [];
	let changed = false;
	for (const key of new Set([...Object.keys(before), ...Object.keys(written)])) {
		if (sameJson(before[key], written[key]) || sameJson(before[key], current[key])) continue;
		if (!sameJson(current[key], written[key])) {
			left.push({ what: `${prefix}${key}`, reason: 'changed-by-someone' });
			continue;
		}
		changed = true;
		const old = before[key];
		if (old === undefined) delete value[key];
		else value[key] = old;
	}
	return { value, changed, left };
}

// --- flags --------------------------------------------------------------------------------------------------

/** A flag a release wrote. */
export interface JournalledFlag {
	readonly key: string;
	readonly before: JsonObject | null;
	readonly written: JsonObject;
}

export interface FlagPlan {
	readonly writes: readonly { readonly key: string; readonly body: JsonObject }[];
	readonly left: readonly SettingLeft[];
}

/**
 * Flags off first: a flag the release brought is switched off and killed, whatever became of it since, for its
 * rollout was the release's own. One that was there before goes back if it is what the release wrote; one that
 * somebody changed since is left.
 */
export function planFlags(
	journal: readonly JournalledFlag[],
	current: ReadonlyMap<string, CapturedDocument>,
): FlagPlan {
	const writes: { key: string; body: JsonObject }[] = [];
	const left: SettingLeft[] = [];
	for (const { key, before, written } of journal) {
		const now = current.get(key)?.body;
		if (!now) {
			left.push({ what: `flag ${key}`, reason: 'gone' });
		} else if (before === null) {
			left.push({ what: `flag ${key}`, reason: 'additive' });
			const off = { ...now, state: 'off', percentage: 0, killed: true };
			if (!sameJson(off, now)) writes.push({ key, body: off });
		} else if (sameJson(now, before)) {
			continue;
		} else if (sameJson(now, written)) {
			writes.push({ key, body: before });
		} else left.push({ what: `flag ${key}`, reason: 'changed-by-someone' });
	}
	return { writes, left };
}

// --- workflows ----------------------------------------------------------------------------------------------

/** A workflow a release wrote: before, and as it was read back. */
export interface JournalledWorkflow {
	readonly id: string;
	readonly before: WorkflowState;
	readonly written: WorkflowState;
}

export interface WorkflowStep {
	readonly id: string;
	/** Version to publish; `unpublish` if nothing was published before; `null` if the published one stays. */
	readonly publish: { readonly version: string } | 'unpublish' | null;
	/** What was published before, in case the instance has pruned the version. */
	readonly graph: WorkflowGraph | null;
	/** Settings to save; `null` if they stay. */
	readonly settings: JsonObject | null;
	/** Draft to save back; `null` if it stays. */
	readonly draft: WorkflowGraph | null;
}

export interface WorkflowPlan {
	readonly steps: readonly WorkflowStep[];
	readonly left: readonly SettingLeft[];
}

const graphOf = (version: WorkflowGraph | null): WorkflowGraph | null =>
	version && { nodes: version.nodes, connections: version.connections };

/**
 * A restore is a publish, not an edit: the version that was published before is published again if what runs now is
 * what the release published. Settings have no versions and are put back one by one, by the same rule.
 */
export function planWorkflows(
	journal: readonly JournalledWorkflow[],
	current: ReadonlyMap<string, WorkflowState | null>,
): WorkflowPlan {
	const steps: WorkflowStep[] = [];
	const left: SettingLeft[] = [];
	for (const { id, before, written } of journal) {
		const now = current.get(id);
		if (!now) {
			left.push({ what: `workflow ${id}`, reason: 'gone' });
			continue;
		}
		let publish: WorkflowStep['publish'] = null;
		if (!sameJson(graphOf(now.published), graphOf(before.published))) {
			if (now.published?.versionId === written.published?.versionId)
				publish = before.published ? { version: before.published.versionId } : 'unpublish';
			else left.push({ what: `workflow ${id}: published version`, reason: 'changed-by-someone' });
		}
		const settings = threeWay(before.settings, written.settings, now.settings, `workflow ${id}: `);
		left.push(...settings.left);
		const drafted = !sameJson(graphOf(before.draft), graphOf(written.draft));
		const ours = drafted && now.draft.versionId === written.draft.versionId;
		if (drafted && !ours && !sameJson(graphOf(now.draft), graphOf(before.draft)))
			left.push({ what: `workflow ${id}: draft`, reason: 'changed-by-someone' });
		const draft = ours ? graphOf(before.draft) : null;
		const graph = graphOf(before.published);
		if (publish !== null || settings.changed || draft)
			steps.push({ id, publish, graph, settings: settings.changed ? settings.value : null, draft });
	}
	return { steps, left };
}
