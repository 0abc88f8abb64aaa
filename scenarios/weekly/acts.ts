import { versionOf } from '../../testbed/standins/app';
import { writeAccount } from './deeds';
import { releases } from './doctrine';
import { drill, merge, tell, tellEnd, tellGate, tellSlack, word, type WeeklyStage, type Work } from './stage';

const manager = ['Eve Manager', 'engineering-manager'] as const;

const firstWork: readonly Work[] = [
	['AI Copilot (beta)', 'feature'],
	['LivePages for emails', 'feature'],
	['30% faster API', 'improvement'],
	['Better email drafts', 'improvement'],
	['Tracker with 100+ applications', 'fix'],
	['Match score for remote jobs', 'fix'],
];
const secondWork: readonly Work[] = [
	['Saved searches', 'feature'],
	['Weekly digest', 'feature'],
	['Tracker grouped by company', 'improvement'],
	['Shorter onboarding', 'improvement'],
	['Time zone of interviews', 'fix'],
	['Duplicate contacts', 'fix'],
];

/** What Alembic prints for a rename in one step: it drops the column that the version before still reads. */
const contractSql = `BEGIN;
ALTER TABLE users ADD COLUMN email_address VARCHAR(255);
ALTER TABLE users DROP COLUMN email;
COMMIT;
`;
/** The first of two steps (7.2), with the table of the doctrine's example (7.1). */
const expandSql = `BEGIN;
CREATE TABLE livepages (id SERIAL PRIMARY KEY, title VARCHAR(255));
ALTER TABLE users ADD COLUMN email_address VARCHAR(255);
COMMIT;
`;

/** Thursday: opened at 13:00 and tested on staging at 14:00, both by their schedules; the gate holds, the window is closed. */
async function thursday(stage: WeeklyStage, release: string, day: string): Promise<void> {
	await stage.week.until(`${day}T13:30`);
	tell(stage, `The train opened release ${release}.`);
	await tellGate(stage, release);
	await stage.week.until(`${day}T14:30`);
	const smoke = (await stage.reader.events(['evidence.recorded'])).filter(
		({ subject }) => subject === release,
	);
	tell(stage, `Staging: ${smoke.at(-1)?.sentence ?? 'nothing was recorded.'}`);
}

/** Plays on until the release has one of the stages, with the watch looking every five minutes. */
async function watchUntil(
	stage: WeeklyStage,
	release: string,
	stages: readonly string[],
	latest: string,
): Promise<void> {
	await stage.week.untilHolds(
		async () => stages.includes((await stage.reader.release(release)).body.stage),
		latest,
	);
	await stage.week.unpublish('post-release-watch');
}

/** A release that goes well, from Thursday's staging test to the merge into main. */
export async function goodRelease(stage: WeeklyStage): Promise<void> {
	const { tale, week } = stage;
	tale.act('1. A good release');
	merge(stage, firstWork);
	await thursday(stage, releases.good, '2026-10-08');
	await drill(stage, releases.good);
	await week.until('2026-10-09T10:00');
	await word(stage, releases.good, ...manager);
	await week.until('2026-10-09T13:45');
	await week.publish('post-release-watch');
	await week.until('2026-10-09T14:01');
	await tellGate(stage, releases.good);
	await watchUntil(stage, releases.good, ['stable'], '2026-10-09T18:30');
	tellSlack(stage, 0);
	await tellEnd(stage, releases.good);
}

/** A release that the gate holds because a critical path is broken on staging. */
export async function heldRelease(stage: WeeklyStage): Promise<void> {
	const { tale, week, world } = stage;
	tale.act('2. A release held by a failing smoke test');
	const said = world.vendors.slack.admin.messages().length;
	await week.until('2026-10-15T11:00');
	merge(stage, secondWork, { broken: ['tracker'] });
	await thursday(stage, releases.held, '2026-10-15');
	await drill(stage, releases.held);
	await week.until('2026-10-16T10:00');
	await word(stage, releases.held, ...manager);
	await week.until('2026-10-16T13:45');
	await week.publish('post-release-watch');
	await week.until('2026-10-16T16:30');
	await week.unpublish('post-release-watch');
	await tellGate(stage, releases.held);
	tellSlack(stage, said);
	await tellEnd(stage, releases.held);
}

