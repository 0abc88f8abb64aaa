import type { INodeProperties } from 'n8n-workflow';
import { iso } from '../../../core/delivery/transitions';
import { shownFor, spineParameter } from '../../kit/descriptions';
import { notForAgents, refuseAgents } from '../../kit/giver';
import type { OperationContext } from '../resource';
import { knownSpine } from './known-spine';

export const option = {
	name: 'Mend Clock',
	value: 'mendClock',
	action: 'Mend the clock of a spine',
	description:
		'Say that the clock is right now, after it was wrong: what was kept under a clock that was ahead no longer lies in the future',
	...notForAgents,
};

export const description: INodeProperties[] = shownFor({ resource: ['spine'], operation: ['mendClock'] }, [
	{
		displayName:
			'Look at the clock of this machine first, or with Postgres at that of the server. Recipients who were served under the wrong clock count as served now, and go on with the next slot.',
		name: 'notice',
		type: 'notice',
		default: '',
	},
	spineParameter(),
]);

/** One record: how many recipients and leases lay in the future. Throws `ledger-spine-unknown`, `ledger-clock-by-agent`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	refuseAgents(context.ctx, 'ledger-clock-by-agent');
	const { settings } = await knownSpine(context);
	const report = await context.ports.ledger.spines.mendClock(settings.spine, context.by);
	return [{ spine: settings.spine, ...report, at: iso(report.at) }];
}
