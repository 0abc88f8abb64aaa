import { setTimeout as sleep } from 'node:timers/promises';
import { operate } from '../../testbed/operate';
import { publishWorkflow, unpublishWorkflow } from '../../testbed/n8n/workflows';
import {
	inFirstSlot,
	judgeCounts,
	judgeMarks,
	judgeNothingSent,
	judgeOneEach,
	judgeRhythm,
	judgeTold,
	slotOf,
	type Violations,
} from '../../testbed/judge';
import { run, scheduleEvery, until, untilSlot, type Stage } from './stage';
import { countBy } from '../../testbed/tale';

const spineTemplate = 'content-delivery-spine';
const reconcileTemplate = 'reconcile';

/** HubSpot keeps milliseconds; providers and records may round to a second, and clocks are read apart. */
const toleranceMs = 2_000;

/** How long the schedule may take to serve everybody after a restart. */
const catchUpMs = 90_000;

/** A first run: who was due, held, sent and skipped, and why. */
export async function firstRun(stage: Stage): Promise<void> {
	const { world, tale, outside, reader, eligible } = stage;
	tale.act('The first run of the spine');
	const started = Date.now();
	await run(world, spineTemplate);
	const mail = outside.mail();
	const { hubspot, postmark, generator } = outside.calls();
	tale.say(`${mail.length} emails accepted by the mail vendor in ${Date.now() - started} ms;`);
	tale.say(`calls: HubSpot ${hubspot}, generator ${generator}, mail vendor ${postmark}.`);
	const held = await reader.deliveries(['held']);
	tale.say(`Held by the ledger, HubSpot untouched: ${held.length}`);
	tale.counts(countBy(held, ({ reason }) => reason ?? 'no reason given'));
	const story = world.standIns.story;
	tale.say(`Not due, and why: ${story?.notServed.length ?? 0}`);
	tale.counts(countBy(story?.notServed ?? [], ({ reason }) => reason));
	tale.promise(
		'every eligible contact got exactly one email, nobody else got any',
		judgeOneEach(mail, eligible),
	);
	tale.promise(
		'every contact without a critical property is held, with the reason',
		judgeHeld(story?.held ?? [], held),
	);
	judgeHubSpot(stage);
	tale.promise(
		'HubSpot records of contacts that got nothing were not written',
		outside
			.touched()
			.filter((contact) => !eligible.includes(contact))
			.map((contact) => `contact ${contact} was written`),
	);
}

/** The same run again, in the same slot. */
export async function secondRun({ world, tale, outside, slots }: Stage): Promise<void> {
	tale.act('The same run again, in the same slot');
	const from = Date.now();
	await run(world, spineTemplate);
	const mail = outside.mail(from);
	tale.say(`${mail.length} emails.`);
	tale.promise('a second run sends nothing', judgeNothingSent(mail));
	if (slotOf(slots, Date.now()) > 0) tale.say('(This machine is slow: the slot ended meanwhile.)');
}

/** A pause in the next slot, and its end. */
export async function pauseAndResume(stage: Stage): Promise<void> {
	const { world, tale, outside, slots, eligible } = stage;
	const slot = slotOf(slots, Date.now()) + 1;
	tale.act(`Slot ${slot}, with the spine paused`);
	await untilSlot(slots, slot);
	await operate(world.n8n, 'pause');
	const from = Date.now();
	await run(world, spineTemplate);
	tale.say(`${outside.mail(from).length} emails.`);
	tale.promise('a paused spine sends nothing', judgeNothingSent(outside.mail(from)));
	await operate(world.n8n, 'resume');
	await run(world, spineTemplate);
	tale.say(`Resumed: ${outside.mail(from).length} emails.`);
	tale.promise(
		'after the pause everybody gets the email of the slot, once',
		judgeOneEach(outside.mail(from), eligible),
	);
	judgeHubSpot(stage);
}

/** n8n is killed and stays away for several slots; its own schedule takes up the work. */
export async function longOutage(stage: Stage, missedSlots: number): Promise<void> {
	const { world, tale, outside, slots, reader, eligible } = stage;
	const before = slotOf(slots, Date.now());
	const back = before + missedSlots + 1;
	tale.act(`n8n is killed and stays away for slots ${before + 1} to ${back - 1}`);
	await scheduleEvery(world, spineTemplate, 20);
	await publishWorkflow(world.n8n.session, spineTemplate);
	await world.n8n.kill();
	await untilSlot(slots, back);
	const from = Date.now();
	await world.n8n.start();
	tale.say(`n8n is back in slot ${slotOf(slots, Date.now())}; its schedule does the rest.`);
	const opened = slots.anchor + slotOf(slots, Date.now()) * slots.every;
	const everybody = await until(
		() => new Set(outside.mail(opened).map(({ contact }) => contact)).size >= eligible.length,
		catchUpMs,
	);
	await unpublishWorkflow(world.n8n.session, spineTemplate);
	// Whatever the schedule started last may still be sending; a duplicate would show now.
	await sleep(5_000);
	const mail = outside.mail(from);
	tale.say(
		`${mail.length} emails since the restart${everybody ? '' : '; not everybody was served in time'}.`,
	);
	tale.promise(
		'after the outage everybody gets one email, not one for each missed slot',
		judgeOneEach(inFirstSlot(mail), eligible),
	);
	await run(world, reconcileTemplate);
	const missed = await reader.missedSlots();
	tale.say(`Slots recorded as missed: ${missed.join(', ') || 'none'}`);
	tale.promise(
		'the slots nobody was there for are recorded as missed, and were not made up',
		missed.length >= missedSlots ? [] : [`${missed.length} recorded, ${missedSlots} went by`],
	);
	judgeHubSpot(stage);
}

/** What must hold of the whole story, whatever happened in it. */
export async function wholeStory({ tale, outside, slots, reader }: Stage): Promise<void> {
	tale.act('The whole story');
	const mail = outside.mail();
	tale.say(`${mail.length} emails to ${new Set(mail.map(({ contact }) => contact)).size} contacts.`);
	tale.promise(
		'no contact got two emails in one slot, nor two within the minimum gap',
		judgeRhythm(mail, slots),
	);
	const committed = await reader.deliveries(['committed']);
	const difference = committed.length - mail.length;
	tale.promise(
		'the ledger has one commit for every email, and no more',
		difference === 0 ? [] : [`${committed.length} commits, ${mail.length} emails`],
	);
	const chain = await reader.verify();
	tale.promise(
		'the hash chain over all events is intact',
		chain.status === 'intact' ? [] : [`broken at ${chain.position}: ${chain.explanation}`],
	);
	if (chain.status === 'intact') tale.say(`${chain.sealed} events, head ${chain.head}`);
}

function judgeHubSpot({ tale, outside }: Stage): void {
	const [mail, marks] = [outside.mail(), outside.marks()];
	tale.promise(
		'HubSpot was never told of a delivery before it was accepted',
		judgeMarks(mail, marks, toleranceMs),
	);
	tale.promise('HubSpot was told of every email', judgeTold(mail, marks, toleranceMs));
	tale.promise("HubSpot's delivery count rose by one with each email", judgeCounts(mail, outside.rises()));
}

function judgeHeld(
	expected: readonly { readonly id: string; readonly reason: string }[],
	held: readonly { readonly ref: { readonly recipient: string }; readonly reason: string | null }[],
): Violations {
	const reasons = new Map(held.map(({ ref, reason }) => [ref.recipient, reason]));
	return expected
		.filter(({ id }) => !reasons.get(id))
		.map(({ id, reason }) => `contact ${id} (${reason}) is not held`);
}
