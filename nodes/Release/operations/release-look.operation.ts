import type { INodeProperties } from 'n8n-workflow';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { notForAgents, refuseAgents } from '../../kit/giver';
import { knowledgeIn } from '../../kit/node-knowledge';
import { portsOf } from '../../RollbackSnapshot/ports';
import { instanceOf } from '../../WorkflowAudit/instance-api';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Look Again',
	value: 'look',
	action: 'Look again at a release',
	description: 'Let machines answer again what is about to go stale while the release waits for its moment',
	...notForAgents,
};

/** The resource and operation to which the parameters, and the credentials for n8n and HubSpot, belong. */
const shown = { resource: ['release'], operation: ['look'] };

export const description: INodeProperties[] = shownFor(shown, [
	{
		displayName:
			'Reads the version that the release names, and touches nothing live. While every answer is fresh it only says so. Choose a credential for n8n, and one for HubSpot where the spine reads it.',
		name: 'lookNotice',
		type: 'notice',
		default: '',
	},
	releaseParameter,
]);

/** What machines found, and what is to be rehearsed again. */
export async function execute({ ctx, parameters, hint }: OperationContext): Promise<readonly object[]> {
	refuseAgents(ctx);
	// Loaded here and not before: it is heavy.
	const { lookAgain } = await import('../../../app/prepare');
	const instance = await instanceOf(ctx);
	const ports = {
		...(await portsOf(ctx, hint, false)),
		directory: { published: async () => (await instance.list('published')).workflows },
		knowledge: knowledgeIn(ctx),
	};
	return [await lookAgain(ports, parameters.chosen('release', 'Release'))];
}
