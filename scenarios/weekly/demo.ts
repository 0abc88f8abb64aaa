import { join } from 'node:path';
import { buildIfStale } from '../../testbed/build';
import { Tale } from '../../testbed/tale';
import { packageRoot } from '../../testbed/n8n/paths';
import { playStory } from '../play-story';
import { goodRelease, heldRelease, hotfix, majorRelease, rolledBackRelease } from './acts';
import { TrainReader } from './train-reader';
import { openApprovals, setPolicy } from './deeds';
import {
	doctrineDeployments,
	doctrineEndings,
	doctrineMessages,
	doctrineNotes,
	doctrineTags,
	releases,
	rollbackLimitMs,
} from './doctrine';
import { judgeEndings, judgeOrder, judgeRollbacks, judgeSaid } from './judge';
import { takePicture } from './picture';
import type { WeeklyStage } from './stage';
import { pacific, Week } from './week';
import { startWeeklyWorld } from './world';

const explanation = `Time: n8n, its schedules and Wait nodes, and every stand-in live by one scenario clock. Work takes the
   time it takes, second for second; where everything waits the clock jumps to what is due next. The waits themselves
   are the templates' own (30 minutes of Datadog, 2 to 4 hours of watch), the policy is the preset word for word. The
   doctrine ships on Fridays only, so the acts lie on the days of one month. Times are Pacific.`;

/** Plays five acts through a real n8n and judges them; `true` when the doctrine was kept. */
async function main(): Promise<boolean> {
	const tale = new Tale();
	tale.act('A real n8n with the release train, behind a proxy that answers for its vendors');
	if (buildIfStale()) tale.say('Built the package.');
	const world = await startWeeklyWorld(pacific('2026-10-08T11:00'));
	try {
		tale.say(`n8n answers at ${world.n8n.url}; eight vendors answer under their real host names.`);
		tale.say(explanation);
		const pages = join(world.folder, 'reports');
		const reader = new TrainReader(world.ledgerFile, world.clock.now, pages);
		const stage: WeeklyStage = { world, week: new Week(world), tale, reader };
		await setPolicy(world.n8n);
		await openApprovals(world.n8n);
		await stage.week.publish('weekly-release', 'staging-smoke');
		for (const act of [goodRelease, heldRelease, rolledBackRelease, hotfix, majorRelease]) await act(stage);
		await judge(stage);
		for (const release of Object.values(releases)) tale.say(`Report: ${await reader.page(release)}`);
		if (process.env.RG_PICTURES === '1')
			await takePicture(
				await reader.page(releases.bad),
				join(packageRoot, 'docs', 'images', 'report-rolled-back.png'),
			);
	} finally {
		await world.close();
	}
	return tale.end();
}

async function judge({ world, week, tale, reader }: WeeklyStage): Promise<void> {
	tale.act('The judge: what the stand-ins and the ledger hold, against the doctrine');
	const { slack, production, github, proxy } = world.vendors;
	const { repository } = github.admin;
	const said = slack.admin.messages();
	said.forEach(({ channel, text }, at) =>
		tale.say(`  ${(doctrineMessages[at]?.section ?? '?').padEnd(12)} #${channel}: ${text}`),
	);
	tale.promise(
		'Slack holds exactly the messages of the doctrine, each in its channel, in order',
		judgeSaid(said, doctrineMessages),
	);
	tale.promise(
		'production ran exactly the versions it should have, in order',
		judgeOrder(
			'deployment',
			production.admin.deployments().map(({ version }) => version),
			doctrineDeployments,
		),
	);
	const tags = repository.tags().map(([tag]) => tag);
	tale.promise('GitHub has the tags, in order', judgeOrder('tag', tags.reverse(), doctrineTags));
	const newest = repository.resolve(doctrineTags.at(-1) ?? '') ?? '';
	const main = repository.known(repository.branch('main') ?? '');
	tale.promise(
		'main is the last release that was stable, merged',
		main?.parents.includes(newest) ? [] : ['main is somewhere else'],
	);
	const notes = production.admin.published().map(({ title }) => title);
	tale.promise('the changelog has each published release once', judgeOrder('entry', notes, doctrineNotes));
	tale.promise('every release ended where it had to', judgeEndings(await reader.endings(), doctrineEndings));
	const rollbacks = await reader.rollbacks();
	for (const { release, orderedAt, provenAt } of rollbacks)
		tale.say(`  Rollback of ${release}: ${((provenAt ?? NaN) - orderedAt) / 1000} s from order to proof.`);
	tale.promise(
		'the rollback was proven within five minutes of its order, by the scenario’s clock',
		judgeRollbacks(rollbacks, [releases.bad], rollbackLimitMs),
	);
	const chain = await reader.verify();
	tale.promise(
		'the hash chain over all events is intact',
		chain.status === 'intact' ? [] : [`broken at ${chain.position}: ${chain.explanation}`],
	);
	tale.promise('no execution of a template failed', await week.failures());
	tale.promise(
		'no template asked for a host nobody stands in for',
		proxy
			.unrouted()
			// n8n itself looks for its registry when it boots; the proxy refuses it like the rest.
			.filter((address) => !address.startsWith('api.n8n.io/'))
			.map((address) => `something asked for ${address}`),
	);
}

playStory(main);
