import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { decisionText } from '../../../core/release/decision-text';
import { evaluateStored } from '../../../app/release';
import { now } from '../../kit/clock';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { withLedger } from '../../kit/ledger';
import { textParameter } from '../../kit/parameters';
import { readingParameters, readingsOf } from './readings';

export const option = {
	name: 'Evaluate Release',
	value: 'evaluate',
	action: 'Evaluate a release',
	description: 'Decide over all checks of a release: hold, or ship. Unknown means hold.',
};

export const description: INodeProperties[] = shownFor({ operation: ['evaluate'] }, [
	{
		displayName:
			'Connect "ship" to what deploys; everything else, errors included, leaves on "hold" with the reason and the next step. The next slot, open deliveries, the event chain, rollbacks and the last stabilization check are read from the ledger.',
		name: 'evaluateNotice',
		type: 'notice',
		default: '',
	},
	releaseParameter,
	...readingParameters,
]);

const HOLD = 0;
const SHIP = 1;

/** Decides on the release of each item. Outputs: hold (0), ship (1). The decision is an event of the ledger. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 2, async (out) => {
		const ledger = await withLedger(ctx);
		const by = `execution ${ctx.getExecutionId()} / ${ctx.getNode().name}`;
		for (const [index, item] of out.items.entries()) {
			try {
				const id = textParameter(ctx, 'release', index);
				const readings = readingsOf(
					item.json,
					index,
					textParameter(ctx, 'readingsField', index),
					ctx.getNodeParameter('readings', index, {}) as object,
					now(),
				);
				const { decision, release } = await evaluateStored({ ledger, now }, id, readings, by);
				const open = decision.checks.filter(({ status }) => status === 'fail' || status === 'unknown');
				out.put(decision.decision === 'ship' ? SHIP : HOLD, index, {
					decision,
					decisionText: decisionText(decision),
					openChecks: open.map(({ id: check, question, status, reason, remedy }) => ({
						check,
						question,
						status,
						reason,
						remedy,
					})),
					releaseGate: {
						status: decision.decision,
						message: decision.sentence,
						...(decision.next === '' ? {} : { remedy: decision.next }),
						stage: release.body.stage,
					},
				});
			} catch (error) {
				out.misconfigured(index, error);
			}
		}
	});
}
