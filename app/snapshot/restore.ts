import type { NewEvent } from '../../core/delivery/events';
import { pausedByFault } from '../../core/delivery/pause';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import {
	reportSchema,
	rollbackSchema,
	type RestoreReport,
	type Rollback,
} from '../../core/snapshot/documents';
import { blockedOf } from '../../core/snapshot/left';
import { findRelease, takeBackReleased } from '../release';
import { documentOf } from '../ledger/documents';
import { plain } from '../../core/delivery/json';
import { finishRelease } from './finish';
import { kinds } from './kinds';
import type { Restoring } from './kinds/kind';
import { restoring } from './plan';
import type { SnapshotPorts } from './ports';
import { writeRecords } from './store';

/** The steps of a restore, in their order. */
const stepsOf = (): readonly string[] => ['pause', ...kinds.map(({ name }) => name), 'verify', 'resume'];

/** Most single things a report names; the counts are of all, and the journal has every one. */
const NAMED = 200;

export interface RestoreOptions {
	/** Release to go back to; the snapshot's own baseline if `null`. */
	readonly target: string | null;
	/** Leaves the spine paused at the end. */
	readonly stayPaused?: boolean;
}

async function unprovenOf(run: Restoring): Promise<string[]> {
	const names: string[] = [];
	for (const kind of kinds) names.push(...(await kind.unproven(run)));
	return names;
}

/** Performs one step and gives the report with what it did. */
async function perform(
	run: Restoring,
	step: string,
	{ report, wasPaused }: Rollback,
	stayPaused: boolean,
): Promise<RestoreReport> {
	const { ports, release } = run;
	const { spine } = run.snapshot.scope;
	const { spines } = ports.ledger;
	const kind = kinds.find(({ name }) => name === step);
	if (kind) {
		const { done, left } = await kind.restore(run);
		return reportSchema.parse({ ...report, [step]: done, left: [...report.left, ...left].slice(0, NAMED) });
	}
	if (step === 'verify') {
		// Before anything runs again: what ran before the release is what the spine may run.
		if (spine !== null)
			await takeBackReleased({ ledger: ports.ledger, now: ports.clock }, spine, release, ports.by);
		const unproven = [...(await unprovenOf(run)), ...blockedOf(report.left)];
		return reportSchema.parse({ ...report, unproven });
	}
	if (spine === null || wasPaused) return report;
	if (step === 'pause') await spines.pause(spine, `rolling back ${release}`, ports.by);
	else if (!stayPaused && report.unproven.length === 0)
		await spines.resume(spine, `rolled back ${release}`, ports.by);
	return report;
}

/**
 * Whether the spine stays paused at the end, since somebody else paused it. A machine's pause for what every delivery met
 * under this very release does not count: the release goes back, and so does what they met. What is still wrong then pauses it
 * again.
 */
async function staysPaused({ ports, release }: Restoring, record: SpineRecord | null): Promise<boolean> {
	if (record?.paused !== true) return false;
	const live = (await findRelease({ ledger: ports.ledger, now: ports.clock }, release))?.body.shippedAt;
	return live === undefined || live === null || !pausedByFault(record, live);
}

async function load(run: Restoring): Promise<Rollback> {
	const { ports, rollback: id, release, snapshot } = run;
	const [known] = await ports.ledger.records.get('rollback', [id]);
	if (known) return { ...documentOf(known, rollbackSchema), revision: known.revision };
	const { spine } = snapshot.scope;
	const record = spine === null ? null : await ports.ledger.spines.get(spine);
	return await save(run, {
		id,
		release,
		snapshot: snapshot.id,
		state: 'running',
		steps: [],
		wasPaused: await staysPaused(run, record),
		report: reportSchema.parse({ left: [], unproven: [] }),
		startedAt: ports.clock(),
		finishedAt: null,
		revision: 0,
	});
}

/** What is told of a restore when it begins and when it ends. */
function eventsOf({ release, snapshot, ports }: Restoring, rollback: Rollback): readonly NewEvent[] {
	const { report, startedAt, finishedAt } = rollback;
	const about = { spine: snapshot.scope.spine, subject: release };
	const data = { snapshot: snapshot.id, by: ports.by };
	if (finishedAt !== null) {
		const seconds = (finishedAt - startedAt) / 1000;
		return [
			{
				...about,
				kind: 'rollback.finished',
				sentence: `Release ${release} was rolled back to snapshot ${snapshot.id} in ${seconds} s.`,
				data: { ...data, values: report.values, unproven: report.unproven, seconds },
			},
		];
	}
	if (rollback.revision > 0) return [];
	return [
		{
			...about,
			kind: 'rollback.started',
			sentence: `The rollback of release ${release} began.`,
			data,
		},
	];
}

async function save(run: Restoring, rollback: Rollback): Promise<Rollback> {
	const { revision, ...body } = rollback;
	const write = {
		kind: 'rollback' as const,
		id: rollback.id,
		spine: run.snapshot.scope.spine,
		parent: run.release,
		body: plain(body),
		expectedRevision: revision,
	};
	await writeRecords(run.ports, [write], eventsOf(run, rollback));
	return { ...rollback, revision: revision + 1 };
}

/**
 * Rolls a release back, step by step, each written down when it is done: run again after a kill it goes on where it
 * was, and a finished one is given back as it is. Nothing is sent, nobody is told, and delivery state is never rewound.
 *
 * @throws `release-not-applied`, `rollback-target-unproven`, `snapshot-busy` and what the ports throw
 */
export async function restoreRelease(
	ports: SnapshotPorts,
	release: string,
	options: RestoreOptions,
): Promise<Rollback> {
	const run = await restoring(ports, release, options.target);
	let rollback = await load(run);
	for (const step of stepsOf()) {
		if (rollback.steps.includes(step)) continue;
		ports.progress?.(`Restoring: ${step}.`);
		const report = await perform(run, step, rollback, options.stayPaused === true);
		const steps = [...rollback.steps, step];
		if (step !== 'resume') rollback = await save(run, { ...rollback, report, steps });
		else {
			await finishRelease(ports, release);
			rollback = await save(run, { ...rollback, report, steps, state: 'done', finishedAt: ports.clock() });
		}
	}
	return rollback;
}
