import type { Json, JsonObject } from '../../core/delivery/types';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { RecordWrite } from '../ledger/records';
import type { PropertyVersion } from '../../core/delivery/contacts';
import type { WorkflowState } from '../../core/audit/workflow-state';
import { getPart, writeRecords } from './book';
import { apiSources, sameForm } from '../../core/snapshot/forms';
import { asBody, type PartRef } from '../../core/snapshot/model';
import { type Rooms } from './ports';
import type { JournalledDefinition } from '../../core/snapshot/definitions';
import type { JournalledFlag, JournalledWorkflow } from '../../core/snapshot/settings';
import type { JournalledWrite } from '../../core/snapshot/values';

/** One value a release writes: what was on top before, and its own entry as read back. */
export interface ValueIntent {
	readonly contactId: string;
	readonly property: string;
	readonly value: string;
	readonly before: PropertyVersion | null;
	readonly version: PropertyVersion | null;
}

/** A workflow a release writes; the states are kept as parts. */
export interface WorkflowIntent {
	readonly id: string;
	/** Version to publish, once known; `null` when only settings change. */
	readonly wanted: string | null;
	readonly settings: JsonObject;
	readonly before: PartRef;
	/** `null` until it was read back. */
	readonly written: PartRef | null;
}

/** What a release does to everything but values, written down before it is done (record kind `journal`). */
export interface ApplyJournal {
	readonly release: string;
	readonly snapshot: string;
	/** Hash of the change list. */
	readonly changes: string;
	readonly state: 'applying' | 'applied';
	readonly definitions: readonly (JournalledDefinition & { readonly done: boolean })[];
	readonly workflows: readonly WorkflowIntent[];
	readonly spine: {
		readonly before: SpineSettings;
		readonly written: SpineSettings;
		readonly done: boolean;
	} | null;
	readonly flags: readonly (JournalledFlag & { readonly done: boolean })[];
	readonly revision: number;
}

export const applyId = (release: string): string => `${release}/apply`;
export const valuesId = (owner: string, chunk: number): string =>
	`${owner}/values/${String(chunk).padStart(6, '0')}`;

/** Packs what may hold contact data, so that it is compressed and sealed like a snapshot. */
export const sealed = (rooms: Rooms, content: unknown): string =>
	Buffer.from(rooms.codec.pack(JSON.stringify(content))).toString('base64');
export const unsealed = <Content>(rooms: Rooms, text: Json | undefined): Content =>
	JSON.parse(rooms.codec.unpack(Buffer.from(typeof text === 'string' ? text : '', 'base64'))) as Content;

/** The journal of a release; `null` if it never applied anything. */
export async function loadJournal(rooms: Rooms, release: string): Promise<ApplyJournal | null> {
	const [record] = await rooms.ledger.records.get('journal', [applyId(release)]);
	return record ? { ...(record.body as unknown as ApplyJournal), revision: record.revision } : null;
}

export async function saveJournal(
	rooms: Rooms,
	journal: ApplyJournal,
	spine: string | null,
	further: readonly RecordWrite[] = [],
): Promise<ApplyJournal> {
	const { revision, ...body } = journal;
	const write: RecordWrite = {
		kind: 'journal',
		id: applyId(journal.release),
		spine,
		parent: journal.release,
		body: asBody(body),
		expectedRevision: revision,
	};
	await writeRecords(rooms, [write, ...further]);
	return { ...journal, revision: revision + 1 };
}

/** One chunk of written values; `null` if the release wrote none of it. */
export async function loadIntents(
	rooms: Rooms,
	release: string,
	chunk: number,
): Promise<{
	readonly state: string;
	readonly intents: readonly ValueIntent[];
	readonly revision: number;
} | null> {
	const [record] = await rooms.ledger.records.get('journal', [valuesId(release, chunk)]);
	if (!record) return null;
	const intents = unsealed<readonly ValueIntent[]>(rooms, record.body.sealed);
	return {
		state: record.body.state === 'written' ? 'written' : 'intended',
		intents,
		revision: record.revision,
	};
}

export async function saveIntents(
	rooms: Rooms,
	release: string,
	chunk: number,
	state: 'intended' | 'written',
	intents: readonly ValueIntent[],
	expectedRevision: number,
): Promise<number> {
	const body = { state, count: intents.length, sealed: sealed(rooms, intents) };
	const id = valuesId(release, chunk);
	await writeRecords(rooms, [{ kind: 'journal', id, spine: null, parent: release, body, expectedRevision }]);
	return expectedRevision + 1;
}

const sameVersion = (a: PropertyVersion, b: PropertyVersion | null): boolean =>
	b !== null && a.at === b.at && a.value === b.value;

/**
 * Finds the release's own entry in the history read after the write: written through the API, with its value, above
 * what was on top before. Two candidates prove nothing.
 */
export function provenIntent(intent: ValueIntent, history: readonly PropertyVersion[]): ValueIntent {
	if (intent.version) return intent;
	const floor = history.findIndex((version) => sameVersion(version, intent.before));
	if (intent.before !== null && floor < 0) return intent;
	const newer = floor < 0 ? history : history.slice(0, floor);
	const own = newer.filter(
		(version) => apiSources.has(version.sourceType) && sameForm(intent.value, version.value),
	);
	const [version] = own;
	return own.length === 1 && version ? { ...intent, version } : intent;
}

/** The intents in the words of the three-way plan. */
export const writesOf = (intents: readonly ValueIntent[]): readonly JournalledWrite[] =>
	intents.map(({ contactId, property, value, version }) => ({
		contactId,
		property,
		value: version?.value ?? value,
		versionAt: version?.at ?? null,
	}));

/** Definitions or groups of a directory by name. */
export const byName = <Named extends { readonly name: string }>(
	all: readonly Named[],
): ReadonlyMap<string, Named> => new Map(all.map((entry) => [entry.name, entry]));

/**
 * A journalled workflow with its states. One that was never read back counts as written where the instance runs what
 * the release wanted, and as untouched otherwise.
 */
export async function journalledWorkflow(
	rooms: Rooms,
	journal: ApplyJournal,
	intent: WorkflowIntent,
	current: WorkflowState | null,
): Promise<JournalledWorkflow> {
	const before = await getPart<WorkflowState>(rooms, journal.snapshot, intent.id, intent.before);
	if (intent.written) {
		const written = await getPart<WorkflowState>(rooms, journal.snapshot, intent.id, intent.written);
		return { id: intent.id, before, written };
	}
	const ran = intent.wanted !== null && current?.published?.versionId === intent.wanted;
	return {
		id: intent.id,
		before,
		written: {
			...before,
			settings: { ...before.settings, ...intent.settings },
			published: ran ? current.published : before.published,
		},
	};
}
