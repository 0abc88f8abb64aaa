import type { INodeProperties } from 'n8n-workflow';
import { planRestore } from '../../../app/snapshot/plan';
import { restoreRelease } from '../../../app/snapshot/restore';
import { planHtml, rollbackHtml } from '../../../core/snapshot/page';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { DONE, REFUSED, type OperationContext, type OperationResult } from '../operation';
import { callsParameter } from '../parameters';

export const option = {
	name: 'Restore',
	value: 'restore',
	action: 'Restore what a release changed',
	description: 'Roll a release back: only what it changed and nobody has changed since; delivery state stays',
};

export const description: INodeProperties[] = shownFor({ operation: ['restore'] }, [
	{ ...releaseParameter, description: 'Release that is rolled back' },
	{
		displayName: 'Only Plan',
		name: 'planOnly',
		type: 'boolean',
		default: false,
		description: 'Whether to say what would go back, what would be left and what it costs, and write nothing',
	},
	{
		...releaseParameter,
		displayName: 'Target Release',
		name: 'target',
		required: false,
		description:
			'Release to go back to; it must have reached stable. What was in production at the capture if empty.',
	},
	{
		displayName: 'Stay Paused',
		name: 'stayPaused',
		type: 'boolean',
		default: false,
		description: 'Whether to leave the spine paused instead of going on in rhythm',
	},
	{ ...callsParameter, displayOptions: { show: { planOnly: [true] } } },
]);

/** The plan, or the finished rollback, each with a page that shows it; what did not hold leaves at output 0. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const { ports: ports, hint } = context;
	const release = context.parameters.chosen('release', 'Release');
	const target = context.parameters.picked('target') || null;
	if (context.parameters.flag('planOnly', false)) {
		const callsPer10Seconds = context.parameters.number('callsPer10Seconds', 'Calls per 10 Seconds', {
			fallback: 100,
		});
		const plan = await planRestore(ports, release, { target, callsPer10Seconds });
		hint(`${plan.values.restore} values would go back in about ${plan.calls} calls.`);
		return [{ output: DONE, json: { plan, page: planHtml(plan) } }];
	}
	const stayPaused = context.parameters.flag('stayPaused', false);
	const { revision: _revision, ...rollback } = await restoreRelease(ports, release, { target, stayPaused });
	const { unproven, values } = rollback.report;
	const left = Object.entries(values.left).map(([reason, count]) => `${count} ${reason}`);
	hint(
		`${values.restored} values restored, ${values.reconciled} reconciled${left.length > 0 ? `, left: ${left.join(', ')}` : ''}.`,
	);
	const output = unproven.length === 0 ? DONE : REFUSED;
	return [{ output, json: { rollback, page: rollbackHtml(rollback) } }];
}
