import { setTimeout as sleep } from 'node:timers/promises';
import type { Graph } from '../../testbed/graph';
import { engineer, type Person } from '../../testbed/n8n/people';
import { SandboxProblem } from '../../testbed/problem';
import type { Stage } from './stage';
import type { Asked, Said, Walk } from './walker';

/** A change that goes through the form of a release. */
export interface Change extends Said {
	/** What is changed in the editor. */
	readonly edit: (graph: Graph) => Graph;
	/** Class that page 2 must name. */
	readonly riskClass: 'safe' | 'controlled' | 'critical';
	/** What page 2 must say beside it. */
	readonly says: readonly (string | RegExp)[];
}

/** The link that the last page of a release gives. @throws SandboxProblem where there is none */
export function linkIn({ link, end }: Walk): string {
	if (link === null) throw new SandboxProblem(`No link on the last page: ${end.slice(0, 1500)}`, 'See n8n.');
	return link;
}

/** Changes the draft and sends it through the form, up to the last page; judges page 2 and that nothing is published. */
export async function askFor(
	stage: Stage,
	{ edit, riskClass, says, ...said }: Change,
	by: Person = engineer,
): Promise<Walk & { readonly asked: Asked }> {
	const { world } = stage;
	const walker = await stage.as(by);
	await world.edit(edit);
	const before = await world.versions();
	const walk = await walker.release(said);
	const { asked, seconds } = walk;
	if (asked === null)
		throw new SandboxProblem(`The form came to no page 2: ${walk.end.slice(0, 1500)}`, 'See n8n.');
	stage.took('machines look at the draft, drill and rehearse it', seconds.machines);
	stage.took('the answers are put on record and the gate decides', seconds.gate);
	stage.says(`page 2 says that it is ${riskClass}`, asked.text, [`This change is ${riskClass}`]);
	stage.says('page 2 shows what changes', asked.text, says);
	const after = await world.versions();
	stage.holds(
		'nothing is published until the gate lets it through',
		after.published === before.published,
		`${after.published} is published, not ${before.published}`,
	);
	return { ...walk, asked };
}

/** These people approve, one after the other; it must be live after the last of them and not before. */
export async function approveBy(
	stage: Stage,
	walk: Walk,
	people: readonly Person[],
	name: string,
): Promise<void> {
	const link = linkIn(walk);
	const before = await stage.world.versions();
	for (const [at, person] of people.entries()) {
		const walker = await stage.as(person);
		const began = Date.now();
		const { end } = await walker.approve(link, 'approved', `${name}-approve-${at + 1}`);
		stage.took(`${person.firstName} looks and approves`, (Date.now() - began) / 1000);
		if (at < people.length - 1)
			stage.says('one word is not enough where two are asked for', end, ['It waits for people']);
		else stage.says('with the last word it is live', end, ['It is live']);
	}
	const { published, draft } = await stage.world.versions();
	stage.holds(
		'what is published is the draft that was proven',
		published === draft && published !== before.published,
		`${published} is published, the draft is ${draft}`,
	);
}

/** Messages in the team's channel that are of a kind, once there is one or half a minute has gone. */
export async function messages(
	{ world }: Stage,
	isOne: (text: string) => boolean,
): Promise<readonly string[]> {
	const found = () => world.mailbox.alerts.filter(isOne);
	for (const giveUpAt = Date.now() + 30_000; found().length === 0 && Date.now() < giveUpAt;) await sleep(500);
	return found();
}

/** Emails that the mail vendor accepted so far. */
const mailed = ({ world }: Stage): number => world.standIns.postmark.admin.received().length;

/** Plays on to the next slot; what left in it must be one email for each contact, or for nobody. */
export async function nextSlot(stage: Stage, serves: 'everybody' | 'nobody' = 'everybody'): Promise<void> {
	const before = mailed(stage);
	await stage.world.passSlot();
	const wanted = serves === 'everybody' ? stage.world.contacts.length : 0;
	const left = mailed(stage) - before;
	stage.holds(`the next slot serves ${serves}`, left === wanted, `${left} emails left, not ${wanted}`);
}

/** Plays on until the release that was opened last is watched no more; at most so many slots. Gives where it ended. */
export async function untilItEnds(stage: Stage, mostSlots = 3): Promise<string> {
	for (let slot = 0; slot < mostSlots; slot += 1) {
		const now = await stage.reader.newest();
		if (now?.body.stage !== 'monitoring') return now?.body.stage ?? 'nothing';
		await nextSlot(stage);
	}
	stage.say(`The monitor: ${(await stage.reader.told('stability.verdict')).at(-1) ?? 'nothing'}`);
	return (await stage.reader.newest())?.body.stage ?? 'nothing';
}
