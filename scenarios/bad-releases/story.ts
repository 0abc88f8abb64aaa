import { listExecutions } from '../../testbed/n8n/executions';
import { judgeClaimed, judgeGap, judgeNeverRewound, judgeOncePerDelivery } from './judge';
import { ReleaseReader } from './ledger';
import { keysIn, mailSince, toldOf } from './outside';
import { play, type Played } from './play';
import type { Promised } from './promises';
import { rehearse, rehearseInShadow } from './rehearse';
import { badReleases, goodRelease, type TriedRelease } from './releases';
import type { BadReleaseRun } from './report';
import { looksEvery, startBadReleaseWorld, type BadReleaseWorld, type Rhythm } from './world';

/** Hears what happens, as it happens. */
export interface Listener {
	act(title: string): void;
	say(line: string): void;
	promise(text: string, violations: readonly string[]): void;
}

/** What is played: all of it, or single releases by id. */
export interface StoryOptions extends Rhythm {
	readonly only?: readonly string[];
}

const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;

/** Plays the rehearsal, a good release and the bad ones in one n8n, and judges all of it. */
export async function playAll(options: StoryOptions, listener: Listener): Promise<BadReleaseRun> {
	const { every, window, contacts, only } = options;
	const startedAt = Date.now();
	listener.act(`A real n8n, ${contacts} contacts, slots of ${every} s open for ${window} s`);
	const world = await startBadReleaseWorld({ every, window, contacts });
	try {
		const reader = new ReleaseReader(world.ledgerFile);
		listener.say(`n8n answers at ${world.n8n.url}; everything it talks to is a stand-in.`);
		listener.act('The rehearsal: dry-run.json runs the spine twice, forces two failures, and assesses');
		const rehearsal = only ? [] : tell(listener, await rehearse(world, reader));
		await world.configure('live');
		await world.publish();
		const releases: Played[] = [];
		for (const tried of [goodRelease, ...badReleases].filter(({ id }) => only?.includes(id) ?? true))
			releases.push(await told(world, reader, tried, listener));
		let shadow: readonly Promised[] = [];
		if (!only) {
			listener.act('The shadow: dry-run.json beside the live spine, on what the last slot had frozen');
			shadow = tell(listener, await rehearseInShadow(world));
		}
		listener.act('All of it');
		const whole = tell(listener, await judgeAll(world, reader, releases));
		const mails = mailSince(world).length;
		return {
			every,
			window,
			contacts,
			looksEvery,
			rehearsal,
			releases,
			shadow,
			whole,
			mails,
			seconds: Math.round((Date.now() - startedAt) / 1000),
		};
	} finally {
		await world.close();
	}
}

async function told(
	world: BadReleaseWorld,
	reader: ReleaseReader,
	tried: TriedRelease,
	listener: Listener,
): Promise<Played> {
	listener.act(`${tried.title}: a release that ${tried.does}`);
	const played = await play(world, reader, tried);
	const { shippedAt, firstSlotAt, decidedAt, rolledBackAt, reason, mails, missed, stage } = played;
	listener.say(`Shipped ${seconds(shippedAt, firstSlotAt)} before its first slot.`);
	if (decidedAt !== null)
		listener.say(`The monitor, ${seconds(firstSlotAt, decidedAt)} after that slot opened: ${reason}`);
	if (decidedAt !== null && rolledBackAt !== null)
		listener.say(`Rolled back ${seconds(decidedAt, rolledBackAt)} later. Nobody clicked.`);
	listener.say(`It ends as ${stage}; ${mails} mails left under it, ${missed} deliveries were missed.`);
	tell(listener, played.promises);
	return played;
}

function tell(listener: Listener, promises: readonly Promised[]): readonly Promised[] {
	for (const { text, violations } of promises) listener.promise(text, violations);
	return promises;
}

async function judgeAll(
	world: BadReleaseWorld,
	reader: ReleaseReader,
	releases: readonly Played[],
): Promise<readonly Promised[]> {
	const { n8n, mailbox, slots } = world;
	const mail = mailSince(world);
	const deliveries = await reader.deliveries();
	const back = releases.filter(({ stage }) => stage === 'rolled-back');
	const ran = await listExecutions(n8n.session, 'rollback');
	const words = releases.map(
		({ id, stage }) => [id, stage === 'stable' ? 'is stable' : 'was sent back'] as const,
	);
	const chain = await reader.chain();
	return [
		{
			text: 'nobody got two mails in one slot, nor two within the minimum gap',
			violations: judgeGap(mail, slots),
		},
		{
			text: 'every mail belongs to a delivery that was committed, and each of those to one mail',
			violations: [
				...judgeClaimed(mail, keysIn(deliveries, 'committed')),
				...judgeOncePerDelivery(mail),
				...(keysIn(deliveries, 'committed').size === mail.length
					? []
					: [`${keysIn(deliveries, 'committed').size} commits, ${mail.length} mails`]),
			],
		},
		{
			text: 'no delivery count and no last delivery in HubSpot ever went back',
			violations: [
				...judgeNeverRewound('the count', toldOf(world, 'cc_delivery_count', slots.anchor)),
				...judgeNeverRewound('the last delivery', toldOf(world, 'cc_last_delivery_at', slots.anchor)),
			],
		},
		{
			text: 'rollback.json ran once for each release that went back',
			violations: ran.length === back.length ? [] : [`it ran ${ran.length} times for ${back.length}`],
		},
		{
			text: 'the team was told once of each, on its own channel',
			violations: words
				.filter(
					([id, end]) =>
						mailbox.alerts.filter((text) => text.startsWith(`Release ${id} ${end}.`)).length !== 1,
				)
				.map(([id, end]) => `not told once that ${id} ${end}`),
		},
		{ text: 'the event chain is intact', violations: chain === 'intact' ? [] : [chain] },
	];
}
