import type { Instant, JsonObject } from '../../core/delivery/types';
import { writeRecords } from './book';
import type { DefinitionLeft } from '../../core/snapshot/definitions';
import { finishRelease } from './finish';
import { asBody } from '../../core/snapshot/model';
import { type Rooms } from './ports';
import {
	definitionPlan,
	flagPlan,
	restoreContext,
	spinePlan,
	stillDiffering,
	valueContext,
	workflowPlan,
	type RestoreContext,
} from './restore-plans';
import { restoreChunk, type ChunkResult, type Left } from './restore-values';
import { restoreWorkflow } from './restore-workflows';
import type { SettingLeft } from '../../core/snapshot/settings';
import { groupPlan, policiesLeft } from './surroundings';

/** The steps of a restore, in their order. */
export const restoreSteps = [
	'pause',
	'flags',
	'workflows',
	'settings',
	'definitions',
	'values',
	'verify',
	'resume',
] as const;
export type RestoreStep = (typeof restoreSteps)[number];

/** Most single things a report names; the counts are of all, and the journal has every one. */
const NAMED = 200;

export interface ValueCounts extends JsonObject {
	readonly restored: number;
	readonly reconciled: number;
	readonly unchanged: number;
	readonly left: { readonly [reason: string]: number };
}

/** What a restore did and what it left alone, and why. */
export interface RestoreReport {
	readonly flags: number;
	readonly workflows: number;
	readonly settings: number;
	readonly definitions: number;
	readonly values: ValueCounts;
	readonly left: readonly (SettingLeft | (DefinitionLeft & { readonly what: string }) | Left)[];
	/** What was found to differ after all steps; empty when the restore holds. */
	readonly unproven: readonly string[];
}

/** A restore as stored (record kind `rollback`). */
export interface Rollback {
	readonly id: string;
	readonly release: string;
	readonly snapshot: string;
	readonly state: 'running' | 'done';
	readonly steps: readonly RestoreStep[];
	/** Whether the spine was paused by somebody else before: then it stays paused. */
	readonly wasPaused: boolean;
	readonly report: RestoreReport;
	readonly startedAt: Instant;
	readonly finishedAt: Instant | null;
	readonly revision: number;
}

export interface RestoreOptions {
	/** Release to go back to; the snapshot's own baseline if `null`. */
	readonly target: string | null;
	/** Leaves the spine paused at the end. */
	readonly stayPaused?: boolean;
}

const noReport: RestoreReport = {
	flags: 0,
	workflows: 0,
	settings: 0,
	definitions: 0,
	values: { restored: 0, reconciled: 0, unchanged: 0, left: {} },
	left: [],
	unproven: [],
};

const withLeft = (report: RestoreReport, left: RestoreReport['left']): RestoreReport['left'] =>
	[...report.left, ...left].slice(0, NAMED);

const ofDefinitions = (left: readonly DefinitionLeft[]): RestoreReport['left'] =>
	left.map((entry) => ({ ...entry, what: `property ${entry.name}${entry.field ? `: ${entry.field}` : ''}` }));

async function restoreValues(
	rooms: Rooms,
	context: RestoreContext,
	rollback: string,
	report: RestoreReport,
): Promise<RestoreReport> {
	const values = await valueContext(rooms, context);
	let [restored, reconciled, unchanged] = [0, 0, 0];
	const left: Record<string, number> = {};
	let named = report.left;
	for (let chunk = 0; chunk < context.snapshot.contacts.chunks; chunk++) {
		const result: ChunkResult | null = await restoreChunk(rooms, values, rollback, chunk);
		if (!result) continue;
		restored += result.restored;
		reconciled += result.reconciled;
		unchanged += result.unchanged;
		for (const { reason } of result.left) left[reason] = (left[reason] ?? 0) + 1;
		named = [...named, ...result.left].slice(0, NAMED);
		rooms.progress?.(`${restored} values restored, ${result.left.length} of the last chunk left.`);
	}
	return { ...report, values: { restored, reconciled, unchanged, left }, left: named };
}

