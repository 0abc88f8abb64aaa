import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
/** Slack’s node loads it for its forms; it requires ES modules, which the test runner refuses. No text passes through it here. */
jest.mock('sanitize-html', () => (text: string) => text);

import { knownRelease, setPolicy } from '../../app/release';
import { versionOf } from '../../testbed/standins/app';
import type { CheckRun, Review } from '../../testbed/standins/github/repository';
import { anyDay, createTrainFixture, PRODUCT, type TrainFixture } from './train-fixture';
import { stepsOf, type Steps } from './train-steps';

const id = '2026-11-20';
const pass = (name: string): CheckRun => ({ name, status: 'completed', conclusion: 'success' });
const many = <Item>(count: number, make: (at: number) => Item): readonly Item[] =>
	Array.from({ length: count }, (_none, at) => make(at));

let fixture: TrainFixture;
let steps: Steps;
beforeEach(async () => {
	fixture = await createTrainFixture();
	steps = stepsOf(fixture);
}, 60_000);
afterEach(async () => await fixture.close(), 30_000);

/** Thursday, everybody's word, Friday. */
const ship = async () => {
	expect((await steps.prepare(id)).error).toBeUndefined();
	await steps.word(id);
	return await steps.train(id);
};
const develop = () => fixture.vendors.github.admin.repository.branch('develop') ?? '';
const shipped = (version: string) => `${version} at ${develop()}`;
/** A version that runs, another that ran before, and still older ones; each is tagged. */
const after = (before: string, running: string, older: readonly string[] = []) => {
	const { repository } = fixture.vendors.github.admin;
	const main = String(repository.branch('main'));
	repository.refs.delete('refs/tags/v1.3.0');
	// What runs is at another commit than what ran before: going back to the same one is no way back.
	const earlier = repository.commit();
	for (const version of [...older, before]) repository.refs.set(`refs/tags/${version}`, earlier);
	repository.refs.set(`refs/tags/${running}`, main);
	fixture.vendors.ecr.admin.push(...older, before, running, main, earlier);
	fixture.vendors.production.admin.deploy(versionOf(running, { commit: main }));
};
/** v10.1.0 runs after v10.0.0; both stand on the third page, since v9 comes before v10 in reverse alphabetical order. */
const threePages = () => {
	after(
		'v10.0.0',
		'v10.1.0',
		many(203, (at) => `v${2 + (at % 8)}.${Math.floor(at / 8)}.0`),
	);
	const tags = fixture.vendors.github.admin.repository.tags();
	const place = tags.findIndex(([version]) => version.startsWith('v10.'));
	if (place < 200) throw new Error(`v10 stands at place ${place}, before the third page`);
};
const rollback = async (order: object) =>
	await fixture.runTemplate('software-rollback.json', {
		startNode: 'When Called by a Release',
		triggerItems: [{ json: { issue: 'a test', ...order } }],
	});

describe('G1: tags come in reverse alphabetical order, 100 a page, and a ref that exists is 422 wherever it points', () => {
	it('makes the version after the highest of three pages of tags', async () => {
		threePages();
		expect((await ship()).error).toBeUndefined();
		expect(steps.production()).toBe(shipped('v10.2.0'));
	}, 60_000);

	it('rolls back to the tag before, wherever in three pages it stands', async () => {
		threePages();
		await rollback({});
		expect(fixture.vendors.production.admin.running().version).toBe('v10.0.0');
	}, 60_000);

	it.each(['tags', 'heads'])(
		'deploys nothing when somebody made the ref in %s at another commit',
		async (kind) => {
			const { github } = fixture.vendors;
			const before = steps.production();
			github.admin.onCall(({ method, path }, when) => {
				if (method !== 'POST' || !path.endsWith('/git/refs') || when !== 'before') return;
				const ref = kind === 'tags' ? 'refs/tags/v1.4.0' : `refs/heads/release/${id}`;
				github.admin.repository.refs.set(ref, String(github.admin.repository.branch('main')));
			});
			await ship();
			expect(steps.production()).toBe(before);
			expect(await steps.stage(id)).toBe('rolled-back');
			expect(steps.texts().join()).toMatch(/v1\.4\.0 is not deployed: .* somebody made it before/);
		},
		60_000,
	);

	it('takes a tag that is there at the commit for made, an annotated one too', async () => {
		const { repository } = fixture.vendors.github.admin;
		fixture.vendors.github.admin.onCall(({ method, path }, when) => {
			if (method !== 'POST' || !path.endsWith('/git/refs') || when !== 'before') return;
			repository.refs.set('refs/tags/v1.4.0', develop());
			repository.annotated.add('refs/tags/v1.4.0');
		});
		await ship();
		expect(steps.production()).toBe(shipped('v1.4.0'));
	}, 60_000);
});

