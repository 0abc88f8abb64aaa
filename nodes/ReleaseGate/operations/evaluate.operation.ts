import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { apiCallsReading } from '../../../adapters/hubspot/limits';
import { vendorReading } from '../../../adapters/providers/status-pages';
import { evaluateStored, type ServicePorts } from '../../../app/release';
import { waitsFor } from '../../../core/release/checks';
import { decisionText } from '../../../core/release/decision-text';
import { readingsOf } from '../../../core/release/readings';
import { now } from '../../kit/clock';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { documentAt } from '../../kit/fields';
import { withLedger } from '../../kit/ledger';
import { forEachItem } from '../../kit/run';
import { readingParameters } from './readings';

const readers = { callsLeft: apiCallsReading, vendor: vendorReading };

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
	const open = async (): Promise<ServicePorts> => ({ ledger: await withLedger(ctx), now });
	return await forEachItem(ctx, { outputs: 2, open }, async ({ ports, index, json, parameters, by }) => {
		const field = parameters.text('readingsField');
		const given = documentAt(json, { field, parameter: 'Readings Field', item: index });
		const readings = readingsOf(json, given, parameters.collection('readings'), readers, now());
		const { decision, release } = await evaluateStored(ports, parameters.picked('release'), readings, by);
		const open = decision.checks.filter(({ status }) => status === 'fail' || status === 'unknown');
		const said = {
			decision,
			decisionText: decisionText(decision),
			openChecks: open.map((one) => ({
				check: one.id,
				question: one.question,
				status: one.status,
				reason: one.reason,
				remedy: one.remedy,
				waitsFor: waitsFor(one),
				roles: one.roles ?? [],
			})),
			releaseGate: {
				status: decision.decision,
				message: decision.sentence,
				...(decision.next === '' ? {} : { remedy: decision.next }),
				stage: release.body.stage,
			},
		};
		return [{ output: decision.decision === 'ship' ? SHIP : HOLD, json: said, merged: true }];
	});
}
