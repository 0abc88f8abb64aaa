import { spinesServedBy, type WorkflowJson } from '../../core/audit';
import type { WorkflowState } from '../../core/audit/workflow-state';
import { gateError } from '../../core/errors';
import { releasedOf, type ServicePorts } from '../release';
import type { WorkflowDirectory, WorkflowHost } from '../ports/workflows';

/** The workflow that serves a spine, and what else the instance runs. */
export interface Serving {
	readonly workflow: WorkflowState & { readonly published: NonNullable<WorkflowState['published']> };
	/** Every workflow of the instance, as published. */
	readonly all: readonly WorkflowJson[];
}

/**
 * Finds the workflow that serves a spine: the one it was released with, while that is published; else the one published
 * workflow whose nodes name the spine.
 *
 * @throws `prepare-spine-unserved`, `prepare-workflow-archived`, `prepare-spine-served-twice`, and what the ports throw
 */
export async function findServing(
	ports: ServicePorts,
	{ directory, host }: { readonly directory: WorkflowDirectory; readonly host: WorkflowHost },
	spine: string,
): Promise<Serving> {
	const all = await directory.published();
	const serving = all.filter((workflow) => workflow.active && spinesServedBy(workflow).includes(spine));
	const released = (await releasedOf(ports, spine))?.now.workflow;
	const others = serving.filter(({ id }) => id !== released);
	// Two of them would both deliver, and only one of them would be proven.
	if (serving.length > 1)
		throw gateError('prepare-spine-served-twice', {
			spine,
			workflows: serving.map(({ name, id }) => `${name} (${id ?? 'no id'})`).join(', '),
		});
	const id = others[0]?.id ?? released;
	const workflow = id === undefined ? null : await host.read(id);
	if (workflow?.archived) throw gateError('prepare-workflow-archived', { spine, workflow: workflow.name });
	if (!workflow?.published) throw gateError('prepare-spine-unserved', { spine });
	return { workflow: { ...workflow, published: workflow.published }, all };
}
