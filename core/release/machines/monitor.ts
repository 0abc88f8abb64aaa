import type { WorkflowJson } from '../../audit';
import { isTrigger } from '../../audit/classify';
import { OWN_PREFIX } from '../../audit/own-nodes';
import type { MachineReport } from './report';

/** Whether this workflow watches: active, started by itself, with a Stabilization Check that is not disabled. */
const watches = (workflow: WorkflowJson): boolean =>
	workflow.active &&
	!workflow.archived &&
	workflow.nodes.some((node) => isTrigger(node) && !node.disabled && !node.type.endsWith('manualTrigger')) &&
	workflow.nodes.some((node) => node.type === `${OWN_PREFIX}stabilizationCheck` && !node.disabled);

/** Whether somebody is told before users notice: the spine's error workflow is set and the monitor is active. */
export function monitorReport(spine: WorkflowJson, others: readonly WorkflowJson[]): MachineReport {
	const errorWorkflow = spine.settings.errorWorkflow;
	const alarmed = typeof errorWorkflow === 'string' && errorWorkflow !== '' && errorWorkflow !== 'DEFAULT';
	const watched = others.filter(watches).map(({ name }) => name);
	const problems = [
		alarmed ? '' : `The workflow ${spine.name} has no error workflow.`,
		watched.length > 0 ? '' : 'No active workflow runs the stabilization check.',
	].filter(Boolean);
	const status = problems.length > 0 ? 'fail' : 'pass';
	const grounds =
		problems.join(' ') || `Errors start another workflow, and ${watched.join(', ')} watches the release.`;
	return {
		machine: 'monitor',
		observed: [],
		answers: ['alerts-before-impact', 'needs-no-babysitting'].map((check) => ({ check, status, grounds })),
	};
}
