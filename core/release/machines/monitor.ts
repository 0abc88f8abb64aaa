import type { WorkflowJson } from '../../audit';
import { isTrigger } from '../../audit/classify';
import { OWN_PREFIX } from '../../audit/own-nodes';
import type { MachineReport } from './report';

/** Whether it runs without a person: in service, with a trigger that is not pressed by hand. */
const runsAlone = (workflow: WorkflowJson): boolean =>
	workflow.active &&
	!workflow.archived &&
	workflow.nodes.some((node) => isTrigger(node) && !node.disabled && !node.type.endsWith('manualTrigger'));

/** Whether this workflow watches: it runs alone, with a Stabilization Check that is not disabled. */
const watches = (workflow: WorkflowJson): boolean =>
	runsAlone(workflow) &&
	workflow.nodes.some((node) => node.type === `${OWN_PREFIX}stabilizationCheck` && !node.disabled);

/**
 * Whether this workflow takes a release back for real: with a credential for n8n, without which it publishes nothing. n8n
 * lets a schedule call published workflows only.
 */
const restores = (workflow: WorkflowJson): boolean =>
	runsAlone(workflow) &&
	workflow.nodes.some(
		({ type, parameters, credentials, disabled }) =>
			type === `${OWN_PREFIX}rollbackSnapshot` &&
			parameters.operation === 'restore' &&
			parameters.planOnly !== true &&
			credentials?.releaseGateN8nApi !== undefined &&
			!disabled,
	);

/**
 * Whether somebody is told before users notice (the spine's error workflow is set and the monitor is active), and
 * whether nobody need sit beside the release: then a published workflow restores it when the monitor calls.
 */
export function monitorReport(spine: WorkflowJson, others: readonly WorkflowJson[]): MachineReport {
	const errorWorkflow = spine.settings.errorWorkflow;
	const alarmed = typeof errorWorkflow === 'string' && errorWorkflow !== '' && errorWorkflow !== 'DEFAULT';
	const watched = others.filter(watches).map(({ name }) => name);
	const restored = others.filter(restores).map(({ name }) => name);
	const untold = [
		alarmed ? '' : `The workflow ${spine.name} has no error workflow.`,
		watched.length > 0 ? '' : 'No active workflow runs the stabilization check.',
	].filter(Boolean);
	const alone =
		restored.length > 0
			? []
			: ['No published workflow that can be called restores a release, with a credential for n8n.'];
	const answer = (
		check: string,
		problems: readonly string[],
		yes: string,
	): MachineReport['answers'][number] => ({
		check,
		status: problems.length > 0 ? 'fail' : 'pass',
		grounds: problems.join(' ') || yes,
	});
	const told = `Errors start another workflow, and ${watched.join(', ')} watches the release.`;
	return {
		machine: 'monitor',
		observed: [],
		answers: [
			answer('alerts-before-impact', untold, told),
			answer('needs-no-babysitting', [...untold, ...alone], `${told} ${restored.join(', ')} takes it back.`),
		],
	};
}
