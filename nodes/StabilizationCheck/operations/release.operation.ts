import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { type Assessment, assessRelease, assessSubject } from '../../../app/watch';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { overItems } from '../../kit/items';
import { Parameters } from '../../kit/parameters';
import { iso, itemsNotice, outsideOf, portsOf, watchedParameter } from '../ports';

export const option = {
	name: 'Assess Release',
	value: 'release',
	action: 'Assess a release',
	description: 'Look once at what is deploying or monitored: watching, stable or roll back',
};

export const description: INodeProperties[] = shownFor({ operation: ['release'] }, [
	itemsNotice('releaseNotice'),
	watchedParameter,
	{
		...releaseParameter,
		required: false,
		description: 'One release. Empty: every release that is deploying or monitored.',
	},
]);

const OUTPUTS = { watching: 0, stable: 1, 'roll-back': 2 } as const;

/** Only the look that holds the order leaves on roll back; any other with that verdict keeps watching. */
const outputOf = ({ verdict, rollBack }: Assessment): number =>
	verdict === null || (verdict.verdict === 'roll-back' && !rollBack)
		? OUTPUTS.watching
		: OUTPUTS[verdict.verdict];

const recordOf = ({
	subject,
	release,
	verdict,
	rollBack,
	sentence,
	observation,
	levels,
	silence,
	policy,
}: Assessment): object => ({
	subject,
	release,
	verdict: verdict?.verdict ?? 'idle',
	rollBack,
	sentence,
	findings: verdict?.findings ?? [],
	nextLookAt: iso(verdict?.nextLookAt ?? null),
	errorBudget: levels.errorBudget,
	silence: silence && { slot: silence.slot, ...silence.verdict, sentence: silence.sentence },
	channels: policy.rollback.channels,
	figures: observation && {
		slots: observation.slots,
		control: observation.control,
		intervals: observation.intervals,
		timing: observation.timing,
		provider: observation.provider,
		neverRegistered: observation.neverRegistered,
		emptySlots: observation.emptySlots,
		cameUnclaimed: observation.cameUnclaimed,
		outboxOldestMs: observation.outboxOldestMs,
		chain: observation.chain,
		sources: observation.sources,
	},
});

/** One look over all input items. Outputs: watching (0), stable (1), roll back (2); one item per release. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await overItems(ctx, 3, async (out) => {
		const parameters = new Parameters(ctx);
		const subject = parameters.picked('subject');
		const release = parameters.picked('release');
		if (subject === '' && release === '')
			throw gateError('parameter-unreadable', { parameter: 'Spine or Product', reason: 'it is empty' });
		const ports = await portsOf(ctx, true);
		const outside = outsideOf(ctx);
		const looks =
			release === ''
				? await assessSubject(ports, subject, outside)
				: [await assessRelease(ports, release, outside)];
		for (const look of looks) out.record(outputOf(look), 0, recordOf(look));
	});
}
