import { journalSchema, type Journal } from '../../core/snapshot/documents';
import { documentOf } from '../ledger/documents';
import { plain } from '../../core/delivery/json';
import type { SnapshotPorts } from './ports';
import { writeRecords } from './store';

const idOf = (release: string): string => `${release}/apply`;

/** The journal of a release; `null` if it never applied anything. */
export async function loadJournal(ports: SnapshotPorts, release: string): Promise<Journal | null> {
	const [record] = await ports.ledger.records.get('journal', [idOf(release)]);
	return record ? { ...documentOf(record, journalSchema), revision: record.revision } : null;
}

/** Writes the journal. @throws `snapshot-busy` when another run was faster */
export async function saveJournal(
	ports: SnapshotPorts,
	journal: Journal,
	spine: string | null,
): Promise<Journal> {
	const { revision, entries, ...body } = journal;
	await writeRecords(ports, [
		{
			kind: 'journal',
			id: idOf(journal.release),
			spine,
			parent: journal.release,
			body: plain({ ...entries, ...body }),
			expectedRevision: revision,
		},
	]);
	return { ...journal, revision: revision + 1 };
}
