import { gateError } from '../../../../core/errors';
import type { ChangeList } from '../../../../core/snapshot/changes';
import type { Snapshot } from '../../../../core/snapshot/documents';
import { writtenProperties } from '../../../../core/snapshot/values/held';
import {
	placeOf,
	proven,
	singleValues,
	valuesFor,
	type WrittenValue,
} from '../../../../core/snapshot/values/written';
import { directoryIn, type SnapshotPorts } from '../../ports';
import type { Applying } from '../kind';
import { chunkOf, chunksOf } from './chunks';
import { groupWrites, historyIn, readHistories, type Histories } from './contacts';
import { loadWritten, saveChunk } from './journal';

async function write(ports: SnapshotPorts, values: readonly WrittenValue[]): Promise<void> {
	const writes = groupWrites(values);
	if (writes.length === 0) return;
	const results = await directoryIn(ports).update(writes);
	const refused = results.find(({ status }) => status !== 'written');
	if (!refused || refused.status === 'written') return;
	if (refused.status === 'later') throw refused.error;
	const { id, error } = refused;
	throw gateError('changes-refused', { object: `contact ${id}`, reason: error.message }, error);
}

const prove = (values: readonly WrittenValue[], histories: Histories): readonly WrittenValue[] =>
	values.map((value) => proven(value, historyIn(histories, value)));

const stillBefore = (value: WrittenValue, histories: Histories): boolean => {
	if (histories.get(value.contactId)?.status !== 'found') return false;
	const [top] = historyIn(histories, value);
	return top?.at === value.before?.at && top?.value === value.before?.value;
};

async function applyChunk(
	{ ports, release, snapshot, changes }: Applying,
	chunk: number,
	single: ReturnType<typeof singleValues>,
): Promise<readonly WrittenValue[]> {
	const properties = writtenProperties(changes);
	const known = await loadWritten(ports, release, chunk);
	if (known?.state === 'written') return known.content;
	const captured = await chunkOf(ports, snapshot, chunk);
	const ids = captured.map(({ id }) => id).filter((id) => changes.rewrites.length > 0 || single.has(id));
	if (ids.length === 0) return [];
	const histories = await readHistories(ports, ids, properties);
	let values: readonly WrittenValue[];
	let open: readonly WrittenValue[];
	let revision: number;
	if (known) {
		// Begun before: what is proven stays, what never arrived is written again, what somebody changed is left.
		values = prove(known.content, histories);
		open = values.filter((value) => !value.version && stillBefore(value, histories));
		revision = known.revision;
	} else {
		values = [...histories.values()].flatMap((outcome) =>
			outcome.status === 'found' ? valuesFor(outcome.contact, changes, single) : [],
		);
		if (values.length === 0) return [];
		open = values;
		revision = await saveChunk(ports, release, chunk, { state: 'intended', content: values, revision: 0 });
	}
	await write(ports, open);
	if (open.length > 0) {
		const ours = open.map(({ contactId }) => contactId);
		const after = await readHistories(ports, ours, properties);
		const found = new Map(prove(open, after).map((value) => [placeOf(value), value]));
		values = values.map((value) => found.get(placeOf(value)) ?? value);
	}
	await saveChunk(ports, release, chunk, { state: 'written', content: values, revision });
	return values;
}

/** Writes the values of a release, chunk by chunk of the snapshot's contacts. Counts what was written and what not. */
export async function applyValues(
	run: Applying,
): Promise<{ readonly values: number; readonly unwritten: number }> {
	let [values, unwritten] = [0, 0];
	if (writtenProperties(run.changes).length === 0) return { values, unwritten };
	const single = singleValues(run.changes);
	for (const chunk of chunksOf(run.snapshot)) {
		const written = await applyChunk(run, chunk, single);
		const own = written.filter(({ version }) => version !== null).length;
		values += own;
		unwritten += written.length - own;
		run.ports.progress?.(`${values} values written.`);
	}
	return { values, unwritten };
}

/** Every property and every contact that is named must be in the snapshot. @throws `changes-not-captured` */
export async function checkValues(
	ports: SnapshotPorts,
	snapshot: Snapshot,
	changes: ChangeList,
): Promise<void> {
	const lack = (what: string): never => {
		throw gateError('changes-not-captured', { what, snapshot: snapshot.id });
	};
	for (const property of writtenProperties(changes))
		if (!snapshot.scope.properties.includes(property)) lack(`the property ${property}`);
	const missing = new Set(changes.values.map(({ contact }) => contact));
	for (const chunk of chunksOf(snapshot)) {
		if (missing.size === 0) return;
		for (const { id } of await chunkOf(ports, snapshot, chunk)) missing.delete(id);
	}
	for (const contact of missing) lack(`contact ${contact}`);
}
