import { sameJson } from '../../../core/delivery/canonical';
import type { JsonObject } from '../../../core/delivery/types';
import type { Flag } from '../../../core/rollout';
import { flagEntry, flagState, heldFlags, planFlags } from '../../../core/snapshot/flags';
import { plain } from '../../../core/delivery/json';
import { storedRows, type Stored } from '../../../core/snapshot/stored';
import type { StoredRecord } from '../../ledger/records';
import type { SnapshotPorts } from '../ports';
import { writeRecords } from '../store';
import { partKind } from './part-kind';
import { storedNow } from './stored';

const copyOf = (key: string): string => `drill.${key}`.slice(0, 100);

/** The flags with these keys, those there are. */
async function flagsIn(
	ports: SnapshotPorts,
	keys: readonly string[],
): Promise<ReadonlyMap<string, StoredRecord>> {
	const found = await ports.ledger.records.get('flag', keys);
	return new Map(found.flatMap((record) => (record ? [[record.id, record] as const] : [])));
}

/** Writes flags in one transaction; each keeps the spine it belongs to. */
async function writeFlags(
	ports: SnapshotPorts,
	flags: readonly { readonly key: string; readonly body: JsonObject }[],
): Promise<void> {
	const known = await flagsIn(
		ports,
		flags.map(({ key }) => key),
	);
	await writeRecords(
		ports,
		flags.map(({ key, body }) => {
			const now = known.get(key);
			const { spine = null, parent = null, revision: expectedRevision = 0 } = now ?? {};
			return { kind: 'flag', id: key, spine, parent, body, expectedRevision };
		}),
	);
}

/** Flags: what a release brings is off and killed at once; what was there goes back. */
export const flags = partKind({
	name: 'flags',
	journalled: 'flags',
	order: 5,
	part: 'flags',
	before: 'settings',
	held: heldFlags,
	read: async (ports) => await storedNow(ports, 'flag'),
	rows: (before: readonly Stored[], after: readonly Stored[]) => storedRows('flag', before, after),
	counted: (base, now) => flagState(base, now ?? []),

	requests: (changes): readonly Flag[] => changes.flags,
	lacks: () => null,
	entry: flagEntry,
	async intend(ports, _scope, requests) {
		const known = await flagsIn(
			ports,
			requests.map(({ key }) => key),
		);
		return requests.map((flag) => ({
			key: flag.key,
			before: known.get(flag.key)?.body ?? null,
			written: plain(flag),
			done: false,
		}));
	},
	isDone: ({ done }) => done,
	async perform(ports, entry) {
		const now = (await flagsIn(ports, [entry.key])).get(entry.key);
		if (!now || !sameJson(now.body, entry.written))
			await writeFlags(ports, [{ key: entry.key, body: entry.written }]);
		return { ...entry, done: true };
	},
	applied: (entries) => ({ flags: entries.length }),

	async plan({ ports }, entries) {
		const known = await flagsIn(
			ports,
			entries.map(({ key }) => key),
		);
		return planFlags(entries, new Map([...known].map(([key, { body }]) => [key, body])));
	},
	shown: (steps) => ({ flags: steps.map(({ key }) => key) }),
	calls: () => 0,
	label: ({ key }) => `flag ${key}`,
	putBack: writeFlags,

	async copy({ ports, made }, changes) {
		for (const { key } of changes.flags) {
			const known = (await flagsIn(ports, [key])).get(key);
			const copy = copyOf(key);
			await made(copy);
			await ports.ledger.records.remove('flag', [copy]);
			if (!known) continue;
			const body = { ...known.body, key: copy };
			await writeRecords(ports, [
				{ kind: 'flag', id: copy, spine: known.spine, parent: null, body, expectedRevision: 0 },
			]);
		}
		return { ...changes, flags: changes.flags.map((flag) => ({ ...flag, key: copyOf(flag.key) })) };
	},
	scope: () => ({}),
	onlyAdds: () => true,
	discard: async ({ ledger }, copies) => void (await ledger.records.remove('flag', copies)),
});
