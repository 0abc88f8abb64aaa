import type { Stored } from '../../../core/snapshot/stored';
import type { SnapshotPorts } from '../ports';
import { recordsOf } from '../store';

/** Every document of a kind, by id. */
export async function storedNow(
	ports: SnapshotPorts,
	kind: Stored['kind'],
	counts: (spine: string | null) => boolean = () => true,
): Promise<readonly Stored[]> {
	const found: Stored[] = [];
	for await (const { id, spine, body } of recordsOf(ports, { kind }))
		if (counts(spine)) found.push({ kind, id, spine, body });
	return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}
