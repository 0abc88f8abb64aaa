import { gateError } from '../../core/errors';
import type { ReadOutcome } from '../../core/delivery/contacts';
import type { PropertyDefinition } from '../../core/delivery/properties';
import { groupWrites, readHistories } from './apply-values';
import { chunkOf, writeRecords } from './book';
import { loadIntents, provenIntent, sealed, unsealed, valuesId, writesOf, type ValueIntent } from './journal';
import type { Rooms } from './ports';
import type { Snapshot } from '../../core/snapshot/model';
import { reconcileContact, type Rhythm } from './reconcile';
import {
	planValues,
	type LeaveReason,
	type ValueLeft,
	type ValuePlan,
	type ValueStep,
} from '../../core/snapshot/values';
import { judgeStep } from '../../core/snapshot/verify';

/** How often a lost race is chased: each time somebody wrote into the gap again. */
const CHASES = 5;

/** What the restore of values goes by. */
export interface ValueContext {
	readonly release: string;
	readonly snapshot: Snapshot;
	readonly definitions: ReadonlyMap<string, PropertyDefinition>;
	/** Properties that hold delivery state. */
	readonly deliveryState: ReadonlySet<string>;
	/** The two rhythms, if the release moved the cadence; then the next eligible time is reconciled. */
	readonly rhythm: Rhythm | null;
}

export type Left = Omit<ValueLeft, 'reason'> & {
	readonly reason: LeaveReason | 'refused' | 'lost-race' | 'changed-while-restoring' | 'unproven';
};

/** What became of one chunk. */
export interface ChunkResult {
	readonly restored: number;
	readonly reconciled: number;
	readonly unchanged: number;
	readonly left: readonly Left[];
}

interface Planned extends ValuePlan {
	readonly reconcile: readonly ValueStep[];
}

/** Plans one chunk by reading it. Nothing is written. `null` if the release has nothing to do with it. */
export async function planChunk(
	rooms: Rooms,
	context: ValueContext,
	chunk: number,
): Promise<(Planned & { readonly read: number }) | null> {
	const { release, snapshot, rhythm } = context;
	const known = await loadIntents(rooms, release, chunk);
	if (!known && !rhythm) return null;
	const captured = await chunkOf(rooms, snapshot, chunk);
	const byContact = new Map<string, ValueIntent[]>();
	for (const intent of known?.intents ?? []) {
		const list = byContact.get(intent.contactId);
		if (list) list.push(intent);
		else byContact.set(intent.contactId, [intent]);
	}
	const ids = captured.map(({ id }) => id).filter((id) => rhythm !== null || byContact.has(id));
	if (ids.length === 0) return null;
	const written = [...new Set((known?.intents ?? []).map(({ property }) => property))];
	const properties = [...new Set([...written, ...(rhythm ? [rhythm.mapping.nextEligibleAt] : [])])];
	const outcomes = await readHistories(rooms, ids, properties);
	const intents = (known?.intents ?? []).map((intent) => {
		const outcome = outcomes.get(intent.contactId);
		const history = outcome?.status === 'found' ? (outcome.contact.history?.[intent.property] ?? []) : [];
		return provenIntent(intent, history);
	});
	const touched = captured.flatMap((contact) => {
		const own = byContact.get(contact.id);
		if (!own) return [];
		const names = new Set(own.map(({ property }) => property));
		const values = Object.fromEntries(Object.entries(contact.values).filter(([name]) => names.has(name)));
		return [{ id: contact.id, values }];
	});
	const now: readonly ReadOutcome[] = [...outcomes.values()];
	const plan = planValues(touched, writesOf(intents), now, context.definitions, context.deliveryState);
	const reconcile = rhythm ? await reconcileContact(rooms, rhythm, now) : [];
	const settled = new Set(reconcile.map(({ contactId, property }) => `${contactId}\n${property}`));
	return {
		...plan,
		left: plan.left.filter(({ contactId, property }) => !settled.has(`${contactId}\n${property}`)),
		reconcile,
		read: ids.length,
	};
}

interface Chase {
	readonly step: ValueStep;
	/** Whether this writes back what somebody else had written. */
	readonly back: boolean;
}

async function judge(
	rooms: Rooms,
	chases: readonly Chase[],
): Promise<readonly { readonly chase: Chase; readonly verdict: ReturnType<typeof judgeStep> }[]> {
	const ids = [...new Set(chases.map(({ step }) => step.contactId))];
	const properties = [...new Set(chases.map(({ step }) => step.property))];
	const outcomes = await readHistories(rooms, ids, properties);
	return chases.map((chase) => {
		const outcome = outcomes.get(chase.step.contactId);
		const seen = outcome?.status === 'found' || outcome?.status === 'merged';
		const history = seen ? (outcome.contact.history?.[chase.step.property] ?? []) : [];
		return { chase, verdict: judgeStep(chase.step, history) };
	});
}

