import type { SpineMode } from '../core/delivery/spine-settings';
import type { Instance } from './n8n/instance';
import { runWorkflow, waitForExecution } from './n8n/executions';
import { saveWorkflow, type WorkflowFile } from './n8n/workflows';
import { SandboxProblem } from './problem';
import { contentDeliveryMapping } from './standins';

/** Name of the sandbox's spine, as in the template. */
export const sandboxSpine = 'content-delivery';

/** The rhythm a sandbox gives its spine. */
export interface SandboxRhythm {
	/** ISO 8601 duration. */
	readonly every: string;
	/** Local date and time of slot 0 in UTC, without offset. */
	readonly anchor: string;
	readonly mode: SpineMode;
	/** ISO 8601 duration; half a slot if absent. */
	readonly minimumGap?: string;
}

const startNode = 'When clicked';

/** What an operator does to a spine, each a small workflow around the node Release. */
export type Deed = 'configure' | 'pause' | 'resume' | 'show';

/** Puts the four workflows in place: configure, pause, resume and show the spine. */
export async function saveOperations(n8n: Instance, rhythm: SandboxRhythm): Promise<void> {
	const { critical, defaults, also } = contentDeliveryMapping;
	const { minimumGap = '', ...cadence } = rhythm;
	const parameters: Record<Deed, Record<string, unknown>> = {
		configure: {
			...cadence,
			timeZone: 'UTC',
			testRecipients: '',
			properties: {
				critical: critical.join(', '),
				also: also.join(', '),
				defaults: JSON.stringify(defaults),
			},
			// The scenarios start runs through the editor's own door, which n8n takes for a person.
			advanced: { minimumGap, startedByHand: 'deliver' },
		},
		pause: { reason: 'Paused by hand in the sandbox' },
		resume: { reason: 'Resumed by hand in the sandbox' },
		show: { verifyChain: true },
	};
	for (const deed of Object.keys(parameters) as Deed[])
		await saveWorkflow(n8n.session, operation(deed, parameters[deed]));
}

/** Runs one of them and returns the record the node Release gave. */
export async function operate(n8n: Instance, deed: Deed): Promise<Record<string, unknown>> {
	const id = workflowId(deed);
	const execution = await waitForExecution(n8n.session, await runWorkflow(n8n.session, id, startNode));
	const given = execution.items.Release?.[0]?.[0];
	if (execution.status !== 'success' || typeof given !== 'object' || given === null)
		throw new SandboxProblem(
			`The spine could not be changed (${deed}): ${execution.error ?? execution.status}.`,
			`See execution ${execution.id} of the workflow "${operationName(deed)}".`,
		);
	return given as Record<string, unknown>;
}

const workflowId = (deed: Deed): string => `sandbox-${deed}-spine`;

const operationName = (deed: Deed): string => `Sandbox: ${deed} the spine`;

function operation(deed: Deed, parameters: Record<string, unknown>): WorkflowFile & { id: string } {
	return {
		id: workflowId(deed),
		name: operationName(deed),
		nodes: [
			{
				name: startNode,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				name: 'Release',
				type: 'n8n-nodes-release-gate.release',
				typeVersion: 1,
				position: [220, 0],
				parameters: { resource: 'spine', operation: deed, spine: sandboxSpine, ...parameters },
			},
		],
		connections: { [startNode]: { main: [[{ node: 'Release', type: 'main', index: 0 }]] } },
		settings: {},
	};
}
