import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { lookAtPublished } from '../../../app/release';
import { auditInstance, type WorkflowJson } from '../../../core/audit';
import { gateError } from '../../../core/errors';
import { differencesText } from '../../../core/release/released';
import { now } from '../../kit/clock';
import { shownFor } from '../../kit/descriptions';
import { withLedger } from '../../kit/ledger';
import { sparseIn } from '../../kit/node-knowledge';
import { originOf } from '../../kit/origin';
import type { OperationResult } from '../../kit/run';
import { answerOf, unreadable } from '../answer';
import { instanceOf } from '../instance-api';
import { type AuditContext, auditItems } from '../over-items';
import { versionOf } from '../parameters';

export const option = {
	name: 'Audit All Workflows',
	value: 'instance',
	action: 'Audit all workflows of an instance',
	description: 'Audit every workflow of an instance that is not archived, and find spines that exist twice',
};

export const description: INodeProperties[] = shownFor({ operation: ['instance'] }, [
	{
		displayName: 'Compare With Releases',
		name: 'compareReleased',
		type: 'boolean',
		default: false,
		description:
			'Whether to compare what is published with what each spine of the ledger was released with. An ungated change leaves at violated, names the nodes that differ, and is an event of the ledger.',
	},
]);

/** One answer for each spine of which something else is published than was released. */
async function ungated(
	ctx: IExecuteFunctions,
	workflows: readonly WorkflowJson[],
): Promise<readonly OperationResult[]> {
	const ports = { ledger: await withLedger(ctx), now };
	const published = new Map(workflows.filter(({ active }) => active).map((one) => [one.id, one]));
	const read = (id: string) => Promise.resolve(published.get(id) ?? null);
	const found: OperationResult[] = [];
	for (const { settings } of await ports.ledger.spines.list()) {
		const { spine } = settings;
		const standing = await lookAtPublished(ports, read, spine, sparseIn(ctx), originOf(ctx));
		if (standing)
			found.push(
				unreadable(
					gateError('published-ungated', { spine, differences: differencesText(standing.differences) }),
				),
			);
	}
	return found;
}

/** Audits an instance, once whatever the number of input items. Outputs: violated (0), proven (1), nothing to prove (2). */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const work = async ({ ports, parameters }: AuditContext): Promise<readonly OperationResult[]> => {
		const instance = await instanceOf(ctx);
		const { workflows, unreadable: broken } = await instance.list(versionOf(parameters));
		const reports = auditInstance(workflows, { policy: ports.policy });
		const audited = workflows.flatMap((workflow, at) => {
			const report = reports[at];
			return report ? [answerOf(ctx, ports, workflow, report)] : [];
		});
		const compared = parameters.any('compareReleased', false) === true ? await ungated(ctx, workflows) : [];
		return [...compared, ...broken.map(({ error }) => unreadable(error)), ...(await Promise.all(audited))];
	};
	return await auditItems(ctx, work, { once: true, reads: true });
}
