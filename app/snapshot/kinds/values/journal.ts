import { z } from 'zod';
import { writtenValue, type WrittenValue } from '../../../../core/snapshot/values/written';
import { documentOf, type Reads } from '../../../ledger/documents';
import type { SnapshotPorts } from '../../ports';
import { sealed, unsealed, writeRecords } from '../../store';

/** What an apply or a restore wrote down of one chunk of contacts. */
export interface ChunkEntry<Content> {
	readonly state: string;
	readonly content: Content;
	readonly revision: number;
}

const entrySchema = z.object({ state: z.string(), sealed: z.string() });

const idOf = (owner: string, chunk: number): string => `${owner}/values/${String(chunk).padStart(6, '0')}`;

/** The entry of one chunk; `null` if nothing was written down of it. `owner`: the release, or its restore. */
export async function loadChunk<Content>(
	ports: SnapshotPorts,
	owner: string,
	chunk: number,
	schema: Reads<Content>,
): Promise<ChunkEntry<Content> | null> {
	const [record] = await ports.ledger.records.get('journal', [idOf(owner, chunk)]);
	if (!record) return null;
	const { state, sealed: text } = documentOf(record, entrySchema);
	return {
		state,
		content: unsealed(ports, text, schema),
		revision: record.revision,
	};
}

/** Writes the entry of one chunk, sealed like a snapshot, and gives its revision. */
export async function saveChunk(
	ports: SnapshotPorts,
	owner: string,
	chunk: number,
	{ state, content, revision }: ChunkEntry<unknown>,
): Promise<number> {
	const body = { state, sealed: sealed(ports, content) };
	const id = idOf(owner, chunk);
	await writeRecords(ports, [
		{ kind: 'journal', id, spine: null, parent: owner, body, expectedRevision: revision },
	]);
	return revision + 1;
}

/** What a release wrote of one chunk. */
export const loadWritten = (
	ports: SnapshotPorts,
	release: string,
	chunk: number,
): Promise<ChunkEntry<readonly WrittenValue[]> | null> =>
	loadChunk(ports, release, chunk, z.array(writtenValue));
