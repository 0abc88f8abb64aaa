import { recordAnswer, recordApproval } from '../../app/release';
import { evidenceFor, knownRelease } from '../../app/release';
import type { WorkflowRun } from '../../testbed/engine/n8n';
import type { Work } from '../../testbed/standins/github/repository';
import { versionOf } from '../../testbed/standins/app';
import { personOf } from '../support/release';
import type { TrainFixture } from './train-fixture';

/** What Alembic prints for a migration that only adds. */
export const addColumn = 'BEGIN;\nALTER TABLE users ADD COLUMN plan text;\nCOMMIT;\n';

const labels = ['feature', 'improvement', 'improvement', 'fix', 'fix', 'fix'];

/** What a team does with the weekly train, step by step. */
export interface Steps {
	/** A week's work on develop, which staging runs. */
	work(release: string, more?: Partial<Work>): void;
	/** Runs the train once. */
	train(release: string, more?: Readonly<Record<string, unknown>>): Promise<WorkflowRun>;
	/** A week's work, and the train of Thursday. */
	prepare(release: string, more?: Partial<Work>): Promise<WorkflowRun>;
	/** What people and drills say, and a look of the watch. */
	word(release: string): Promise<void>;
	/** One look of the watch. */
	watch(): Promise<WorkflowRun>;
	/** Messages in Slack, each with its channel. */
	texts(): readonly string[];
	stage(release: string): Promise<string>;
	/** The newest answer to a check: its status and its grounds. */
	answer(release: string, check: string): Promise<string>;
	/** Version and commit that answer in production. */
	production(): string;
	/** What the gate still asked for when it held. */
	heldBy(run: WorkflowRun): readonly string[];
}

export function stepsOf(fixture: TrainFixture): Steps {
	const { github, staging, production, slack } = fixture.vendors;
	const ports = { ledger: fixture.ledger, now: Date.now };
	const work: Steps['work'] = (release, more = {}) => {
		const { repository } = github.admin;
		repository.files.set('release/migration.sql', addColumn);
		labels.forEach((label, at) =>
			repository.merge(
				{ title: `Change ${release} ${at}`, author: 'li', labels: [label], ...more },
				Date.now(),
			),
		);
		staging.admin.deploy(versionOf('develop', { commit: repository.branch('develop') }));
	};
	const train: Steps['train'] = async (release, more = {}) =>
		await fixture.runTemplate('weekly-release.json', {
			startNode: 'Check Thursday and Friday',
			config: { release, ...more },
		});
	const watch = async () => await fixture.runTemplate('post-release-watch.json');
	return {
		work,
		train,
		watch,
		prepare: async (release, more) => {
			work(release, more);
			return await train(release);
		},
		word: async (release) => {
			const approval = { ...personOf('Eve Manager', 'engineering-manager'), verdict: 'approved' };
			await recordApproval(ports, release, approval, 'test');
			for (const [check, machine] of [
				['rollback-tested', 'drill'],
				['staging-smoke', 'smoke-tests'],
			]) {
				const grounds = 'Done in a test of its own.';
				const { commit } = (await knownRelease(ports, release)).body.manifest.artifacts;
				const said = { check, status: 'pass', grounds, by: { machine }, commit };
				await recordAnswer(ports, release, said, 'test');
			}
			const look = await watch();
			if (look.error) throw look.error;
		},
		texts: () => slack.admin.messages().map(({ channel, text }) => `#${channel}: ${text}`),
		stage: async (release) => (await knownRelease(ports, release)).body.stage,
		answer: async (release, check) => {
			const given = (await evidenceFor(ports, release)).filter((entry) => entry.check === check);
			const newest = given.reduce((a, b) => (b.at >= a.at ? b : a));
			return `${newest.status}: ${newest.grounds}`;
		},
		production: () => {
			const { version, commit } = production.admin.running();
			return `${version} at ${commit}`;
		},
		heldBy: (run) => {
			const found = fixture
				.ran(run, 'Evaluate Release')
				.flatMap((evaluated) => evaluated.json('Evaluate Release', 0));
			return found.flatMap(({ openChecks }) =>
				(openChecks as { check: string; reason: string }[]).map(({ check, reason }) => `${check}: ${reason}`),
			);
		},
	};
}
