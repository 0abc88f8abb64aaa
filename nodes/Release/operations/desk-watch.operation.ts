import type { INodeProperties } from 'n8n-workflow';
import { n8nRuns } from '../../../adapters/n8n/runs';
import { tellWorkflows } from '../../../app/watch/told-workflows';
import { gateError } from '../../../core/errors';
import { counted } from '../../../core/stability/findings/finding';
import type { WatchFinding } from '../../../core/stability/schedule/judge';
import { picker, shownFor } from '../../kit/descriptions';
import { n8nCallOf } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';

const HOUR = 3_600_000;

export const option = {
	name: 'Watch Workflows',
	value: 'watchWorkflows',
	action: 'Watch workflows',
	description: 'Look whether every published workflow that starts by time ran when it should',
};

export const description: INodeProperties[] = shownFor(
	{ resource: ['desk'], operation: ['watchWorkflows'] },
	[
		{
			displayName: 'Remind After (Hours)',
			name: 'remindAfter',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 6,
			description:
				'Hours after which something that was told and still holds counts as news again; 0 to tell it with every look',
		},
		{
			displayName: 'Time Zone',
			name: 'timeZone',
			...picker('searchTimeZones', { placeholder: 'e.g. Europe/Berlin' }),
			description:
				'By which workflows go that have no time zone of their own: that of the instance. That of this workflow if empty.',
		},
		{
			displayName:
				'Reads the published workflows and executions of the instance of the Release Gate n8n API credential, whose key needs the scopes workflow:list and execution:list. Changes none of them.',
			name: 'watchNotice',
			type: 'notice',
			default: '',
		},
	],
);

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const shown = <Finding extends WatchFinding>({ since, ...finding }: Finding): object => ({
	...finding,
	since: iso(since),
});

/** One record: what was looked at, all findings, and of them those that are news, and those that are over. */
export async function execute({ ctx, ports, parameters }: OperationContext): Promise<readonly object[]> {
	const asked = await n8nCallOf(ctx);
	if (asked === null) throw gateError('watch-no-n8n');
	const remind = parameters.number('remindAfter', 'Remind After (Hours)', { fallback: 6, least: 0 });
	const zone = parameters.picked('timeZone') || ctx.getTimezone();
	const { news, over, ...report } = await tellWorkflows(ports.ledger, {
		n8n: n8nRuns(asked.call, asked.host),
		host: asked.host,
		now: ports.now(),
		timeZone: zone,
		remind: remind * HOUR,
	});
	const wrong = report.findings.filter(({ level }) => level === 'trouble').length;
	return [
		{
			at: iso(report.at),
			well: wrong === 0,
			sentence: `${counted(report.watched, 'workflow is', 'workflows are')} watched; ${wrong === 0 ? 'none is' : counted(wrong, 'is', 'are')} wrong.`,
			watched: report.watched,
			findings: report.findings.map(shown),
			news: news.map(shown),
			over: over.map(({ toldAt, ...finding }) => ({ ...shown(finding), toldAt: iso(toldAt) })),
		},
	];
}
