import { EMPTY_POLICY } from '../../core/audit';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import { gateError } from '../../core/errors';
import { toGateError } from '../../core/errors/unknown';
import { monitorReport } from '../../core/release/machines/monitor';
import type { MachineReport } from '../../core/release/machines/report';
import { schemaReport } from '../../core/release/machines/schema-diff';
import { settingsReport, unreadableSettings } from '../../core/release/machines/settings-diff';
import { workflowReport } from '../../core/release/machines/workflow';
import { parseChanges } from '../../core/snapshot/changes';
import { flagsReport } from '../../core/rollout/report';
import { evidenceFor, knownRelease, policyOf, recordReport, type ServicePorts } from '../release';
import { isFresh } from '../release/facts';
import { artifactHashes } from '../../core/release/manifest';
import { changesBrought } from '../snapshot/brought';
import { capture, idSource } from '../snapshot/capture';
import { drill } from '../snapshot/drill';
import type { Candidate, PreparePorts } from './candidate';

/** How one step of the preparation ended. */
export interface StepResult {
	/** What the step does, in words. */
	readonly step: string;
	readonly status: 'done' | 'failed';
	/** What came of it, or why it failed and how to go on. */
	readonly sentence: string;
	readonly seconds: number;
}

interface Work {
	readonly ports: PreparePorts;
	readonly release: string;
	readonly candidate: Candidate;
}

interface Step {
	readonly step: string;
	/** Gives what came of it, in words. What it throws of the catalogue is the step's failure. */
	readonly run: (work: Work) => Promise<string>;
}

/** Records what a machine found; says which checks do not pass. */
async function recorded(
	{ ports, release }: Work,
	report: Parameters<typeof recordReport>[2],
): Promise<string> {
	const service = { ledger: ports.ledger, now: ports.clock };
	const { evidence } = await recordReport(service, release, report, ports.by);
	const open = evidence.filter(({ status }) => status !== 'pass');
	if (open.length > 0) return open.map(({ check, grounds }) => `${check}: ${grounds}`).join(' ');
	return `${evidence.length} ${evidence.length === 1 ? 'check passes' : 'checks pass'}.`;
}

const machine =
	(reportOf: (work: Work) => MachineReport): Step['run'] =>
	async (work) =>
		await recorded(work, () => reportOf(work));

/** What the last drill of the release as it is now said; `null` where it must be drilled, or drilled again. */
async function standingDrill(service: ServicePorts, release: string): Promise<string | null> {
	const { body } = await knownRelease(service, release);
	const { policy } = await policyOf(service, body.manifest.subject);
	const hash = artifactHashes(body.manifest).release;
	const asked = policy.checks.filter(({ answeredBy }) => answeredBy.machines.includes('drill'));
	const [newest] = (await evidenceFor(service, release))
		.filter(({ by }) => 'machine' in by && by.machine === 'drill')
		.sort((a, b) => b.at - a.at);
	const stands =
		newest?.status === 'pass' &&
		newest.hash === hash &&
		isFresh(newest.at, policy.drill.freshFor, service.now()) &&
		asked.length > 0;
	return stands ? `Drilled before, and nothing changed since: ${newest.grounds}` : null;
}

/** In this order: what is quick and tells most first, what takes long last. */
const steps: readonly Step[] = [
	{
		step: 'Prove the draft and compare it with what runs',
		run: machine(({ ports, candidate: { before, after, called, artifacts } }) =>
			workflowReport({
				before,
				after,
				called,
				policy: EMPTY_POLICY,
				named: artifacts.workflow,
				knowledge: ports.knowledge,
			}),
		),
	},
	{
		step: 'Compare the spine’s settings',
		run: machine(({ ports, candidate: { spine, wanted } }) =>
			wanted.settings.status === 'unreadable'
				? unreadableSettings(spine.settings, wanted.settings.why)
				: settingsReport(spine.settings, wanted.shipped, ports.clock()),
		),
	},
	{
		step: 'Compare the HubSpot properties that the spine uses',
		run: async (work) => {
			const { schema, shipped } = work.candidate.wanted;
			if (schema === null) throw gateError('snapshot-no-hubspot');
			return await recorded(work, () =>
				schemaReport({
					before: schema.before,
					after: schema.after,
					current: schema.before,
					brings: schema.create.map(({ name }) => name),
					problems: schema.problems,
					defaults: shipped.properties.defaults,
				}),
			);
		},
	},
	{
		step: 'Look at the release’s flags',
		run: async (work) =>
			await recorded(work, ({ body }) =>
				flagsReport(body.manifest, work.candidate.wanted.flagsAfter, work.candidate.wanted.flags.unreadable),
			),
	},
	{
		step: 'See that errors are told, somebody watches, and a rollback can be called',
		run: machine(({ candidate: { after, serving } }) =>
			monitorReport(
				after,
				serving.all.filter(({ id }) => id !== after.id),
			),
		),
	},
	{
		step: 'Capture what runs',
		run: async ({ ports, release, candidate: { serving, spine, wanted } }) => {
			const snapshot = await capture(ports, {
				id: `before-${release}`,
				release,
				scope: {
					properties: [],
					definitions: wanted.schema !== null && wanted.schema.after.length > 0,
					workflows: [serving.workflow.id],
					spine: spine.settings.spine,
				},
				contacts: idSource([]),
			});
			return `Snapshot ${snapshot.id}.`;
		},
	},
	{
		step: 'Roll back for real, on copies',
		run: async ({ ports, release, candidate: { serving, spine } }) => {
			const service = { ledger: ports.ledger, now: ports.clock };
			const { body } = await knownRelease(service, release);
			const standing = await standingDrill(service, release);
			if (standing !== null) return standing;
			const { id, draft } = serving.workflow;
			const certificate = await drill(ports, {
				id: `${release}/drill-${ports.clock()}`,
				release,
				spine: spine.settings.spine,
				changes: parseChanges({
					...changesBrought(body.manifest.brings ?? {}),
					workflows: [{ id, publish: body.manifest.workflow?.version ?? draft.versionId }],
				}),
				contacts: [],
			});
			return certificate.grounds;
		},
	},
];

/** Why the draft was not rehearsed, or could not be: a paused spine hands out nothing, also to a rehearsal. */
export function unrehearsed(
	{ settings, paused, pauseReason }: SpineRecord,
	error: string,
): readonly StepResult[] {
	if (!paused && error === '') return [];
	const { message, remedy } = gateError('prepare-spine-paused', {
		spine: settings.spine,
		reason: pauseReason ?? 'nobody said why',
	});
	const sentence = paused ? `${message}. ${remedy}` : error;
	return [{ step: 'Rehearse the draft', status: 'failed', sentence, seconds: 0 }];
}

/**
 * Lets every machine that can look do so, one step after the other. A step that fails says why and how to go on, and the
 * others are done all the same; a second preparation does them again.
 */
export async function runSteps(work: Work): Promise<readonly StepResult[]> {
	const { clock, progress } = work.ports;
	const results: StepResult[] = [];
	for (const [at, { step, run }] of steps.entries()) {
		progress?.(`${step} (${at + 1} of ${steps.length}).`);
		const began = clock();
		const end = (status: StepResult['status'], sentence: string): StepResult => ({
			step,
			status,
			sentence,
			seconds: (clock() - began) / 1000,
		});
		try {
			results.push(end('done', await run(work)));
		} catch (error) {
			const { message, remedy } = toGateError(error);
			results.push(end('failed', `${message}. ${remedy}`));
		}
	}
	return results;
}
