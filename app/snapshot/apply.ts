import { canonicalJson } from '../../core/delivery/canonical';
import { parseSpineSettings } from '../../core/delivery/spine';
import { gateError } from '../../core/errors';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import type { PropertyDefinition } from '../../core/delivery/properties';
import { applyValues, checkContacts } from './apply-values';
import { applyWorkflow } from './apply-workflows';
import { completeSnapshot, partsOf, putPart, writeRecords } from './book';
import {
	changesHash,
	writtenProperties,
	type ChangeList,
	type DefinitionChangeRequest,
} from '../../core/snapshot/changes';
import { byName, loadJournal, saveJournal, type ApplyJournal, type WorkflowIntent } from './journal';
import { asBody, type Snapshot, type SnapshotParts } from '../../core/snapshot/model';
import { type Rooms } from './ports';

/** What applying a release did. */
export interface ApplyReport {
	readonly release: string;
	readonly snapshot: string;
	readonly state: 'applied';
	readonly definitions: number;
	readonly values: number;
	/** Values that were there already, or that somebody changed meanwhile. */
	readonly unwritten: number;
	readonly workflows: number;
	readonly flags: number;
	readonly spine: boolean;
}

const nameOf = (change: DefinitionChangeRequest): string =>
	'create' in change ? change.create.name : 'change' in change ? change.change : change.archive;

function checkCaptured(snapshot: Snapshot, parts: SnapshotParts, changes: ChangeList): void {
	const { scope } = snapshot;
	const lack = (what: string): never => {
		throw gateError('changes-not-captured', { what, snapshot: snapshot.id });
	};
	if (changes.definitions.length > 0 && !parts.definitions) lack('property definitions');
	for (const property of writtenProperties(changes))
		if (!scope.properties.includes(property)) lack(`the property ${property}`);
	for (const { id } of changes.workflows) if (!scope.workflows.includes(id)) lack(`the workflow ${id}`);
	if (Object.keys(changes.spine).length > 0 && !parts.settings.spine) lack('settings of a spine');
}

/** What a definition becomes, computed before it is written; the directory's own answer replaces it. */
function wanted(
	change: DefinitionChangeRequest,
	before: PropertyDefinition | null,
): PropertyDefinition | null {
	if ('archive' in change) return null;
	const fields = 'create' in change ? change.create : change.to;
	const blank = {
		description: '',
		options: [],
		displayOrder: -1,
		hidden: false,
		formField: false,
		hasUniqueValue: false,
		externalOptions: false,
		calculated: false,
		calculationFormula: null,
		referencedObjectType: null,
		builtIn: false,
		readOnlyValue: false,
		readOnlyDefinition: false,
		readOnlyOptions: false,
		archivable: true,
		archived: false,
		createdAt: null,
		updatedAt: null,
		archivedAt: null,
	};
	return { ...blank, ...before, ...fields } as PropertyDefinition;
}

async function begin(
	rooms: Rooms,
	release: string,
	snapshot: Snapshot,
	parts: SnapshotParts,
	changes: ChangeList,
): Promise<ApplyJournal> {
	const known = await loadJournal(rooms, release);
	const hash = changesHash(changes);
	if (known) {
		if (known.changes !== hash || known.snapshot !== snapshot.id)
			throw gateError('changes-differ', { release });
		return known;
	}
	const active =
		changes.definitions.length > 0 ? byName((await rooms.contacts?.definitions.list()) ?? []) : new Map();
	const workflows: WorkflowIntent[] = [];
	for (const change of changes.workflows) {
		const before = await rooms.workflows?.read(change.id);
		if (!before) throw gateError('snapshot-workflow-unknown', { workflow: change.id });
		const settings = asBody(change.settings ?? {});
		workflows.push({
			id: change.id,
			wanted: change.publish ?? null,
			settings,
			before: await putPart(rooms, before),
			written: null,
		});
	}
	const spine = await spineIntent(rooms, parts, changes);
	const flags = await rooms.ledger.records.get(
		'flag',
		changes.flags.map(({ key }) => key),
	);
	const journal: ApplyJournal = {
		release,
		snapshot: snapshot.id,
		changes: hash,
		state: 'applying',
		definitions: changes.definitions.map((change) => {
			const name = nameOf(change);
			const before = (active.get(name) as PropertyDefinition | undefined) ?? null;
			const action = 'create' in change ? 'create' : 'change' in change ? 'change' : 'archive';
			return { name, action, before, written: wanted(change, before), done: false };
		}),
		workflows,
		spine,
		flags: changes.flags.map((flag, at) => ({
			key: flag.key,
			before: flags[at]?.body ?? null,
			written: asBody(flag),
			done: false,
		})),
		revision: 0,
	};
	return await saveJournal(rooms, journal, snapshot.scope.spine);
}

