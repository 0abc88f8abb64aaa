import { auditInstance, parseAuditPolicy, parseWorkflow } from '../../core/audit';
import type { Attack } from './attacks';
import { deedsOf } from './deeds';
import { SCENARIOS } from './scenarios';
import { STAND_INS, type SpineWorkflow } from './spine';
import { addresses, trialSpine } from './trial-spine';
import { TrialFixture } from './trial-fixture';

/** What an attack did outside, and what the audit says of it. */
export interface Outcome {
	readonly is: number;
	readonly does: string;
	/** Harms seen from outside; `claim left open` and `nobody got a mail` are those of silence. `null`: not run. */
	readonly harms: readonly string[] | null;
	readonly verdict: string;
}

/** Nodes that run without a vendor's account, and code of which nothing reaches a task runner. */
const RUNS =
	/^(n8n-nodes-release-gate\.\w+|n8n-nodes-base\.(scheduleTrigger|manualTrigger|set|if|switch|merge|noOp|filter|limit|aggregate|removeDuplicates|splitOut|splitInBatches|convertToFile|stickyNote|httpRequest))$/;

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');
const WORLDS = SCENARIOS.filter(({ name }) =>
	['everybody, three runs', 'the provider refuses all'].includes(name),
);

/** Runs every attack that needs no vendor's account in n8n-core with our nodes on a real ledger, judged from outside. */
export async function attackTrial(attacks: readonly Attack[]): Promise<readonly Outcome[]> {
	const { fixture: world, port } = await TrialFixture.start();
	try {
		const outcomes: Outcome[] = [];
		for (const attack of attacks) {
			const workflow = trialSpine(port);
			let applied = true;
			try {
				for (const change of attack.changes) change(workflow);
			} catch {
				applied = false;
			}
			const harms =
				applied && runs(workflow, attack) ? await harmsOf(world, readdressed(workflow, port)) : null;
			const [report] = auditInstance(
				[attack.workflow, ...(attack.others ?? [])].map((one) => parseWorkflow(one, one.name)),
				{ policy },
			);
			outcomes.push({ is: attack.is, does: attack.does, harms, verdict: report?.verdict ?? 'unreadable' });
		}
		return outcomes;
	} finally {
		await world.stop();
	}
}

function runs({ nodes, pinData }: SpineWorkflow, { others = [] }: Attack): boolean {
	const local = nodes.every(
		({ type, parameters, credentials }: SpineWorkflow['nodes'][number] & { credentials?: unknown }) => {
			const url = typeof parameters.url === 'string' ? parameters.url : '';
			return (
				RUNS.test(type) &&
				credentials === undefined &&
				(!type.endsWith('httpRequest') || url.startsWith('http://127.0.0.'))
			);
		},
	);
	return local && pinData === undefined && others.length === 0;
}

/** Addresses without a port lead to the stand-in of the provider. */
function readdressed(workflow: SpineWorkflow, port: number): SpineWorkflow {
	for (const { parameters } of workflow.nodes)
		if (parameters.url === 'http://127.0.0.1/send') parameters.url = addresses(port).send;
	return workflow;
}

async function harmsOf(world: TrialFixture, workflow: SpineWorkflow): Promise<string[]> {
	const { harms, leftOpen, mails } = await deedsOf(world, workflow, WORLDS);
	const silent = (mails.get('everybody, three runs') ?? 0) < 3;
	return [
		...harms.keys(),
		...(leftOpen ? ['claim left open'] : []),
		...(silent ? ['somebody got no mail'] : []),
	];
}
