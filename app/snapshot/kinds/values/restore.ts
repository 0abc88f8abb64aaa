import { z } from 'zod';
import type { ReadOutcome } from '../../../../core/delivery/contacts';
import type { PropertyDefinition } from '../../../../core/delivery/properties';
import type { ValueCounts } from '../../../../core/snapshot/documents';
import type { Left } from '../../../../core/snapshot/left';
import { grouped } from '../../../../core/snapshot/plain';
import {
	planValues,
	valueLeft,
	valueStep,
	type ValueLeft,
	type ValuePlan,
	type ValueStep,
} from '../../../../core/snapshot/values/plan';
import { judgeStep, type StepVerdict } from '../../../../core/snapshot/values/verify';
import { placeOf, proven } from '../../../../core/snapshot/values/written';
import { directoryIn, type SnapshotPorts } from '../../ports';
import type { Restoring } from '../kind';
import { chunkOf, chunksOf } from './chunks';
import { groupWrites, historyIn, readHistories } from './contacts';
import { loadChunk, loadWritten, saveChunk } from './journal';
import { reconcileContact, type Rhythm } from './reconcile';

/** How often a lost race is chased: each time somebody wrote into the gap again. */
const CHASES = 5;

/** Most single values a report names; the counts are of all, and the journal has every one. */
const NAMED = 200;

/** What the restore of values goes by, beside what is restored. */
export interface ValueContext {
	readonly definitions: ReadonlyMap<string, PropertyDefinition>;
	/** Properties that hold delivery state. */
	readonly deliveryState: ReadonlySet<string>;
	/** The two rhythms, if the release moved the cadence; then the next eligible time is reconciled. */
	readonly rhythm: Rhythm | null;
}

interface Planned extends ValuePlan {
	readonly reconcile: readonly ValueStep[];
	/** Contacts that were read for it. */
	readonly read: number;
}

/** Plans one chunk by reading it. Nothing is written. `null` if the release has nothing to do with it. */
async function planChunk(
	{ ports, release, snapshot }: Restoring,
	{ definitions, deliveryState, rhythm }: ValueContext,
	chunk: number,
): Promise<Planned | null> {
	const known = await loadWritten(ports, release, chunk);
	if (!known && !rhythm) return null;
	const captured = await chunkOf(ports, snapshot, chunk);
	const written = known?.content ?? [];
	const byContact = grouped(written, ({ contactId }) => contactId);
	const ids = captured.map(({ id }) => id).filter((id) => rhythm !== null || byContact.has(id));
	if (ids.length === 0) return null;
	const names = written.map(({ property }) => property);
	const properties = [...new Set([...names, ...(rhythm ? [rhythm.mapping.nextEligibleAt] : [])])];
	const histories = await readHistories(ports, ids, properties);
	const touched = captured.flatMap((contact) => {
		const own = new Set(byContact.get(contact.id)?.map(({ property }) => property));
		const values = Object.entries(contact.values).filter(([name]) => own.has(name));
		return own.size === 0 ? [] : [{ id: contact.id, values: Object.fromEntries(values) }];
	});
	const now: readonly ReadOutcome[] = [...histories.values()];
	const ours = written.map((value) => proven(value, historyIn(histories, value)));
	const plan = planValues(touched, ours, now, definitions, deliveryState);
	const reconcile = rhythm ? await reconcileContact(ports, rhythm, now) : [];
	const settled = new Set(reconcile.map(placeOf));
	const left = plan.left.filter((one) => !settled.has(placeOf(one)));
	return { ...plan, left, reconcile, read: ids.length };
}

interface Chase {
	readonly step: ValueStep;
	/** Whether this writes back what somebody else had written. */
	readonly back: boolean;
}

type Leave = (step: ValueStep, reason: ValueLeft['reason']) => void;

async function judge(
	ports: SnapshotPorts,
	chases: readonly Chase[],
): Promise<readonly { readonly chase: Chase; readonly verdict: StepVerdict }[]> {
	const ids = chases.map(({ step }) => step.contactId);
	const properties = [...new Set(chases.map(({ step }) => step.property))];
	const histories = await readHistories(ports, ids, properties);
	return chases.map((chase) => ({
		chase,
		verdict: judgeStep(chase.step, historyIn(histories, chase.step, true)),
	}));
}

/**
 * Writes steps and verifies each by its history: ours on top, below it what was seen before. Where somebody wrote
 * into the gap, their value is written back and the race is reported. `seen`: the steps were begun by an earlier run,
 * so that the histories are asked first and nothing is written twice.
 */
