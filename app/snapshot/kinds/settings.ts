import { drillCopyOf } from '../../../core/delivery/drill-copy';
import { settingsWith } from '../../../core/delivery/spine';
import type { SpineRecord, SpineSettings } from '../../../core/delivery/spine-settings';
import { gateError } from '../../../core/errors';
import {
	heldSettings,
	planSettings,
	settingsEntry,
	settingsRows,
	type HeldSettings,
	type SettingsEntry,
} from '../../../core/snapshot/settings';
import type { SnapshotPorts } from '../ports';
import { partKind } from './part-kind';
import { storedNow } from './stored';

/** A spine that must be there. @throws `ledger-spine-unknown` */
async function spineIn({ ledger }: SnapshotPorts, spine: string): Promise<SpineRecord> {
	const found = await ledger.spines.get(spine);
	if (!found) throw gateError('ledger-spine-unknown', { spine });
	return found;
}

async function read(ports: SnapshotPorts, spine: string | null): Promise<HeldSettings> {
	const documents = await storedNow(ports, 'policy', (owner) => owner === null || owner === spine);
	const record = spine === null ? null : await spineIn(ports, spine);
	return {
		documents: [...documents],
		spine: record && heldSettings.parse({ documents: [], spine: record }).spine,
	};
}

const asked = (changes: { readonly spine: object }): boolean => Object.keys(changes.spine).length > 0;

/** The spine's settings, and the policies beside it, which no release changes. */
export const settings = partKind({
	name: 'settings',
	journalled: 'spine',
	order: 4,
	part: 'settings',
	held: heldSettings,
	read: (ports, { spine }) => read(ports, spine),
	rows: settingsRows,
	counted: (_base, now) => now?.spine?.settings ?? null,

	requests: (changes) => (asked(changes) ? [changes.spine] : []),
	lacks: (changes, { spine }) => (asked(changes) && spine === null ? 'settings of a spine' : null),
	entry: settingsEntry,
	async intend(ports, { spine }, requests): Promise<readonly SettingsEntry[]> {
		if (spine === null || requests.length === 0) return [];
		const { settings: before } = await spineIn(ports, spine);
		return requests.map((request) => {
			const entry = { before, written: settingsWith(before, request), done: false };
			return settingsEntry.parse(entry);
		});
	},
	isDone: ({ done }) => done,
	async perform({ ledger, by }, entry) {
		await ledger.spines.configure(entry.written, by);
		return { ...entry, done: true };
	},
	applied: (entries) => ({ spine: entries.length > 0 }),

	async plan({ ports, snapshot }, entries, captured, own) {
		const before = own ? null : await captured();
		const none: HeldSettings = { documents: [], spine: null };
		const now = await read(ports, snapshot.scope.spine);
		return planSettings(entries, before ?? none, before ? now : { ...now, documents: [] });
	},
	shown: (steps) => ({ settings: steps.length > 0 }),
	calls: () => 0,
	label: ({ spine }: SpineSettings) => `settings of spine ${spine}`,
	async putBack({ ledger, by }, steps) {
		for (const step of steps) await ledger.spines.configure(step, by);
	},

	async copy({ ports, release, spine, made }, changes) {
		if (spine === null || !asked(changes)) return { ...changes, spine: {} };
		const known = await spineIn(ports, spine);
		const copy = drillCopyOf(spine);
		await made(copy);
		await ports.ledger.spines.configure({ ...known.settings, spine: copy, mode: 'dry-run' }, ports.by);
		await ports.ledger.spines.pause(copy, `drill of ${release}`, ports.by);
		const { spine: _spine, ...rest } = changes.spine;
		return { ...changes, spine: rest };
	},
	scope: (_changes, [copy]) => ({ spine: copy ?? null }),
	onlyAdds: (changes) => !asked(changes),
	// The copy of a spine stays, paused and in dry run.
	discard: async () => undefined,
});
