import { parseCadence } from '../../../../core/delivery/cadence';
import { canonicalJson, sha256, sameJson } from '../../../../core/delivery/canonical';
import type { PropertyMapping } from '../../../../core/delivery/spine-settings';
import { byName } from '../../../../core/snapshot/plain';
import { contactRows, contactState, writtenProperties } from '../../../../core/snapshot/values/held';
import type { Kind, Restoring } from '../kind';
import { settings } from '../settings';
import { applyValues, checkValues } from './apply';
import { captureContacts, chunkIds, chunkRefs, contactPairs, contactsIn } from './chunks';
import type { Rhythm } from './reconcile';
import { planAllValues, restoreValues, type PlannedValues, type ValueContext } from './restore';
import { captureCost, restoreCalls } from './cost';

/** The rhythms, if the release moved the cadence. */
function rhythmOf(run: Restoring, mapping: PropertyMapping): Rhythm | null {
	const [moved] = settings.entries(run);
	if (!moved || sameJson(moved.before.cadence, moved.written.cadence)) return null;
	const { before, written } = moved;
	return {
		spine: before.spine,
		mapping,
		restored: parseCadence(before.cadence),
		released: parseCadence(written.cadence),
	};
}

/** What the values go by: definitions as they are now, delivery state, and the rhythms if the release moved it. */
async function contextOf(run: Restoring): Promise<ValueContext> {
	const { ports, snapshot } = run;
	const captured = await settings.held({ title: '', ports, snapshot, now: false });
	const mapping = captured?.spine?.settings.properties;
	const state = mapping
		? [
				mapping.status,
				mapping.nextEligibleAt,
				mapping.lastDeliveryAt,
				mapping.deliveryCount,
				mapping.lastAssetId,
			]
		: [];
	return {
		definitions: byName((await ports.contacts?.definitions.list()) ?? []),
		deliveryState: new Set(state),
		rhythm: mapping ? rhythmOf(run, mapping) : null,
	};
}

/** Values of contacts. Each chunk is written down apart, sealed, so that a killed run goes on there. */
export const values: Kind<
	{ readonly values: number; readonly unwritten: number },
	{ readonly values: PlannedValues }
> = {
	name: 'values',
	journalled: 'values',
	order: 2,

	cost: captureCost,
	capture: captureContacts,
	blobs: async (ports, snapshot) => (await chunkRefs(ports, snapshot)).map(({ blob }) => blob),
	forget: async ({ ledger }, snapshot) => void (await ledger.records.remove('journal', chunkIds(snapshot))),

	async *diff(before, after) {
		for await (const [a, b] of contactPairs(before, after)) yield* contactRows(a, b);
	},
	async state(_base, view) {
		let root = '';
		for await (const chunk of contactsIn(view)) root = sha256(canonicalJson([root, chunk.map(contactState)]));
		return root;
	},

	check: checkValues,
	intend: async () => [],
	apply: applyValues,

	async plan(run) {
		const { values: planned, left, read } = await planAllValues(run, await contextOf(run));
		const calls = Math.max(restoreCalls(planned.contacts), Math.ceil(read / 50));
		return { shown: { values: planned }, left, calls, open: [] };
	},
	restore: async (run) => await restoreValues(run, await contextOf(run)),
	// Each value was verified by its history when it was written.
	unproven: async () => [],

	async copy({ contacts }, changes) {
		const tested = new Set(contacts);
		return { ...changes, values: changes.values.filter(({ contact }) => tested.has(contact)) };
	},
	scope: (changes) => ({ properties: [...writtenProperties(changes)] }),
	onlyAdds: (changes) => changes.values.length + changes.rewrites.length === 0,
	discard: async () => undefined,
};