/**
 * Writes steps and verifies each by its history: ours on top, below it what was seen before. Where somebody wrote
 * into the gap, their value is written back and the race is reported. `seen`: the steps were begun by an earlier run,
 * so that the histories are asked first and nothing is written twice.
 */
async function settle(
	rooms: Rooms,
	steps: readonly ValueStep[],
	seen: boolean,
): Promise<{ readonly restored: number; readonly left: readonly Left[] }> {
	const left: Left[] = [];
	let restored = 0;
	const leave = ({ contactId, property }: ValueStep, reason: Left['reason']): void =>
		void left.push({ contactId, property, reason });
	let open: Chase[] = steps.map((step) => ({ step, back: false }));
	let looked = !seen;
	for (let chase = 0; open.length > 0 && chase <= CHASES * 2; chase++) {
		if (looked) open = await write(rooms, open, leave);
		const next: Chase[] = [];
		for (const { chase: judged, verdict } of open.length > 0 ? await judge(rooms, open) : []) {
			const { step, back } = judged;
			if (verdict.status === 'not-written') {
				if (looked) leave(step, 'unproven');
				else next.push(judged);
			} else if (verdict.status === 'lost-race') {
				const { theirs: to, ours } = verdict;
				next.push({ step: { ...step, from: ours.value, to, above: ours }, back: true });
			} else if (back) leave(step, 'lost-race');
			else if (verdict.status === 'restored') restored += 1;
			else leave(step, verdict.status === 'unknown' ? 'unproven' : 'changed-while-restoring');
		}
		open = next;
		looked = true;
	}
	for (const { step } of open) leave(step, 'lost-race');
	return { restored, left };
}

/** Writes; what was refused is left, what HubSpot puts off ends the run, to be gone on with. */
async function write(
	rooms: Rooms,
	open: readonly Chase[],
	leave: (step: ValueStep, reason: Left['reason']) => void,
): Promise<Chase[]> {
	if (!rooms.contacts) throw gateError('snapshot-no-hubspot');
	const writes = groupWrites(
		open.map(({ step }) => ({ contactId: step.contactId, property: step.property, value: step.to })),
	);
	const results = await rooms.contacts.update(writes);
	const late = results.find(({ status }) => status === 'later');
	if (late?.status === 'later') throw late.error;
	const refused = new Set(results.flatMap((result) => (result.status === 'refused' ? [result.id] : [])));
	for (const { step } of open) if (refused.has(step.contactId)) leave(step, 'refused');
	return open.filter(({ step }) => !refused.has(step.contactId));
}

interface ChunkRecord {
	readonly steps: readonly ValueStep[];
	readonly reconcile: readonly ValueStep[];
	readonly left: readonly Left[];
	readonly unchanged: number;
	readonly result: ChunkResult | null;
}

/**
 * Restores one chunk: plans it, writes the plan down, writes the values, verifies them. A chunk that is done is not
 * touched again; one that was begun goes on from what the histories say.
 */
export async function restoreChunk(
	rooms: Rooms,
	context: ValueContext,
	rollback: string,
	chunk: number,
): Promise<ChunkResult | null> {
	const id = valuesId(rollback, chunk);
	const [record] = await rooms.ledger.records.get('journal', [id]);
	const known = record ? unsealed<ChunkRecord>(rooms, record.body.sealed) : null;
	if (known?.result) return known.result;
	const save = async (content: ChunkRecord, expectedRevision: number): Promise<void> => {
		const body = { state: content.result ? 'done' : 'intended', sealed: sealed(rooms, content) };
		await writeRecords(rooms, [
			{ kind: 'journal', id, spine: null, parent: rollback, body, expectedRevision },
		]);
	};
	let begun: ChunkRecord;
	if (known) begun = known;
	else {
		const plan = await planChunk(rooms, context, chunk);
		if (!plan) return null;
		const { restore: steps, reconcile, left, unchanged } = plan;
		begun = { steps, reconcile, left, unchanged, result: null };
		const nothing = steps.length + reconcile.length === 0;
		const result: ChunkResult = { restored: 0, reconciled: 0, unchanged, left };
		await save(nothing ? { ...begun, result } : begun, 0);
		if (nothing) return result;
	}
	const own = await settle(rooms, [...begun.steps, ...begun.reconcile], known !== null);
	const back = new Set(begun.reconcile.map(({ contactId, property }) => `${contactId}\n${property}`));
	const failed = own.left.filter(({ contactId, property }) => back.has(`${contactId}\n${property}`)).length;
	const reconciled = begun.reconcile.length - failed;
	const result: ChunkResult = {
		restored: own.restored - reconciled,
		reconciled,
		unchanged: begun.unchanged,
		left: [...begun.left, ...own.left],
	};
	await save({ ...begun, result }, record?.revision ?? 1);
	return result;
}
