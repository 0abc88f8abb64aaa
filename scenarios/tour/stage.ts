import { setTimeout as sleep } from 'node:timers/promises';
import { waitForExecution, runWorkflow, type Execution } from '../../testbed/n8n/executions';
import { saveWorkflow } from '../../testbed/n8n/workflows';
import type { ReadyTemplate } from '../../testbed/templates';
import type { World } from '../../testbed/world';
import { SandboxProblem } from '../../testbed/problem';
import { type LedgerReader } from '../../testbed/ledger-reader';
import type { Slots } from '../../testbed/judge';
import { type Outside } from './outside';
import type { Tale } from '../../testbed/tale';

/** Everything an act needs. */
export interface Stage {
	readonly world: World;
	readonly tale: Tale;
	readonly slots: Slots;
	readonly outside: Outside;
	readonly reader: LedgerReader;
	/** Ids of the contacts that are owed an email in every slot. */
	readonly eligible: readonly string[];
}

/** Runs a template by hand and waits for its end. An execution that fails is a broken promise of its own. */
export async function run(world: World, templateId: string): Promise<Execution> {
	const id = await runWorkflow(world.n8n.session, templateId, triggerOf(templateNamed(world, templateId)));
	const execution = await waitForExecution(world.n8n.session, id);
	if (execution.status !== 'success')
		throw new SandboxProblem(
			`Execution ${id} of ${templateId} ended with ${execution.status}: ${execution.error ?? 'no message'}.`,
			`Open ${world.n8n.url}/workflow/${templateId}/executions/${id} while the sandbox runs.`,
		);
	return execution;
}

/** The template with its schedule set to every so many seconds, saved. */
export async function scheduleEvery(world: World, templateId: string, seconds: number): Promise<void> {
	const template = templateNamed(world, templateId);
	const rule = { interval: [{ field: 'seconds', secondsInterval: seconds }] };
	const nodes = template.nodes.map((node) =>
		node.type === 'n8n-nodes-base.scheduleTrigger' ? { ...node, parameters: { rule } } : node,
	);
	await saveWorkflow(world.n8n.session, { ...template, nodes });
}

/** Waits until a slot has opened, and a second more. */
export async function untilSlot(slots: Slots, slot: number): Promise<void> {
	await sleep(Math.max(0, slots.anchor + slot * slots.every - Date.now()) + 1_000);
}

/** Waits until something holds; false when it did not in time. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
	const giveUpAt = Date.now() + timeoutMs;
	while (!(await holds())) {
		if (Date.now() > giveUpAt) return false;
		await sleep(250);
	}
	return true;
}

function templateNamed(world: World, id: string): ReadyTemplate {
	const template = world.templates.find((found) => found.id === id);
	if (!template)
		throw new SandboxProblem(`There is no template ${id}.`, 'See workflows/ for those there are.');
	return template;
}

/** The schedule that starts a delivery run; a manual trigger beside it starts something else, e.g. the set-up. */
function triggerOf(template: ReadyTemplate): string {
	const schedule = template.nodes.find(({ type }) => type === 'n8n-nodes-base.scheduleTrigger');
	if (!schedule) throw new SandboxProblem(`${template.name} has no schedule to run it from.`, 'Add one.');
	return schedule.name;
}