async function settle(
	ports: SnapshotPorts,
	steps: readonly ValueStep[],
	seen: boolean,
): Promise<{ readonly restored: number; readonly left: readonly ValueLeft[] }> {
	const left: ValueLeft[] = [];
	let restored = 0;
	const leave: Leave = ({ contactId, property }, reason) => void left.push({ contactId, property, reason });
	let open: Chase[] = steps.map((step) => ({ step, back: false }));
	let looked = !seen;
	for (let chase = 0; open.length > 0 && chase <= CHASES * 2; chase++) {
		if (looked) open = await write(ports, open, leave);
		const next: Chase[] = [];
		for (const { chase: judged, verdict } of open.length > 0 ? await judge(ports, open) : []) {
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
async function write(ports: SnapshotPorts, open: readonly Chase[], leave: Leave): Promise<Chase[]> {
	const writes = groupWrites(open.map(({ step }) => ({ ...step, value: step.to })));
	const results = await directoryIn(ports).update(writes);
	const late = results.find(({ status }) => status === 'later');
	if (late?.status === 'later') throw late.error;
	const refused = new Set(results.flatMap((result) => (result.status === 'refused' ? [result.id] : [])));
	for (const { step } of open) if (refused.has(step.contactId)) leave(step, 'refused');
	return open.filter(({ step }) => !refused.has(step.contactId));
}

const chunkResult = z.object({
	restored: z.number(),
	reconciled: z.number(),
	unchanged: z.number(),
	left: z.array(valueLeft),
});
/** What became of one chunk. */
type ChunkResult = Readonly<z.infer<typeof chunkResult>>;

const restoredChunk = z.object({
	steps: z.array(valueStep),
	reconcile: z.array(valueStep),
	left: z.array(valueLeft),
	unchanged: z.number(),
	result: chunkResult.nullable(),
});
type RestoredChunk = Readonly<z.infer<typeof restoredChunk>>;

/**
 * Restores one chunk: plans it, writes the plan down, writes the values, verifies them. A chunk that is done is not
 * touched again; one that was begun goes on from what the histories say.
 */
async function restoreChunk(
	run: Restoring,
	context: ValueContext,
	chunk: number,
): Promise<ChunkResult | null> {
	const { ports, rollback } = run;
	const known = await loadChunk(ports, rollback, chunk, restoredChunk);
	if (known?.content.result) return known.content.result;
	const save = async (content: RestoredChunk, revision: number): Promise<number> => {
		const state = content.result ? 'done' : 'intended';
		return await saveChunk(ports, rollback, chunk, { state, content, revision });
	};
	let begun = known?.content;
	let revision = known?.revision ?? 0;
	if (!begun) {
		const plan = await planChunk(run, context, chunk);
		if (!plan) return null;
		const { restore, reconcile, unchanged } = plan;
		const left = [...plan.left];
		const nothing = restore.length + reconcile.length === 0;
		const result = nothing ? { restored: 0, reconciled: 0, unchanged, left } : null;
		begun = { steps: [...restore], reconcile: [...reconcile], left, unchanged, result };
		revision = await save(begun, 0);
		if (result) return result;
	}
	const own = await settle(ports, [...begun.steps, ...begun.reconcile], known !== null);
	const back = new Set(begun.reconcile.map(placeOf));
	const reconciled = begun.reconcile.length - own.left.filter((one) => back.has(placeOf(one))).length;
	const result: ChunkResult = {
		restored: own.restored - reconciled,
		reconciled,
		unchanged: begun.unchanged,
		left: [...begun.left, ...own.left],
	};
	await save({ ...begun, result }, revision);
	return result;
}

/** Counts of reasons, and the first of what was left. */
class LeftValues {
	readonly counts: Record<string, number> = {};
	readonly named: Left[] = [];

	add(values: readonly ValueLeft[]): void {
		for (const { contactId, property, reason } of values) {
			this.counts[reason] = (this.counts[reason] ?? 0) + 1;
			if (this.named.length >= NAMED) continue;
			this.named.push({ what: `contact ${contactId}: ${property}`, contactId, property, reason });
		}
	}
}

/** Restores all chunks. */
export async function restoreValues(
	run: Restoring,
	context: ValueContext,
): Promise<{ readonly done: ValueCounts; readonly left: Left[] }> {
	let [restored, reconciled, unchanged] = [0, 0, 0];
	const left = new LeftValues();
	for (const chunk of chunksOf(run.snapshot)) {
		const result = await restoreChunk(run, context, chunk);
		if (!result) continue;
		restored += result.restored;
		reconciled += result.reconciled;
		unchanged += result.unchanged;
		left.add(result.left);
		run.ports.progress?.(`${restored} values restored, ${result.left.length} of the last chunk left.`);
	}
	return { done: { restored, reconciled, unchanged, left: left.counts }, left: left.named };
}

/** What a restore of the values would do. */
export interface PlannedValues {
	readonly restore: number;
	readonly reconcile: number;
	readonly unchanged: number;
	readonly contacts: number;
	readonly left: Readonly<Record<string, number>>;
}

/** Plans all chunks. */
export async function planAllValues(
	run: Restoring,
	context: ValueContext,
): Promise<{ readonly values: PlannedValues; readonly left: readonly Left[]; readonly read: number }> {
	let [restore, reconcile, unchanged, contacts, read] = [0, 0, 0, 0, 0];
	const left = new LeftValues();
	for (const chunk of chunksOf(run.snapshot)) {
		const plan = await planChunk(run, context, chunk);
		if (!plan) continue;
		restore += plan.restore.length;
		reconcile += plan.reconcile.length;
		unchanged += plan.unchanged;
		read += plan.read;
		contacts += new Set([...plan.restore, ...plan.reconcile].map(({ contactId }) => contactId)).size;
		left.add(plan.left);
	}
	return { values: { restore, reconcile, unchanged, contacts, left: left.counts }, left: left.named, read };
}
