import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { policyOf } from '../../../app/release';
import { levelsOf } from '../../../app/watch';
import { shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { Parameters } from '../../kit/parameters';
import { iso, itemsNotice, outsideOf, portsOf, watchedParameter } from '../ports';

export const option = {
	name: 'Assess Service Levels',
	value: 'levels',
	action: 'Assess service levels',
	description: 'Count every service level of the policy over its window, and the error budget',
};

export const description: INodeProperties[] = shownFor({ operation: ['levels'] }, [
	itemsNotice('levelsNotice'),
	watchedParameter,
]);

/** One item. Outputs: a spent or an unknown budget (0), a healthy one (1). Nothing is rolled back. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 3, async (out) => {
		const parameters = new Parameters(ctx);
		const subject = parameters.picked('subject');
		const ports = await portsOf(ctx);
		const { policy, version } = await policyOf(ports, subject);
		const { at, levels, errorBudget, sentence } = await levelsOf(ports, subject, policy, outsideOf(ctx));
		out.record(errorBudget === 'healthy' ? 1 : 0, 0, {
			subject,
			policy: policy.name,
			policyVersion: version,
			at: iso(at),
			errorBudget,
			sentence,
			levels,
		});
	});
}
