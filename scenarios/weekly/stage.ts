import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxProblem } from '../../testbed/problem';
import type { Tale } from '../../testbed/tale';
import type { CriticalPath } from '../../testbed/standins/app';
import { versionOf } from '../../testbed/standins/app';
import type { TrainReader } from './train-reader';
import { approve, recordDrill } from './deeds';
import type { Week } from './week';
import type { WeeklyWorld } from './world';

/** Everything an act needs. */
export interface WeeklyStage {
	readonly world: WeeklyWorld;
	readonly week: Week;
	readonly tale: Tale;
	readonly reader: TrainReader;
}

/** A pull request as the team merges it: what it is called, and its labels. */
export type Work = readonly [title: string, ...labels: string[]];

/** What `alembic upgrade --sql` prints where nothing migrates. */
export const noMigration = 'BEGIN;\n\nCOMMIT;\n';

/** Says something with the scenario's day and time before it. */
export function tell({ tale, week }: WeeklyStage, line: string): void {
	tale.say(`${week.time()}  ${line}`);
}

/** The team merges to develop, which deploys to staging (3.1, 3.2). */
export function merge(
	stage: WeeklyStage,
	work: readonly Work[],
	{ sql = noMigration, broken = [] }: { sql?: string; broken?: readonly CriticalPath[] } = {},
): void {
	const { github, staging } = stage.world.vendors;
	const { repository } = github.admin;
	for (const [title, ...labels] of work)
		repository.merge({ title, author: 'li', labels }, stage.world.clock.now());
	repository.files.set('release/migration.sql', sql);
	staging.admin.deploy(versionOf('develop', { broken, commit: repository.branch('develop') }));
	tell(stage, `${work.length} pull requests merged to develop; staging runs them.`);
}

/** Staging goes back to the previous tag and forth again, so that the rollback is proven before it is needed (5). */
export async function drill(stage: WeeklyStage, release: string): Promise<void> {
	const { staging, production } = stage.world.vendors;
	const candidate = staging.admin.running();
	const { version: previous, commit } = production.admin.running();
	const from = stage.world.clock.now();
	staging.admin.deploy(versionOf(previous, { commit }));
	const seconds = (): number => Math.ceil((stage.world.clock.now() - from) / 1000);
	tell(stage, `Drill: ${await recordDrill(stage.world.n8n, release, seconds, previous)}`);
	staging.admin.deploy(candidate);
}

/** How long a word may take from the form to the ledger. */
const wordMs = 60_000;

/** A person gives their word. @throws SandboxProblem when it does not come to the ledger */
export async function word(stage: WeeklyStage, release: string, person: string, role: string): Promise<void> {
	await approve(stage.world.n8n, release, person, role);
	const sentence = `${person} (${role}) approved release ${release}.`;
	for (const giveUpAt = performance.now() + wordMs; ; await sleep(200)) {
		const given = await stage.reader.events(['release.approved']);
		if (given.some((event) => event.sentence === sentence)) break;
		if (performance.now() > giveUpAt)
			throw new SandboxProblem(
				`The word of ${person} for ${release} did not come to the ledger.`,
				'See the executions of the workflow "Weekly demo: approve".',
			);
	}
	tell(stage, `${person} (${role}) approves.`);
}

/** What the gate said last, and what it still asks for. */
export async function tellGate(stage: WeeklyStage, release: string): Promise<void> {
	const asked = await stage.reader.events(['gate.held', 'gate.shipped']);
	const last = asked.filter(({ subject }) => subject === release).at(-1);
	tell(stage, `Gate on ${release}: ${last?.sentence ?? 'it was never asked.'}`);
	const { open = [] } = (last?.data ?? {}) as { open?: readonly { check: string; status: string }[] };
	for (const { check, status } of open) stage.tale.say(`    ${status.padEnd(7)} ${check}`);
}

/** Slack messages since a count, and the new count. */
export function tellSlack(stage: WeeklyStage, from: number): number {
	const messages = stage.world.vendors.slack.admin.messages();
	for (const { channel, text, ts } of messages.slice(from))
		stage.tale.say(`${stage.week.time(Number(ts) * 1000)}  Slack #${channel}: ${text}`);
	return messages.length;
}

/** Where a release ended, and its page. */
export async function tellEnd(stage: WeeklyStage, release: string): Promise<void> {
	const { body } = await stage.reader.release(release);
	tell(stage, `Release ${release} is ${body.stage}; production runs ${running(stage)}.`);
	stage.tale.say(`Report: ${await stage.reader.page(release)}`);
}

/** What answers in production. */
export const running = (stage: WeeklyStage): string => stage.world.vendors.production.admin.running().version;