async function perform(
	rooms: Rooms,
	context: RestoreContext,
	step: RestoreStep,
	now: Rollback,
	stayPaused: boolean,
): Promise<RestoreReport> {
	const { report } = now;
	const { spine } = context.snapshot.scope;
	switch (step) {
		case 'pause':
			if (spine !== null && !now.wasPaused)
				await rooms.ledger.spines.pause(spine, `rolling back ${context.release}`, rooms.by);
			return report;
		case 'flags': {
			const { writes, left } = await flagPlan(rooms, context);
			const records = await rooms.ledger.records.get(
				'flag',
				writes.map(({ key }) => key),
			);
			await writeRecords(
				rooms,
				writes.map(({ key, body }, at) => ({
					kind: 'flag' as const,
					id: key,
					spine: records[at]?.spine ?? null,
					parent: records[at]?.parent ?? null,
					body,
					expectedRevision: records[at]?.revision ?? 0,
				})),
			);
			return { ...report, flags: writes.length, left: withLeft(report, left) };
		}
		case 'workflows': {
			const { steps, left } = await workflowPlan(rooms, context);
			for (const one of steps) await restoreWorkflow(rooms, one);
			return { ...report, workflows: steps.length, left: withLeft(report, left) };
		}
		case 'settings': {
			const { settings, left } = await spinePlan(rooms, context);
			if (settings) await rooms.ledger.spines.configure(settings, rooms.by);
			const policies = await policiesLeft(rooms, context.snapshot);
			return { ...report, settings: settings ? 1 : 0, left: withLeft(report, [...left, ...policies]) };
		}
		case 'definitions': {
			const { steps, left } = await definitionPlan(rooms, context);
			const groups = await groupPlan(rooms, context.snapshot, steps);
			for (const { name, label, displayOrder } of groups.create)
				await rooms.contacts?.definitions.createGroup({ name, label, displayOrder });
			for (const one of steps) {
				if (one.kind === 'create') await rooms.contacts?.definitions.create(one.definition);
				else await rooms.contacts?.definitions.change(one.name, one.changes);
			}
			const named = [...groups.left, ...ofDefinitions(left)];
			return { ...report, definitions: steps.length, left: withLeft(report, named) };
		}
		case 'values':
			return await restoreValues(rooms, context, now.id, report);
		case 'verify':
			return { ...report, unproven: await stillDiffering(rooms, context) };
		case 'resume':
			if (spine !== null && !now.wasPaused && !stayPaused && report.unproven.length === 0)
				await rooms.ledger.spines.resume(spine, `rolled back ${context.release}`, rooms.by);
			return report;
	}
}

async function load(rooms: Rooms, context: RestoreContext): Promise<Rollback> {
	const id = `${context.release}/rollback`;
	const [known] = await rooms.ledger.records.get('rollback', [id]);
	if (known) return { ...(known.body as unknown as Rollback), revision: known.revision };
	const { spine } = context.snapshot.scope;
	const record = spine === null ? null : await rooms.ledger.spines.get(spine);
	const fresh: Rollback = {
		id,
		release: context.release,
		snapshot: context.snapshot.id,
		state: 'running',
		steps: [],
		wasPaused: record?.paused ?? false,
		report: noReport,
		startedAt: rooms.clock(),
		finishedAt: null,
		revision: 0,
	};
	return await save(rooms, context, fresh);
}

async function save(rooms: Rooms, context: RestoreContext, rollback: Rollback): Promise<Rollback> {
	const { revision, ...body } = rollback;
	const { spine } = context.snapshot.scope;
	const seconds = ((rollback.finishedAt ?? rollback.startedAt) - rollback.startedAt) / 1000;
	await writeRecords(
		rooms,
		[
			{
				kind: 'rollback',
				id: rollback.id,
				spine,
				parent: context.release,
				body: asBody(body),
				expectedRevision: revision,
			},
		],
		revision > 0 && rollback.state === 'running'
			? []
			: [
					{
						kind: rollback.state === 'done' ? 'rollback.finished' : 'rollback.started',
						spine,
						subject: context.release,
						sentence:
							rollback.state === 'done'
								? `Release ${context.release} was rolled back to snapshot ${context.snapshot.id} in ${seconds} s.`
								: `The rollback of release ${context.release} began.`,
						data: {
							snapshot: context.snapshot.id,
							by: rooms.by,
							...(rollback.state === 'done'
								? { values: rollback.report.values, unproven: rollback.report.unproven, seconds }
								: {}),
						},
					},
				],
	);
	return { ...rollback, revision: revision + 1 };
}

/**
 * Rolls a release back, step by step, each written down when it is done: run again after a kill it goes on where it
 * was, and a finished one is given back as it is. Nothing is sent, nobody is told, and delivery state is never rewound.
 *
 * @throws `release-not-applied`, `rollback-target-unproven`, `snapshot-busy` and what the ports throw
 */
export async function restoreRelease(
	rooms: Rooms,
	release: string,
	options: RestoreOptions,
): Promise<Rollback> {
	const context = await restoreContext(rooms, release, options.target);
	let rollback = await load(rooms, context);
	for (const step of restoreSteps) {
		if (rollback.steps.includes(step)) continue;
		rooms.progress?.(`Restoring: ${step}.`);
		const report = await perform(rooms, context, step, rollback, options.stayPaused === true);
		const done = step === 'resume';
		if (done) await finishRelease(rooms, release);
		rollback = await save(rooms, context, {
			...rollback,
			report,
			steps: [...rollback.steps, step],
			...(done ? { state: 'done' as const, finishedAt: rooms.clock() } : {}),
		});
	}
	return rollback;
}
