import { DateTime } from 'luxon';
import { withConfig, withNode, without, type Graph } from '../../testbed/graph';
import { bouncingSender, cadenceOf, type Rhythm } from './world';

/** What a release changes; the change list of Apply Release. */
export interface Changes {
	readonly graph?: Graph;
	readonly spine?: Readonly<Record<string, unknown>>;
}

/** One release that is shipped here. */
export interface TriedRelease {
	readonly id: string;
	readonly title: string;
	/** Surface of the policy it touches. */
	readonly surface: string;
	/** What it does to the workflow or the rhythm, in one sentence. */
	readonly does: string;
	/** Findings of which one must send it back; empty: it must become stable. */
	readonly foundBy: readonly string[];
	/** How far it moves the rhythm, as a share of a slot. */
	readonly shift?: number;
	readonly change: (now: Graph, rhythm: Rhythm, anchor: number) => Changes;
}

/** How far the third release moves the rhythm, as a share of a slot. */
const shift = 1 / 3;

export const goodRelease: TriedRelease = {
	id: 'warmer-subject',
	title: 'A warmer subject line',
	surface: 'prompts',
	does: 'changes the subject of the email in *Set Config*, and nothing else',
	foundBy: [],
	change: (now) => ({ graph: withConfig(now, 'subject', 'Something short for you') }),
};

/** The releases that must go back, in the order in which they are shipped. */
export const badReleases: readonly TriedRelease[] = [
	{
		id: 'drop-the-claim',
		title: 'A shorter workflow',
		surface: 'delivery-logic',
		does: 'deletes the node *Claim Delivery* and joins what was left and right of it',
		foundBy: ['idempotency-confidence-lost', 'missed-delivery'],
		change: (now) => ({ graph: without(now, 'Claim Delivery', 1, 'Route Deliveries') }),
	},
	{
		id: 'shift-the-cadence',
		title: 'Everything a little later',
		surface: 'cadence',
		does: 'moves the anchor of the cadence by a third of a slot, without a word in its manifest',
		foundBy: ['unexplained-cadence-shift'],
		shift,
		change: (_now, rhythm, anchor) => {
			const later = DateTime.fromMillis(anchor, { zone: 'utc' }).plus({ seconds: rhythm.every * shift });
			return { spine: { cadence: { ...cadenceOf(later, rhythm), timeZone: 'UTC' } } };
		},
	},
	{
		id: 'slow-the-generation',
		title: 'Kinder to the generation vendor',
		surface: 'generation',
		does: 'asks the vendor for one text per second instead of twenty each half second, so that a slot is over before its texts are there',
		foundBy: ['missed-delivery', 'unexplained-cadence-shift'],
		change: (now) => ({
			graph: withNode(now, 'Generate Text', (parameters) => ({
				...parameters,
				options: {
					...(parameters.options as object),
					batching: { batch: { batchSize: 1, batchInterval: 1000 } },
				},
			})),
		}),
	},
	{
		id: 'double-the-bounces',
		title: 'A new sender',
		surface: 'email',
		does: 'sends from a new domain whose mail bounces twice as often',
		foundBy: ['all-bounces'],
		change: (now) => ({ graph: withConfig(now, 'fromAddress', `Content <content@${bouncingSender}>`) }),
	},
];

/** What its author would put into the manifest of a release. It says nothing of what goes wrong: nobody knew. */
export const manifestOf = (
	release: TriedRelease,
	artifacts: Readonly<Record<string, string>>,
): Record<string, unknown> => ({
	id: release.id,
	title: release.title,
	subject: 'content-delivery',
	...(release.foundBy.length > 0
		? { kind: 'hotfix', purpose: 'contain-live-incident' }
		: { kind: 'regular' }),
	requestedBy: 'Rita Requester',
	changes: [
		{
			id: 'c-1',
			title: release.title,
			kind: 'improvement',
			surfaces: [release.surface],
			author: 'Ann Author',
		},
	],
	failureMode: 'Emails read badly.',
	recoveryPath: 'Publish the captured version of the workflow.',
	rollbackPlan: 'Run the workflow rollback.',
	rollbackSteps: ['pause', 'publish the captured version', 'resume'],
	documents: ['architecture', 'contracts', 'runbook', 'playbooks'].map((kind) => ({
		kind,
		unchangedBecause: 'It says nothing of what this release touches.',
	})),
	artifacts,
});
