import { runWorkflow, type RunOptions, type WorkflowJson, type WorkflowRun } from '../engine/n8n';
import { roleOf } from './counted-nodes';
import { SCENARIOS, type Scenario } from './scenarios';
import type { SpineWorkflow } from './spine';
import type { TrialFixture } from './trial-fixture';
import type { Harm } from './trial-judge';

/** What a workflow did in the worlds of the trial. */
export interface Deeds {
	/** Each harm with the first scenario it was seen in. */
	readonly harms: ReadonlyMap<Harm, string>;
	/** Whether a claim stayed open (untidy, but no harm). */
	readonly leftOpen: boolean;
	/** What our nodes refused, and what ended a run, as `scenario: reason`. */
	readonly refusals: ReadonlySet<string>;
	/** Mails accepted, by scenario. */
	readonly mails: ReadonlyMap<string, number>;
}

/** Workflows that may be called, by id. */
export type Called = Readonly<Record<string, SpineWorkflow>>;

/** The reason of a workflow that n8n does not start. */
export const REFUSES = 'n8n refuses to start it';

const OWN = /^n8n-nodes-release-gate\./;
const REFUSED = new Set(['refused', 'stopped', 'held', 'already-committed', 'already-delivered']);

const refusalsOf = (workflow: SpineWorkflow, run: WorkflowRun): string[] => {
	const found = workflow.nodes
		.filter(({ type, disabled }) => OWN.test(type) && disabled !== true)
		.flatMap(({ name }) => run.runData[name] ?? [])
		.flatMap(({ data }) => (data?.main ?? []).flatMap((items) => items ?? []))
		.flatMap(({ json }) => {
			const report = json.releaseGate as { status?: string; reason?: string } | undefined;
			const status = report?.status ?? '';
			return REFUSED.has(status) ? [report?.reason ?? status] : [];
		});
	return run.error ? [...found, 'the run ended with an error'] : found;
};

/** The scenario's version of a workflow: one world needs another setting of Delivery Commit. */
const inScenario = (workflow: SpineWorkflow, scenario: Scenario): SpineWorkflow => {
	if (scenario.noMessageIds !== true) return workflow;
	const changed = structuredClone(workflow);
	for (const node of changed.nodes)
		if (roleOf(node as never) === 'commit') node.parameters.messageIdField = '';
	return changed;
};

const canThrow = ({ nodes }: SpineWorkflow, role: string): boolean =>
	nodes.some(
		(node) => roleOf(node as never) === role && node.onError !== undefined && node.onError !== 'stopWorkflow',
	);

/** Runs a workflow from each of its triggers, as often as the scenario says, and judges after each run. */
async function play(
	fixture: TrialFixture,
	workflow: SpineWorkflow,
	scenario: Scenario,
	subWorkflows: Called,
): Promise<string[]> {
	const nodeTypes = fixture.nodeTypesOf(workflow);
	for (const called of Object.values(subWorkflows)) Object.assign(nodeTypes, fixture.nodeTypesOf(called));
	const starts = workflow.nodes.filter(
		({ type, disabled }) =>
			nodeTypes[type]?.description.group.includes('trigger') === true && disabled !== true,
	);
	const refusals: string[] = [];
	const options: RunOptions = {
		...fixture.options,
		nodeTypes,
		credentials: fixture.credentials,
		subWorkflows: subWorkflows as unknown as Readonly<Record<string, WorkflowJson>>,
	};
	/** What waits goes on when its leases are over and another run has begun, which waits as well and goes on after it. */
	const goOn = async (startNode: string, first: WorkflowRun): Promise<void> => {
		fixture.passLeases();
		const second = await run(startNode, false);
		for (const one of [first, second]) {
			if (one?.run.status !== 'waiting') continue;
			const resume = one.run.data;
			const done = await runWorkflow(workflow as unknown as WorkflowJson, { ...options, startNode, resume });
			refusals.push(...refusalsOf(workflow, done));
		}
	};
	const run = async (startNode: string, waiting = true): Promise<WorkflowRun | undefined> => {
		try {
			const done = await runWorkflow(workflow as unknown as WorkflowJson, { ...options, startNode });
			refusals.push(...refusalsOf(workflow, done));
			if (done.run.status === 'waiting' && waiting) await goOn(startNode, done);
			return done;
		} catch (error) {
			// A mutant n8n refuses to start does no harm; anything else is a fault of the test.
			if (!(error instanceof Error) || !/issue|endless loop|Destination node/.test(error.message))
				throw error;
			refusals.push(REFUSES);
			return undefined;
		}
	};
	for (const { name } of starts) {
		let running: Promise<unknown>[] = [];
		for (const start of scenario.runs) {
			if (start !== 'at-once') await Promise.all(running.splice(0));
			if (start === 'after-the-lease') fixture.passLeases();
			running = [...running, run(name)];
			if (start !== 'at-once' && !scenario.runs.includes('at-once')) {
				await Promise.all(running.splice(0));
				await fixture.judge();
			}
		}
		await Promise.all(running);
		await fixture.judge();
	}
	return refusals;
}

/** Runs a workflow through every world that can matter and tells everything it did. */
export async function deedsOf(
	fixture: TrialFixture,
	workflow: SpineWorkflow,
	scenarios: readonly Scenario[] = SCENARIOS,
	subWorkflows: Called = {},
): Promise<Deeds> {
	const harms = new Map<Harm, string>();
	const refusals = new Set<string>();
	const mails = new Map<string, number>();
	let leftOpen = false;
	for (const scenario of scenarios) {
		if (scenario.throws !== undefined && !canThrow(workflow, scenario.throws)) continue;
		await fixture.begin(scenario);
		for (const reason of await play(fixture, inScenario(workflow, scenario), scenario, subWorkflows))
			refusals.add(`${scenario.name}: ${reason}`);
		leftOpen ||= await fixture.leavesOpen();
		for (const harm of fixture.harms) if (!harms.has(harm)) harms.set(harm, scenario.name);
		mails.set(
			scenario.name,
			[...fixture.mails.values()].reduce((sum, count) => sum + count, 0),
		);
	}
	return { harms, leftOpen, refusals, mails };
}