describe('G2: the newest run is anybody’s, and a run takes its time', () => {
	it('does not take a run in flight on another ref for its own', async () => {
		const { github, production, ecr } = fixture.vendors;
		github.admin.onDispatch((run, finish) => {
			if (run.workflow === 'build.yml') ecr.admin.push(String(run.inputs['version']), run.sha);
			else production.admin.deploy(versionOf(String(run.inputs['version']), { commit: run.sha }));
			finish('success');
			github.admin.start({ workflow: run.workflow, ref: 'develop', status: 'in_progress' });
		});
		await ship();
		expect(steps.production()).toBe(shipped('v1.4.0'));
		expect(await steps.stage(id)).toBe('monitoring');
	}, 60_000);

	it('waits for a run that is not over, and calls one that never ends unknown, not failed', async () => {
		const { github, production, ecr } = fixture.vendors;
		let asked = 0;
		const slow: (() => void)[] = [];
		github.admin.onCall(({ path }, when) => {
			if (!path.includes('/actions/') || path.endsWith('/dispatches') || when !== 'before') return;
			asked += 1;
			if (asked % 3 === 0) slow.splice(0).forEach((end) => end());
		});
		github.admin.onDispatch((run, finish) => {
			slow.push(() => {
				if (run.workflow === 'build.yml') ecr.admin.push(String(run.inputs['version']), run.sha);
				else production.admin.deploy(versionOf(String(run.inputs['version']), { commit: run.sha }));
				finish('success');
			});
		});
		await ship();
		expect(steps.production()).toBe(shipped('v1.4.0'));
		expect(await steps.stage(id)).toBe('monitoring');
		const next = '2026-11-27';
		github.admin.onDispatch((run, finish) => {
			if (run.workflow !== 'build.yml') return;
			ecr.admin.push(String(run.inputs['version']), run.sha);
			finish('success');
		});
		const { repository } = github.admin;
		repository.refs.set('refs/heads/main', String(repository.resolve('v1.4.0')));
		await steps.prepare(next);
		await steps.word(next);
		await steps.train(next);
		expect(await steps.answer(next, 'deployed')).toMatch(
			/^unknown: Run \d+ of deploy.yml is (queued|in_progress) after 15 minutes/,
		);
		expect(await steps.stage(next)).toBe('deploying');
		expect(steps.texts().at(-1)).toMatch(/^#engineering: Nobody knows whether v1\.5\.0 is deployed/);
	}, 90_000);
});

describe('G3, G4: check runs are 30 a page, and skipped or neutral is no failure', () => {
	const checks = async (runs: readonly CheckRun[]) => {
		steps.work(id);
		fixture.vendors.github.admin.repository.checks.set(develop(), runs);
		const run = await steps.train(id);
		expect(run.error).toBeUndefined();
		return await steps.answer(id, 'tests-pass');
	};

	it('ships with skipped and neutral checks, and proves nothing by skipped ones alone', async () => {
		const skipped: CheckRun = { name: 'docs', status: 'completed', conclusion: 'skipped' };
		expect(await checks([pass('unit'), skipped, { ...skipped, conclusion: 'neutral' }])).toMatch(/^pass/);
		expect(await checks([skipped])).toMatch(/^unknown/);
		expect(await checks([pass('unit'), { name: 'e2e', status: 'in_progress', conclusion: null }])).toMatch(
			/^unknown: Not over: e2e/,
		);
	}, 60_000);

	it('finds the failed check on the third page', async () => {
		const failed: CheckRun = { name: 'the 215th', status: 'completed', conclusion: 'failure' };
		expect(await checks([...many(214, (at) => pass(`unit ${at}`)), failed, pass('last')])).toMatch(
			/^fail: Failed: the 215th/,
		);
	}, 60_000);
});

describe('G5: a comparison lists 250 commits, pull requests come 100 a page by creation', () => {
	const manifest = async () => {
		const { body } = await knownRelease({ ledger: fixture.ledger, now: Date.now }, id);
		return body.manifest;
	};

	it('has every pull request of three pages in the manifest, one that was opened long ago too', async () => {
		const { repository } = fixture.vendors.github.admin;
		const work = { title: 'Change', author: 'li', labels: ['fix'] };
		repository.merge({ ...work, title: 'Opened long ago', createdAt: 0 }, Date.now());
		many(209, () => repository.merge(work, Date.now()));
		expect((await steps.train(id)).error).toBeUndefined();
		const { changes } = await manifest();
		expect(changes).toHaveLength(210);
		expect(changes.map(({ title }) => title)).toContain('Opened long ago');
		expect(await steps.answer(id, 'changes-reviewed')).toMatch(/^pass: 210 of 210/);
	}, 120_000);

	it('reads the approval on the third page of reviews, and stops when a page is missing', async () => {
		const said = (user: string, state: Review['state']): Review => ({ user, state, association: 'MEMBER' });
		const reviews = [...many(205, (at) => said(`m${at}`, 'COMMENTED')), said('maya', 'APPROVED')];
		const { repository } = fixture.vendors.github.admin;
		repository.merge({ title: 'Much discussed', author: 'li', labels: ['fix'], reviews }, Date.now());
		expect((await steps.train(id)).error).toBeUndefined();
		expect(await steps.answer(id, 'changes-reviewed')).toMatch(/^pass: 1 of 1/);
		fixture.vendors.github.admin.fault('server-error', { path: '/compare/main' });
		expect((await steps.train('2026-11-27')).error?.message).toMatch(/Compare Branches: GitHub answered 500/);
	}, 60_000);
});

describe('G6, G7: accounts are deleted, and everybody may review a public repository', () => {
	const reviewed = async (reviews: readonly Review[], author: string | null = 'li') => {
		fixture.vendors.github.admin.repository.merge(
			{ title: 'A change', author, labels: ['fix'], reviews },
			Date.now(),
		);
		const run = await steps.train(id);
		expect(run.error).toBeUndefined();
		return await steps.answer(id, 'changes-reviewed');
	};
	const approved: Review = { user: 'maya', association: 'MEMBER', state: 'APPROVED' };

	it('names a deleted author, and counts no review of a deleted account', async () => {
		expect(await reviewed([approved], null)).toMatch(/^pass: 1 of 1/);
		expect(await reviewed([{ ...approved, user: null }])).toMatch(/^fail: 1 of 2/);
	}, 60_000);

	it.each([
		['a stranger', [{ ...approved, association: 'NONE' as const }]],
		['somebody who contributed once', [{ ...approved, association: 'CONTRIBUTOR' as const }]],
		['the author', [{ ...approved, user: 'li' }]],
		[
			'somebody who asked for changes later',
			[approved, { ...approved, state: 'CHANGES_REQUESTED' as const }],
		],
		['somebody whose review was dismissed', [{ ...approved, state: 'DISMISSED' as const }]],
	])(
		'counts no approval of %s',
		async (_who, reviews) => {
			expect(await reviewed(reviews)).toMatch(/^fail: 0 of 1/);
		},
		60_000,
	);
});

describe('G8: everything hangs on one commit', () => {
	const push = () => {
		const { repository } = fixture.vendors.github.admin;
		return repository.mergeInto('develop', repository.commit(), 'pushed past everybody', Date.now());
	};

	it('holds when a commit was pushed after the approvals', async () => {
		await steps.prepare(id);
		await steps.word(id);
		const before = steps.production();
		push();
		const friday = await steps.train(id);
		expect(friday.error).toBeUndefined();
		expect(steps.production()).toBe(before);
		expect(steps.heldBy(friday).join('\n')).toMatch(/staging-smoke: .* changed since/);
	}, 60_000);

	it('ships the commit of the gate when another one arrives meanwhile', async () => {
		await steps.prepare(id);
		await steps.word(id);
		const approved = develop();
		let pushed = false;
		fixture.vendors.github.admin.onCall(({ path }, when) => {
			if (pushed || !path.endsWith('/git/refs') || when !== 'before') return;
			pushed = true;
			push();
		});
		fixture.vendors.slack.admin.onCall(() => undefined);
		await steps.train(id);
		expect(steps.production()).toBe(`v1.4.0 at ${approved}`);
		for (const check of [
			'tests-pass',
			'release-branch',
			'version-tagged',
			'image-built',
			'deployed',
			'production-smoke',
		])
			expect([check, await steps.answer(id, check)]).toEqual([check, expect.stringContaining(approved)]);
	}, 60_000);

	it('takes the tests of staging for nothing when staging runs another commit', async () => {
		await steps.prepare(id);
		fixture.vendors.staging.admin.deploy(versionOf('develop', { commit: 'f'.repeat(40) }));
		const run = await fixture.runTemplate('staging-smoke.json');
		expect(run.error).toBeUndefined();
		expect(await steps.answer(id, 'staging-smoke')).toMatch(/^fail: .*Broken: commit/);
	}, 60_000);

	it('does not call deployed what answers with another commit', async () => {
		const { github, production, ecr } = fixture.vendors;
		await steps.prepare(id);
		await steps.word(id);
		github.admin.onDispatch((run, finish) => {
			if (run.workflow === 'build.yml') ecr.admin.push(String(run.inputs['version']), run.sha);
			else {
				const old = run.inputs['version'] === 'v1.4.0' ? 'f'.repeat(40) : run.sha;
				production.admin.deploy(versionOf(String(run.inputs['version']), { commit: old }));
			}
			finish('success');
		});
		await steps.train(id);
		expect(await steps.stage(id)).toBe('rolled-back');
		expect(production.admin.running().version).toBe('v1.3.0');
	}, 60_000);
});

describe('S1, S2: SendGrid’s log lags and has ids of its own, a test key sees no live object', () => {
	const smoke = async () => {
		const run = await fixture.runTemplate('smoke-tests.json', {
			startNode: 'When Called by a Release',
			triggerItems: [{ json: { baseUrl: 'https://staging.example.com' } }],
		});
		return run.json('Set Summary')[0];
	};

	it('looks until the log shows the message, within its six requests a minute', async () => {
		fixture.vendors.sendgrid.admin.lag(70_000);
		expect(await smoke()).toMatchObject({ status: 'pass', broken: [] });
		const { admin } = fixture.vendors.sendgrid;
		expect(admin.calls().every(({ status }) => status === 200)).toBe(true);
		expect(admin.calls().length).toBeGreaterThan(2);
	}, 60_000);

	it('waits for a log that is throttled once', async () => {
		fixture.vendors.sendgrid.admin.fault('throttled');
		expect(await smoke()).toMatchObject({ status: 'pass' });
	}, 60_000);

	it('does not know what Stripe keeps from a test key, and rolls nothing back for it', async () => {
		fixture.vendors.production.admin.bill('live');
		await ship();
		expect(await steps.answer(id, 'production-smoke')).toMatch(/^unknown: .*Not known: upgrade/);
		expect(await steps.stage(id)).toBe('monitoring');
		expect(steps.texts()).toEqual(['#engineering: Deploying v1.4.0 to prod']);
	}, 60_000);
});

describe('S3, S4, S5: who does not answer has not said that all is well', () => {
	/** A release in production whose watch may end at once, with nothing else open. */
	const watched = async () => {
		await ship();
		const atOnce = { ...anyDay, monitoring: { atLeast: 'PT0S' } };
		await setPolicy(
			{ ledger: fixture.ledger, now: Date.now },
			PRODUCT,
			'weekly-software-release',
			atOnce,
			'test',
		);
		expect(await steps.stage(id)).toBe('monitoring');
	};
	const complain = (people: number) => {
		for (const at of many(people, (one) => one))
			fixture.vendors.intercom.admin.complain(`u${at}`, 'tracker', 'It does not load');
	};

	it('is not stable while Intercom is down', async () => {
		await watched();
		complain(9);
		fixture.vendors.intercom.admin.fault('server-error');
		await steps.watch();
		expect(await steps.stage(id)).toBe('monitoring');
	}, 60_000);

	it('is not stable while Slack says channel_not_found', async () => {
		await watched();
		fixture.vendors.slack.admin.removeChannel('support');
		await steps.watch();
		expect(await steps.stage(id)).toBe('monitoring');
		fixture.vendors.slack.admin.restoreChannel('support');
		await steps.watch();
		expect(await steps.stage(id)).toBe('stable');
	}, 60_000);

	it('does not call announced what Slack refused', async () => {
		fixture.vendors.slack.admin.removeChannel('general');
		await ship();
		expect(await steps.answer(id, 'announced')).toMatch(/^fail/);
	}, 60_000);

	it('fails after a rollback of which Slack told nobody', async () => {
		after('v1.0.0', 'v1.1.0');
		fixture.vendors.slack.admin.removeChannel('engineering');
		const run = await rollback({});
		expect(fixture.vendors.production.admin.running().version).toBe('v1.0.0');
		expect(run.error?.message).toMatch(/^Nobody was told: .*Slack refused it: .*channel_not_found/);
	}, 60_000);

	it('fails where staging is not ready and Slack tells nobody', async () => {
		fixture.vendors.slack.admin.removeChannel('engineering');
		steps.work(id);
		await steps.train(id);
		fixture.vendors.staging.admin.deploy(versionOf('other', { commit: 'f'.repeat(40) }));
		expect((await fixture.runTemplate('staging-smoke.json')).error?.message).toMatch(/channel_not_found/);
	}, 60_000);

	it('hears what Intercom has on its third page', async () => {
		await watched();
		for (const at of many(320, (one) => one))
			fixture.vendors.intercom.admin.complain(`u${at}`, `thing-${at}`, 'Something else each time');
		complain(9);
		await steps.watch();
		expect(await steps.stage(id)).toBe('rolled-back');
	}, 60_000);

	it('hears what Slack has on its third page', async () => {
		await watched();
		for (const person of ['u1', 'u2', 'u3'])
			fixture.vendors.slack.admin.say('support', person, 'The #tracker is down');
		for (const at of many(450, (one) => one)) fixture.vendors.slack.admin.say('support', 'u9', `hello ${at}`);
		await steps.watch();
		expect(await steps.stage(id)).toBe('rolled-back');
	}, 60_000);

	it('is stable without a single error, and not without a single request', async () => {
		const { versions, production } = fixture.vendors;
		versions.set('v1.4.0', versionOf('v1.4.0', { errorRate: 0, traffic: 0 }));
		await watched();
		await steps.watch();
		expect(await steps.stage(id)).toBe('monitoring');
		production.admin.deploy({ ...production.admin.running(), traffic: 1_200 });
		await steps.watch();
		expect(await steps.stage(id)).toBe('stable');
	}, 60_000);
});

describe('D8: what cannot be told is asked', () => {
	it('goes from 12.2.0, which says no v, to the tag before it', async () => {
		const { repository } = fixture.vendors.github.admin;
		const main = String(repository.branch('main'));
		const earlier = repository.commit();
		for (const tag of ['v1.0.0', 'v12.1.0']) repository.refs.set(`refs/tags/${tag}`, earlier);
		for (const tag of ['v12.2.0', 'v12.2.0-rc.1']) repository.refs.set(`refs/tags/${tag}`, main);
		fixture.vendors.ecr.admin.push('v12.1.0', 'v1.0.0', main, earlier);
		fixture.vendors.production.admin.deploy(versionOf('12.2.0', { commit: main }));
		await rollback({});
		expect(fixture.vendors.production.admin.running().version).toBe('v12.1.0');
	}, 60_000);

	it.each([
		['nothing answers', {}, true, /Nobody knows which version/],
		['a release nobody knows', { release: 'typo' }, false, /no release 'typo'/],
		['a tag that there is not', { to: 'v9.9.9' }, false, /'v9\.9\.9' is no tag/],
	])(
		'deploys nothing and asks in Slack: %s',
		async (_what, order, silent, question) => {
			const { repository } = fixture.vendors.github.admin;
			for (const tag of ['v1.4.0', 'v1.5.0']) repository.refs.set(`refs/tags/${tag}`, develop());
			fixture.vendors.ecr.admin.push('v1.4.0', 'v1.5.0', develop());
			if (silent) fixture.vendors.production.admin.fault('outage', { path: '/api/health', times: 9 });
			const before = steps.production();
			const run = await rollback(order);
			expect(steps.production()).toBe(before);
			expect(run.error?.message).toMatch(question);
			expect(steps.texts().join()).toMatch(question);
		},
		60_000,
	);

	it('writes no command into Slack', async () => {
		const { repository } = fixture.vendors.github.admin;
		const earlier = repository.commit();
		repository.refs.set('refs/tags/v1.2.0', earlier);
		fixture.vendors.ecr.admin.push('v1.2.0', earlier);
		await rollback({ issue: '<!channel> & <https://evil.example|click>' });
		expect(steps.texts().join()).toContain(
			'due to &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;',
		);
	}, 60_000);
});