/** A release that is fine on staging and fails under production's load. */
export async function rolledBackRelease(stage: WeeklyStage): Promise<void> {
	const { tale, week, world } = stage;
	tale.act('3. A release rolled back by its error rate');
	const said = world.vendors.slack.admin.messages().length;
	await week.until('2026-10-22T11:00');
	merge(stage, [['Tracker loads again', 'fix']]);
	world.vendors.versions.set('v1.5.0', versionOf('v1.5.0', { errorRate: 0.09 }));
	await thursday(stage, releases.bad, '2026-10-22');
	await drill(stage, releases.bad);
	await week.until('2026-10-23T10:00');
	await word(stage, releases.bad, ...manager);
	await week.until('2026-10-23T13:45');
	await week.publish('post-release-watch');
	await week.until('2026-10-23T14:01');
	await tellGate(stage, releases.bad);
	await week.until('2026-10-23T16:30');
	await week.unpublish('post-release-watch');
	for (const { sentence, at } of await stage.reader.events(['rollback.ordered']))
		tale.say(`${week.time(at)}  ${sentence}`);
	tellSlack(stage, said);
	for (const { orderedAt, provenAt } of await stage.reader.rollbacks())
		tale.say(`From the order to the proof: ${Math.round(((provenAt ?? NaN) - orderedAt) / 100) / 10} s.`);
	await tellEnd(stage, releases.bad);
}

/** A P0 bug: the same train at once, approved by the CTO, outside the window. */
export async function hotfix(stage: WeeklyStage): Promise<void> {
	const { tale, week, world } = stage;
	tale.act('4. A hotfix');
	const said = world.vendors.slack.admin.messages().length;
	const order = [releases.hotfix, 'p0-bug'];
	await week.unpublish('weekly-release');
	await week.publish('hotfix-release');
	await week.until('2026-10-27T09:30');
	merge(stage, [
		['Sign-in fails for some users', 'fix', 'authentication'],
		['Queries of saved searches', 'fix'],
	]);
	await week.publish('post-release-watch');
	await week.until('2026-10-27T09:40');
	await week.submit('hotfix-release', 'Receive Order', order);
	await tellGate(stage, releases.hotfix);
	await word(stage, releases.hotfix, 'Carla Chief', 'cto');
	await week.submit('hotfix-release', 'Receive Order', order);
	await tellGate(stage, releases.hotfix);
	await watchUntil(stage, releases.hotfix, ['stable'], '2026-10-27T14:00');
	tellSlack(stage, said);
	await week.until('2026-10-28T10:00');
	await writeAccount(
		world.n8n,
		releases.hotfix,
		'Sign-in failed for users with two accounts; the look-up by address is fixed and has a test.',
	);
	tell(stage, 'The written account the hotfix owed is in the ledger.');
	await tellEnd(stage, releases.hotfix);
}

/** Breaking changes and a migration: CTO and product approve; the lint refuses a contract step and passes the expand step. */
export async function majorRelease(stage: WeeklyStage): Promise<void> {
	const { tale, week, world } = stage;
	tale.act('5. A major release with an Alembic migration');
	const said = world.vendors.slack.admin.messages().length;
	const order = [releases.major];
	await week.publish('major-release');
	await week.until('2026-10-29T10:00');
	merge(
		stage,
		[
			['API v2', 'breaking'],
			['Addresses in a column of their own', 'improvement', 'database'],
		],
		{ sql: contractSql },
	);
	await week.submit('major-release', 'Receive Order', order);
	await tellGate(stage, releases.major);
	await week.until('2026-10-29T11:00');
	merge(stage, [['Keep the old column for now', 'improvement', 'database']], { sql: expandSql });
	await week.submit('major-release', 'Receive Order', order);
	await tellGate(stage, releases.major);
	await week.until('2026-10-29T14:30');
	await drill(stage, releases.major);
	await word(stage, releases.major, 'Carla Chief', 'cto');
	await word(stage, releases.major, 'Paul Product', 'product');
	await week.until('2026-10-30T13:45');
	await week.publish('post-release-watch');
	await week.until('2026-10-30T14:01');
	await week.submit('major-release', 'Receive Order', order);
	await tellGate(stage, releases.major);
	await watchUntil(stage, releases.major, ['stable'], '2026-10-30T18:30');
	tellSlack(stage, said);
	await tellEnd(stage, releases.major);
}
