import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf } from '../../testbed/judge';
import { listExecutions } from '../../testbed/n8n/executions';
import { SandboxProblem } from '../../testbed/problem';
import { hashOf, type ReleaseReader, type ReleaseSeen } from './ledger';
import { mailSince } from './outside';
import { judgePromises, type Promised, type Version } from './promises';
import type { TriedRelease } from './releases';
import { hostOf, prepare, ship, shippedBy } from './ship';
import { spineWorkflow, type BadReleaseWorld } from './world';

/** Slots after which nobody waits any more for a verdict. */
const patienceSlots = 6;

/** What became of one release. Instants in milliseconds since 1970; `null` where it did not happen. */
export interface Played {
	readonly id: string;
	readonly title: string;
	readonly does: string;
	readonly stage: string;
	/** When the promotion to deploying began to put it in production. */
	readonly shippedAt: number;
	/** When its first slot opened. */
	readonly firstSlotAt: number;
	/** The look that said roll back or stable. */
	readonly decidedAt: number | null;
	readonly rolledBackAt: number | null;
	readonly reason: string;
	readonly findings: readonly string[];
	/** Mail that left under it, from its first slot on until it was gone. */
	readonly mails: number;
	/** Deliveries of those slots that were missed. */
	readonly missed: number;
	readonly promises: readonly Promised[];
}

/** Waits until everybody was served in the open slot, in time to ship a release before the next one opens. */
export async function untilServed(world: BadReleaseWorld): Promise<number> {
	const { slots, contacts, rhythm } = world;
	const giveUpAt = Date.now() + 3 * slots.every;
	for (;;) {
		const slot = slotOf(slots, Date.now());
		const opened = slots.anchor + slot * slots.every;
		const served = mailSince(world, opened).length >= contacts.length;
		if (served && Date.now() - opened < (rhythm.window * 1000 * 2) / 3) {
			await sleep(3_000);
			return slot;
		}
		if (Date.now() > giveUpAt)
			throw new SandboxProblem('The spine serves nobody in time.', 'See its executions in n8n.');
		await sleep(500);
	}
}

/** Waits until everybody was served in a slot, or its window is over. */
async function untilServedIn(world: BadReleaseWorld, slot: number): Promise<void> {
	const { slots, contacts, rhythm } = world;
	const opened = slots.anchor + slot * slots.every;
	while (Date.now() < opened + rhythm.window * 1000) {
		if (Date.now() > opened && mailSince(world, opened).length >= contacts.length) break;
		await sleep(500);
	}
	await sleep(3_000);
}

/** A spine commits once its whole batch was sent. Longest wait for that. */
const SETTLING_MS = 60_000;

/** Waits until no delivery is between its claim and its commit: mail that just left is not committed yet. */
async function untilSettled(reader: ReleaseReader): Promise<void> {
	const giveUpAt = Date.now() + SETTLING_MS;
	while (Date.now() < giveUpAt) {
		const deliveries = await reader.deliveries();
		if (!deliveries.some(({ state }) => state === 'claimed' || state === 'sending')) return;
		await sleep(500);
	}
}

async function untilDecided(world: BadReleaseWorld, reader: ReleaseReader, id: string): Promise<ReleaseSeen> {
	const giveUpAt = Date.now() + patienceSlots * world.slots.every;
	for (;;) {
		const seen = await reader.release(id);
		if (seen && ['stable', 'rolled-back'].includes(seen.release.body.stage)) return seen;
		if (seen && Date.now() > giveUpAt) return seen;
		await sleep(1_000);
	}
}

/** The published version of the spine's workflow, and what names its behaviour. */
export async function publishedNow(world: BadReleaseWorld): Promise<Version> {
	const host = hostOf(world);
	const state = await host.read(spineWorkflow);
	return { version: state?.published?.versionId ?? 'nothing', hash: (state && hashOf(state)) ?? 'nothing' };
}

const eventAt = ({ events }: ReleaseSeen, kind: string): number | null =>
	events.findLast((event) => event.kind === kind)?.at ?? null;

/** Ships one release into a calm slot, lets n8n decide alone, and judges from outside what became of it. */
export async function play(
	world: BadReleaseWorld,
	reader: ReleaseReader,
	tried: TriedRelease,
): Promise<Played> {
	const { slots } = world;
	const slot = await untilServed(world);
	const since = slots.anchor + slot * slots.every;
	const before = await publishedNow(world);
	const rollbacks = (await listExecutions(world.n8n.session, 'rollback')).length;
	await prepare(world, tried, await shippedBy(world, tried));
	await ship(world, tried);
	const during = await publishedNow(world);
	const seen = await untilDecided(world, reader, tried.id);
	const firstSlotAt = since + slots.every * (1 + (tried.shift ?? 0));
	const next = slotOf(slots, Date.now()) + 1;
	if (tried.foundBy.length > 0) await untilServedIn(world, next);
	await untilSettled(reader);
	const look = seen.looks.findLast(({ verdict }) => verdict !== null)?.verdict ?? null;
	const verdictAt = seen.looks.find(({ verdict }) => verdict?.verdict === look?.verdict)?.at ?? null;
	const rolledBackAt = eventAt(seen, 'release.rolled-back');
	const goneAt = rolledBackAt ?? Date.now();
	const deliveries = await reader.deliveries();
	const mail = mailSince(world);
	const ran = (await listExecutions(world.n8n.session, 'rollback')).slice(0, -rollbacks || undefined);
	const { stage } = seen.release.body;
	const found = look?.findings.filter(({ effect }) => effect === 'rolls-back').map(({ id }) => id) ?? [];
	const promises = judgePromises({
		world,
		tried,
		stage,
		sentence: look?.sentence ?? null,
		found,
		evidence: seen.evidence,
		rollbacks: ran,
		before,
		after: await publishedNow(world),
		captured: await reader.captured(tried.id, spineWorkflow),
		paused: await reader.isPaused(),
		next,
		mail,
		deliveries,
		since,
		chain: await reader.chain(),
	});
	if (during.hash === before.hash && tried.shift === undefined)
		throw new SandboxProblem(
			`${tried.id} changed nothing in n8n.`,
			'A release that changes nothing proves nothing.',
		);
	return {
		id: tried.id,
		title: tried.title,
		does: tried.does,
		stage,
		shippedAt: seen.release.body.shippedAt ?? 0,
		firstSlotAt,
		decidedAt: verdictAt,
		rolledBackAt,
		reason: look?.sentence ?? '',
		findings: found,
		mails: mail.filter(({ at }) => at >= firstSlotAt && at <= goneAt).length,
		missed: deliveries.filter(
			({ state, opensAt }) => state === 'missed' && opensAt >= firstSlotAt && opensAt <= goneAt,
		).length,
		promises,
	};
}
