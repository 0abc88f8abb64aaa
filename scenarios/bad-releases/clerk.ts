import { runWorkflow, waitForExecution, type Execution } from '../../testbed/n8n/executions';
import { record, type Session } from '../../testbed/n8n/session';
import { saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { SandboxProblem } from '../../testbed/problem';

/** One node of the package that a person runs by hand: what it is set to, and the item it is given. */
export interface Deed {
	readonly node: string;
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly item?: Readonly<Record<string, unknown>>;
}

const work = 'Do It';

/** Whoever ships releases: runs single nodes of the package in workflows of their own, by hand. */
export class Clerk {
	constructor(
		private readonly session: Session,
		private readonly credentials: NonNullable<WorkflowNode['credentials']>,
	) {}

	/** Runs one node and gives what left each of its outputs. @throws SandboxProblem when the execution failed */
	async perform(name: string, deed: Deed): Promise<readonly (readonly Record<string, unknown>[])[]> {
		const id = `clerk-${name}`;
		const at = (name: string, type: string, x: number, parameters: object): WorkflowNode => ({
			name,
			type,
			typeVersion: type.endsWith('.set') ? 3.4 : 1,
			position: [x, 0],
			parameters: { ...parameters },
		});
		await saveWorkflow(this.session, {
			id,
			name: `Clerk: ${name}`,
			nodes: [
				at('Start', 'n8n-nodes-base.manualTrigger', 0, {}),
				at('Item', 'n8n-nodes-base.set', 220, { mode: 'raw', jsonOutput: JSON.stringify(deed.item ?? {}) }),
				{
					...at(work, `n8n-nodes-release-gate.${deed.node}`, 440, deed.parameters),
					credentials: this.credentials,
				},
			],
			connections: {
				Start: { main: [[{ node: 'Item', type: 'main', index: 0 }]] },
				Item: { main: [[{ node: work, type: 'main', index: 0 }]] },
			},
			settings: {},
		});
		const ended = await this.wait(await runWorkflow(this.session, id, 'Start'), name);
		return (ended.items[work] ?? []).map((output) => output.map(record));
	}

	/** Starts a workflow by hand and waits for its end. @throws SandboxProblem unless it succeeded */
	async run(workflow: string, trigger: string): Promise<Execution> {
		return await this.wait(await runWorkflow(this.session, workflow, trigger), workflow);
	}

	private async wait(id: string, name: string): Promise<Execution> {
		const execution = await waitForExecution(this.session, id);
		if (execution.status === 'success') return execution;
		throw new SandboxProblem(
			`${name} ended with ${execution.status}: ${execution.error ?? 'no message'}.`,
			`See execution ${id}.`,
		);
	}
}
