import { ledgerSearches } from '../kit/searches';
import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import '../kit/needs';
import type { LedgerEvent } from '../../core/delivery/events';
import { now } from '../kit/clock';
import { ledgerCredential, subjectParameter } from '../kit/descriptions';
import { toNodeError } from '../kit/errors';
import { withLedger } from '../kit/ledger';
import { type Emitted, takeStretch } from '../../app/watch/stretch';
import { occasionOf, occasions, RUN_FAILED, SILENT } from '../../app/watch/occasions';
import { tellAllFailedRuns } from '../../app/watch/failed-runs';
import { tellSilences } from '../../app/watch/silence';

const PAGE = 500;

/** Events a test in the editor looks back on, for an example. */
const LOOK_BACK = 2_000;

/** Triggers that polled in this process: the first poll of each may find a stretch that a crash left behind. */
const polled = new Set<string>();

const itemOf = (event: LedgerEvent, occasion: string): INodeExecutionData => ({
	json: {
		event: occasion,
		kind: event.kind,
		at: new Date(event.at).toISOString(),
		spine: event.spine,
		subject: event.subject,
		sentence: event.sentence,
		position: event.seal?.position ?? null,
		data: event.data,
	},
});

/** Starts a workflow when something happened to a release or to deliveries, each event once. */
export class ReleaseTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Release Trigger',
		name: 'releaseTrigger',
		icon: {
			light: 'file:../../assets/icons/releaseTrigger.svg',
			dark: 'file:../../assets/icons/releaseTrigger.dark.svg',
		},
		group: ['trigger'],
		version: [1],
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when a release or deliveries changed, each event exactly once',
		defaults: { name: 'Release Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: undefined,
		credentials: [{ ...ledgerCredential }],
		properties: [
			{
				displayName:
					'Starts this workflow when something happened to a release or to deliveries, each event once. It looks at the ledger as often as Poll Times say.',
				name: 'triggerNotice',
				type: 'notice',
				default: '',
			},
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				options: occasions.map(({ name, value, description }) => ({ name, value, description })),
				default: ['rolledBack'],
				required: true,
				description: 'What starts the workflow',
			},
			subjectParameter({
				displayName: 'Spine or Product',
				name: 'subject',
				required: false,
				description: 'Only events of this spine or product; all if empty',
			}),
		],
	};

	methods = { listSearch: ledgerSearches };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		try {
			const ledger = await withLedger(this);
			const chosen = this.getNodeParameter('events', []) as string[];
			const given: unknown = this.getNodeParameter('subject', '', { extractValue: true });
			const subject = typeof given === 'string' ? given.trim() : '';
			const wanted = (event: LedgerEvent): INodeExecutionData[] => {
				const occasion = subject === '' || event.spine === subject ? occasionOf(event, chosen) : null;
				return occasion ? [itemOf(event, occasion.value)] : [];
			};
			const between = async (after: number, to: number): Promise<INodeExecutionData[]> => {
				const items: INodeExecutionData[] = [];
				for (let position = after; position < to;) {
					const page = await ledger.events.sealedAfter(position, Math.min(PAGE, to - position));
					if (page.length === 0) break;
					items.push(...page.flatMap(wanted));
					position = page.at(-1)?.seal?.position ?? to;
				}
				return items;
			};
			if (this.getMode() === 'manual') {
				const { head } = await ledger.events.ends();
				const found = await between(Math.max(0, head - LOOK_BACK), head);
				return found.length > 0 ? [found.slice(-1)] : null;
			}
			// Nobody records what does not happen: a spine that stopped is found by whoever looks. It stands in the log too, since
			// the run that this starts may land on a worker that cannot run it.
			if (chosen.includes(SILENT))
				for (const { sentence } of await tellSilences(
					{ ledger, directory: null, now },
					subject === '' ? undefined : subject,
				))
					this.logger.warn(sentence);
			if (chosen.includes(RUN_FAILED))
				for (const { sentence } of await tellAllFailedRuns(
					{ ledger, now },
					subject === '' ? undefined : subject,
				))
					this.logger.warn(sentence);
			const id = `${this.getWorkflow().id ?? 'unsaved'}/${this.getNode().id}`;
			const emitted = this.getWorkflowStaticData('node') as Emitted;
			const restarted = !polled.has(id);
			const items = await takeStretch({ ledger, trigger: id, emitted, restarted, now: now(), read: between });
			polled.add(id);
			return items.length > 0 ? [[...items]] : null;
		} catch (error) {
			throw toNodeError(this, error);
		}
	}
}
