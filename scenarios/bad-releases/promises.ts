import type { DeliveryRecord } from '../../core/delivery/record';
import type { Evidence } from '../../core/release/evidence';
import {
	judgeClaimed,
	judgeGap,
	judgeNeverRewound,
	judgeNextInRhythm,
	judgeOncePerDelivery,
	judgeSlot,
	type KeyedMail,
} from './judge';
import { keysIn, nextOf, toldOf } from './outside';
import type { TriedRelease } from './releases';
import type { BadReleaseWorld } from './world';

/** One promise of one release, judged. */
export interface Promised {
	readonly text: string;
	readonly violations: readonly string[];
}

/** What names a published version, and its behaviour. */
export interface Version {
	readonly version: string;
	readonly hash: string;
}

/** Everything that was seen of one release once it had ended. */
export interface Aftermath {
	readonly world: BadReleaseWorld;
	readonly tried: TriedRelease;
	readonly stage: string;
	/** Last sentence of the monitor. */
	readonly sentence: string | null;
	/** Findings that asked for the rollback. */
	readonly found: readonly string[];
	readonly evidence: readonly Evidence[];
	/** Runs of `rollback.json` since it was shipped. */
	readonly rollbacks: readonly { readonly mode: string; readonly status: string }[];
	readonly before: Version;
	readonly after: Version;
	/** Hash of the spine's workflow in the snapshot captured before it. */
	readonly captured: string | null;
	readonly paused: boolean;
	/** The first slot after its end. */
	readonly next: number;
	readonly mail: readonly KeyedMail[];
	readonly deliveries: readonly DeliveryRecord[];
	/** When the slot in which it was shipped opened. */
	readonly since: number;
	/** `intact`, or what is wrong with the chain. */
	readonly chain: string;
}

interface ReleasePromise {
	readonly text: (aftermath: Aftermath) => string;
	/** The releases it is made of. */
	readonly of: 'good' | 'bad' | 'all';
	readonly violations: (aftermath: Aftermath) => readonly string[];
}

const unless = (kept: boolean, otherwise: () => string): readonly string[] => (kept ? [] : [otherwise()]);

const endsAs =
	(wanted: string) =>
	({ stage, sentence }: Aftermath): readonly string[] =>
		unless(stage === wanted, () => `it is ${stage}: ${sentence ?? 'no verdict'}`);

const mailSinceShipping = ({ mail, since }: Aftermath): readonly KeyedMail[] =>
	mail.filter(({ at }) => at >= since);

const promises: readonly ReleasePromise[] = [
	{
		of: 'good',
		text: () => 'the monitor promoted it to stable by itself',
		violations: endsAs('stable'),
	},
	{
		of: 'bad',
		text: () => 'the monitor sent it back by itself, and the release says so',
		violations: endsAs('rolled-back'),
	},
	{
		of: 'bad',
		text: ({ tried }) => `what was found is what it did: ${tried.foundBy.join(' or ')}`,
		violations: ({ tried, found }) =>
			unless(
				found.some((id) => tried.foundBy.includes(id)),
				() => `found: ${found.join(', ') || 'nothing'}`,
			),
	},
	{
		of: 'bad',
		text: () => 'rollback.json ran once, called by the monitor and by nobody else',
		violations: ({ rollbacks: [first, ...more] }) =>
			unless(
				more.length === 0 && first !== undefined && first.mode !== 'manual' && first.status === 'success',
				() => {
					const ran = [...(first ? [first] : []), ...more];
					return `it ran ${ran.length} times: ${ran.map(({ mode, status }) => `${mode} ${status}`).join(', ')}`;
				},
			),
	},
	{
		of: 'bad',
		text: () => 'the evidence is kept: the verdicts, and the monitor’s no to what it saw',
		violations: ({ evidence }) =>
			unless(
				evidence.some(({ status }) => status === 'fail'),
				() => `${evidence.length} answers, none of them a no`,
			),
	},
	{
		of: 'bad',
		text: () => 'what runs is the version of before, and hashes as the snapshot says',
		violations: ({ before, after, captured }) => [
			...unless(after.version === before.version, () => 'another version is published'),
			...unless(after.hash === captured, () => 'the hash is not the snapshot’s'),
		],
	},
	{
		of: 'bad',
		text: () => 'the spine goes on, and the slot after it serves everybody once, in its window',
		violations: ({ paused, mail, next, world: { slots, contacts, rhythm } }) => [
			...unless(!paused, () => 'the spine is paused'),
			...judgeSlot(mail, slots, next, contacts, rhythm.window * 1000),
		],
	},
	{
		of: 'bad',
		text: () => 'everybody is due next at a slot of the old rhythm',
		violations: ({ world, next }) => judgeNextInRhythm(nextOf(world), world.slots, next),
	},
	{
		of: 'all',
		text: () => 'no mail left without a claim, and none twice',
		violations: (aftermath) => {
			const mail = mailSinceShipping(aftermath);
			return [
				...judgeClaimed(mail, keysIn(aftermath.deliveries, 'committed')),
				...judgeOncePerDelivery(mail),
			];
		},
	},
	{
		of: 'all',
		text: () => 'nobody got two mails in one slot, nor two within the minimum gap',
		violations: (aftermath) => judgeGap(mailSinceShipping(aftermath), aftermath.world.slots),
	},
	{
		of: 'all',
		text: () => 'no delivery count and no last delivery in HubSpot ever went back',
		violations: ({ world, since }) => [
			...judgeNeverRewound('the count', toldOf(world, 'cc_delivery_count', since)),
			...judgeNeverRewound('the last delivery', toldOf(world, 'cc_last_delivery_at', since)),
		],
	},
	{
		of: 'all',
		text: () => 'the event chain is intact',
		violations: ({ chain }) => unless(chain === 'intact', () => chain),
	},
];

/** Judges every promise that is made of a release of its kind. */
export function judgePromises(aftermath: Aftermath): readonly Promised[] {
	const kind = aftermath.tried.foundBy.length === 0 ? 'good' : 'bad';
	return promises
		.filter((promise) => promise.of === 'all' || promise.of === kind)
		.map(({ text, violations }) => ({ text: text(aftermath), violations: violations(aftermath) }));
}