async function spineIntent(
	rooms: Rooms,
	parts: SnapshotParts,
	changes: ChangeList,
): Promise<ApplyJournal['spine']> {
	const captured = parts.settings.spine;
	if (!captured || Object.keys(changes.spine).length === 0) return null;
	const now = await rooms.ledger.spines.get(captured.settings.spine);
	if (!now) throw gateError('ledger-spine-unknown', { spine: captured.settings.spine });
	const before: SpineSettings = now.settings;
	return { before, written: parseSpineSettings({ ...before, ...changes.spine }), done: false };
}

async function applyDefinition(
	rooms: Rooms,
	change: DefinitionChangeRequest,
	before: PropertyDefinition | null,
): Promise<PropertyDefinition | null> {
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const { definitions } = rooms.contacts;
	const active = byName(await definitions.list()).get(nameOf(change));
	if ('archive' in change) {
		if (active) await definitions.archive(change.archive);
		return null;
	}
	if ('change' in change) return await definitions.change(change.change, change.to);
	// A create that was answered by a cut connection has happened: it is there, and was not before.
	if (active && !before) return active;
	return await definitions.create(change.create);
}

async function applyFlag(rooms: Rooms, key: string, body: ReturnType<typeof asBody>): Promise<void> {
	const [now] = await rooms.ledger.records.get('flag', [key]);
	if (now && canonicalJson(now.body) === canonicalJson(body)) return;
	const expectedRevision = now?.revision ?? 0;
	await writeRecords(rooms, [
		{ kind: 'flag', id: key, spine: now?.spine ?? null, parent: now?.parent ?? null, body, expectedRevision },
	]);
}

/**
 * Performs a release's change list, writing down each thing before it is done and what came of it after: definitions,
 * values, workflows, the spine's settings, flags. Killed and run again with the same list, it goes on where it was.
 *
 * @throws `changes-not-captured` before anything is written, `changes-differ`, `changes-refused`,
 * `release-rolled-back`, and what the ports throw
 */
export async function applyRelease(
	rooms: Rooms,
	release: string,
	snapshotId: string,
	changes: ChangeList,
): Promise<ApplyReport> {
	const snapshot = await completeSnapshot(rooms, snapshotId);
	const parts = await partsOf(rooms, snapshot);
	checkCaptured(snapshot, parts, changes);
	await checkContacts(
		rooms,
		snapshot,
		changes.values.map(({ contact }) => contact),
	);
	const rollbacks = await rooms.ledger.records.list({ kind: 'rollback', parent: release, limit: 1 });
	if (rollbacks.length > 0) throw gateError('release-rolled-back', { release });
	const { spine } = snapshot.scope;
	let journal = await begin(rooms, release, snapshot, parts, changes);

	for (const [at, change] of changes.definitions.entries()) {
		const entry = journal.definitions[at];
		if (!entry || entry.done) continue;
		const written = await applyDefinition(rooms, change, entry.before);
		const definitions = journal.definitions.with(at, { ...entry, written, done: true });
		journal = await saveJournal(rooms, { ...journal, definitions }, spine);
	}
	const values = await applyValues(rooms, release, snapshot, changes);
	for (const [at, change] of changes.workflows.entries()) {
		const intent = journal.workflows[at];
		if (!intent || intent.written) continue;
		const note = async (wantedVersion: string): Promise<void> => {
			const workflows = journal.workflows.with(at, { ...intent, wanted: wantedVersion });
			journal = await saveJournal(rooms, { ...journal, workflows }, spine);
		};
		const state = await applyWorkflow(rooms, change, note);
		const now = journal.workflows[at] ?? intent;
		const workflows = journal.workflows.with(at, { ...now, written: await putPart(rooms, state) });
		journal = await saveJournal(rooms, { ...journal, workflows }, spine);
	}
	if (journal.spine && !journal.spine.done) {
		await rooms.ledger.spines.configure(journal.spine.written, rooms.by);
		journal = await saveJournal(rooms, { ...journal, spine: { ...journal.spine, done: true } }, spine);
	}
	for (const [at, flag] of journal.flags.entries()) {
		if (flag.done) continue;
		await applyFlag(rooms, flag.key, flag.written);
		const flags = journal.flags.with(at, { ...flag, done: true });
		journal = await saveJournal(rooms, { ...journal, flags }, spine);
	}
	if (journal.state !== 'applied') await saveJournal(rooms, { ...journal, state: 'applied' }, spine);
	return {
		release,
		snapshot: snapshot.id,
		state: 'applied',
		definitions: changes.definitions.length,
		...values,
		workflows: changes.workflows.length,
		flags: changes.flags.length,
		spine: journal.spine !== null,
	};
}
