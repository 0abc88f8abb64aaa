import { auditInstance, parseAuditPolicy, parseWorkflow } from '../../core/audit';
import { ReleaseGateError } from '../../core/errors';
import { LazyNodeTypes } from '../engine/n8n';
import type { Attack } from './attacks';
import { deedsOf, REFUSES, type Deeds } from './deeds';
import { SCENARIOS } from './scenarios';
import { STAND_INS, type SpineWorkflow } from './spine';
import { addresses, linkedSpine } from './trial-spine';
import { TrialFixture } from './trial-fixture';
import { complete } from './world/accounts';

/** What an attack did outside, and what the audit says of it. */
export interface Outcome {
	readonly is: number;
	readonly does: string;
	/** Harms seen from outside; `claim left open` and `somebody got no mail` are those of silence. Empty if it was not run. */
	readonly harms: readonly string[];
	/** The world in which it did harm, and what was refused or failed there. */
	readonly in?: { readonly world: string; readonly refused: readonly string[] };
	/** Why it was not run, in n8n's words or the trial's. */
	readonly notRun?: string;
	readonly verdict: string;
}

const TYPES = new LazyNodeTypes();
const policy = parseAuditPolicy(STAND_INS, 'stand-ins');

/** The worlds in which attacks are run; the rest of `SCENARIOS` looks for what mutants do. */
export const WORLDS = SCENARIOS.filter(({ name }) =>
	[
		'everybody, three runs',
		'two runs at once',
		'paused while the text is written',
		'the whole spine rehearses',
		'the provider refuses all',
		'one contact with odd values',
		'nothing is found',
		'the provider takes all and fails',
	].includes(name),
);

/** Mails that are due in each of {@link WORLDS}. */
const DUE: Readonly<Record<string, number>> = {
	'everybody, three runs': 3,
	'two runs at once': 2,
	'one contact with odd values': 2,
	'the provider takes all and fails': 1,
};

/** Runs every attack in n8n-core with real nodes, ours on a real ledger, and judges it from outside; `told` hears of each. */
export async function attackTrial(
	attacks: readonly Attack[],
	told: (outcome: Outcome) => void = () => undefined,
): Promise<readonly Outcome[]> {
	const { fixture, port } = await TrialFixture.start(true);
	try {
		const outcomes: Outcome[] = [];
		for (const attack of attacks) {
			const outcome: Outcome = {
				is: attack.is,
				does: attack.does,
				verdict: verdictOf(attack),
				...(await Promise.race([harmsOf(fixture, port, attack), patience()])),
			};
			told(outcome);
			outcomes.push(outcome);
		}
		return outcomes;
	} finally {
		await fixture.stop();
	}
}

/** Why an attack has no outcome that never ends. */
export const ENDLESS = 'it did not come to an end';

/** How long one attack may take, in ms: some wait for what never comes. */
const PATIENCE = 90_000;

async function patience(): Promise<Pick<Outcome, 'harms' | 'notRun'>> {
	await new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
	return { harms: [], notRun: ENDLESS };
}

/** What the audit says of an attack. */
export function verdictOf({ workflow, others = [] }: Attack): string {
	try {
		const [report] = auditInstance(
			[workflow, ...others].map((one) => parseWorkflow(one, one.name)),
			{ policy },
		);
		return report?.verdict ?? 'no answer';
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return 'refused';
	}
}

/** Nodes that talk to a server of which there is no stand-in, and would wait for it. */
const POSTGRES = 'n8n-nodes-base.postgres';
const ABSENT =
	/^n8n-nodes-base\.(redis|kafka|rabbitmq|mqtt|amqp|mySql|microsoftSql|mongoDb|ssh|ftp|questDb|ldap|oracleDatabase|emailReadImap)$/;

/** Runs one attack in one world after another until it does harm. */
async function harmsOf(
	fixture: TrialFixture,
	port: number,
	attack: Attack,
): Promise<Pick<Outcome, 'harms' | 'in' | 'notRun'>> {
	const workflow = linkedSpine(port);
	try {
		for (const change of attack.changes) change(workflow);
		const called = Object.fromEntries(
			(attack.others ?? []).map((one) => [one.id ?? '', prepared(structuredClone(one), port)]),
		);
		const { type } = workflow.nodes.find((one) => ABSENT.test(one.type)) ?? {};
		if (type !== undefined) return { harms: [], notRun: `No stand-in of ${type}` };
		if (process.env.TEST_POSTGRES_URL === undefined && workflow.nodes.some((one) => one.type === POSTGRES))
			return { harms: [], notRun: 'TEST_POSTGRES_URL is not set' };
		const ready = prepared(workflow, port);
		for (const world of WORLDS) {
			const deeds = await deedsOf(fixture, ready, [world], called);
			const refused = [...deeds.refusals].some((reason) => reason.endsWith(REFUSES));
			if (refused) return { harms: [], notRun: REFUSES };
			const harms = harmsIn(deeds);
			if (harms.length > 0)
				return {
					harms,
					in: {
						world: world.name,
						refused: [...deeds.refusals].map((told) => told.slice(`${world.name}: `.length)),
					},
				};
		}
		return { harms: [] };
	} catch (error) {
		return { harms: [], notRun: error instanceof Error ? error.message.split('\n')[0] : String(error) };
	}
}

/** Harms, those of silence included. */
export function harmsIn({ harms, leftOpen, mails }: Deeds): string[] {
	const silent = [...mails].some(([world, count]) => count < (DUE[world] ?? 0));
	return [
		...harms.keys(),
		...(leftOpen ? ['claim left open'] : []),
		...(silent ? ['somebody got no mail'] : []),
	];
}

/** A workflow as n8n can start it: addresses of the stand-ins with their port, and what its nodes require. */
export function prepared(workflow: SpineWorkflow, port: number): SpineWorkflow {
	const { send } = addresses(port);
	for (const one of workflow.nodes)
		one.parameters = JSON.parse(
			JSON.stringify(one.parameters).replaceAll('"http://127.0.0.1/send"', JSON.stringify(send)),
		) as SpineWorkflow['nodes'][number]['parameters'];
	return complete(workflow, TYPES);
}
