/** Slack’s node loads it for its forms; it requires ES modules, which the test runner refuses. No text passes through it here. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
jest.mock('sanitize-html', () => (text: string) => text);

import { setTimeout } from 'node:timers/promises';
import { postgresParser } from '../../adapters/sql/parser';
import { sha256 } from '../../core/delivery/canonical';
import { lintSql } from '../../app/release/lint-sql';
import { openRelease, setPolicy } from '../../app/release';
import { plain } from '../../core/delivery/json';
import { manifestFor, preset } from '../support/release';
import { anyDay, createTrainFixture, PRODUCT, type TrainFixture } from './train-fixture';
import { addColumn, stepsOf, type Steps } from './train-steps';
import { versionOf } from '../../testbed/standins/app';

const weekly = preset('weekly-software-release');

let fixture: TrainFixture;
let steps: Steps;
beforeAll(async () => {
	fixture = await createTrainFixture();
	steps = stepsOf(fixture);
}, 60_000);
afterAll(async () => await fixture.close(), 30_000);
beforeEach(() => {
	run(fixture.vendors.staging, 'v1.3.0');
	run(fixture.vendors.production, 'v1.3.0');
	fixture.vendors.slack.admin.clearMessages();
});

/** The version of a tag runs in an environment. */
const run = (environment: TrainFixture['vendors']['staging'], tag: string, more: object = {}) => {
	const commit = fixture.vendors.github.admin.repository.resolve(tag);
	environment.admin.deploy(versionOf(tag, { ...(commit && { commit }), ...more }));
};
/** The tag, and the image that was built of it. */
const released = (tag: string, commit: string) => {
	fixture.vendors.github.admin.repository.refs.set(`refs/tags/${tag}`, commit);
	fixture.vendors.ecr.admin.push(tag, commit);
};

const staging = { baseUrl: 'https://staging.example.com' };
const smoke = async (item: object = staging) =>
	await fixture.runTemplate('smoke-tests.json', {
		startNode: 'When Called by a Release',
		triggerItems: [{ json: { ...item } }],
	});

describe('smoke-tests.json', () => {
	it('walks the five critical paths, to the SendGrid log and to Stripe in test mode', async () => {
		const run = await smoke();
		expect(run.error).toBeUndefined();
		expect(run.json('Set Summary')).toMatchObject([{ status: 'pass', passed: 5, of: 5, broken: [] }]);
		expect(fixture.vendors.sendgrid.admin.messages()).toHaveLength(1);
		expect(fixture.vendors.stripe.admin.subscriptions()).toHaveLength(1);
		expect(fixture.vendors.proxy.unrouted()).toEqual([]);
	});

	it.each(['login', 'apply', 'tracker', 'email', 'upgrade'] as const)('finds %s broken', async (path) => {
		fixture.vendors.staging.admin.deploy(versionOf('v9', { broken: [path] }));
		const [summary] = (await smoke()).json('Set Summary');
		expect(summary).toMatchObject({ status: 'fail' });
		expect(summary?.['broken']).toContain(path);
	});

	it.each(['throttled', 'server-error', 'wrong-schema', 'reset'])(
		'does not pass when SendGrid plays %s',
		async (fault) => {
			fixture.vendors.sendgrid.admin.fault(fault, { times: 20 });
			const run = await smoke();
			fixture.vendors.sendgrid.admin.clearFaults();
			expect(run.error).toBeUndefined();
			// What a vendor did not tell is neither working nor broken.
			expect(run.json('Set Summary')).toMatchObject([{ status: 'unknown', broken: [], unknown: ['email'] }]);
		},
	);
});

describe('software-rollback.json', () => {
	const texts = () =>
		fixture.vendors.slack.admin.messages().map(({ channel, text }) => `#${channel}: ${text}`);

	it('goes back to the previous tag, proves it, tells it in the doctrine’s words, within five minutes', async () => {
		released('v1.4.0', fixture.vendors.github.admin.repository.commit());
		run(fixture.vendors.production, 'v1.4.0', { errorRate: 0.08 });
		const done = await fixture.runTemplate('software-rollback.json', {
			startNode: 'When Called by a Release',
			triggerItems: [{ json: { issue: 'error rate above 5 %', startedAt: Date.now() } }],
		});
		expect(done.error).toBeUndefined();
		const [result] = done.json('Set Result');
		expect(result).toMatchObject({ running: 'v1.4.0', previous: 'v1.3.0', now: 'v1.3.0', verified: true });
		expect(result?.['withinFiveMinutes']).toBe(true);
		expect(Number(result?.['seconds'])).toBeLessThan(300);
		expect(texts()).toEqual(['#engineering: Rolled back to v1.3.0 due to error rate above 5 %']);
		expect(fixture.vendors.production.admin.running().version).toBe('v1.3.0');
	});

	it('does not claim what it could not prove', async () => {
		run(fixture.vendors.production, 'v1.4.0');
		fixture.vendors.versions.set('v1.3.0', versionOf('v1.3.0', { broken: ['login'] }));
		const done = await fixture.runTemplate('software-rollback.json', {
			startNode: 'When Called by a Release',
			triggerItems: [{ json: { issue: 'a test' } }],
		});
		fixture.vendors.versions.delete('v1.3.0');
		expect(done.json('Set Result')).toMatchObject([{ verified: false, withinFiveMinutes: false }]);
		expect(texts()[0]).toMatch(/NOT verified/);
	});

	it('stops with a reason when there is nothing to go back to', async () => {
		const { repository } = fixture.vendors.github.admin;
		repository.refs.set('refs/tags/v1.0.0', repository.commit());
		run(fixture.vendors.production, 'v1.0.0');
		const done = await fixture.runTemplate('software-rollback.json', {
			startNode: 'When Called by a Release',
			triggerItems: [{ json: {} }],
		});
		repository.refs.delete('refs/tags/v1.0.0');
		expect(done.error?.message).toMatch(/no tag before v1\.0\.0/);
		expect(texts()).toEqual([
			expect.stringMatching(/^#engineering: Nothing is rolled back: There is no tag before v1\.0\.0/),
		]);
	});
});

describe('weekly-release.json', () => {
	const texts = () =>
		fixture.vendors.slack.admin.messages().map(({ channel, text }) => `#${channel}: ${text}`);
	const prepare = async (release: string) => await steps.prepare(release);
	const train = async (release: string) => await steps.train(release);
	const word = async (release: string) => await steps.word(release);
	/** What a node of any stage of a run gave. */
	const gave = (done: Awaited<ReturnType<typeof train>>, node: string, output = 0) =>
		fixture.ran(done, node).flatMap((stage) => stage.json(node, output));

	it('holds on Thursday, ships on Friday what was approved, and says just the doctrine’s two sentences', async () => {
		const { admin } = fixture.vendors.production;
		const tag = admin.running().version;
		fixture.vendors.github.admin.repository.refs.delete('refs/tags/v1.4.0');
		fixture.vendors.github.admin.repository.refs.set(
			'refs/heads/main',
			String(fixture.vendors.github.admin.repository.resolve(tag)),
		);
		const thursday = await prepare('2026-11-20');
		expect(thursday.error).toBeUndefined();
		expect(gave(thursday, 'Evaluate Release', 1)).toEqual([]);
		expect(gave(thursday, 'Evaluate Release')).toHaveLength(1);
		expect(texts()).toEqual([]);
		await word('2026-11-20');
		const friday = await train('2026-11-20');
		expect(friday.error).toBeUndefined();
		const [held] = gave(friday, 'Evaluate Release');
		expect(held?.['openChecks'] ?? []).toEqual([]);
		expect(admin.running().version).toBe('v1.4.0');
		expect(texts()).toEqual([
			'#engineering: Deploying v1.4.0 to prod',
			'#general: v1.4.0 deployed successfully',
		]);
		expect([...gave(friday, 'Write Build'), ...gave(friday, 'Write Deployment')]).toMatchObject(
			['release-branch', 'version-tagged', 'image-built', 'deployed', 'published-as-proven'].map((check) => ({
				check,
				status: 'pass',
			})),
		);
		const [release] = await fixture.ledger.records.get('release', ['2026-11-20']);
		expect(release?.body['stage']).toBe('monitoring');
		expect(fixture.vendors.proxy.unrouted()).toEqual([]);
	}, 60_000);

	it('drops a column only when an earlier release replaced it, stable, and Datadog counts no read', async () => {
		const ports = { ledger: fixture.ledger, now: Date.now };
		const { repository } = fixture.vendors.github.admin;
		const expand =
			'ALTER TABLE users ADD COLUMN email_address text;\nUPDATE users SET email_address = email;\n';
		const artifacts = { sql: sha256(expand) };
		await openRelease(ports, manifestFor(weekly, { id: 'expand', artifacts }), 'test');
		const lint = await lintSql(weekly, manifestFor(weekly), postgresParser, expand);
		const stage = async (now: string) => {
			const [record] = await fixture.ledger.records.get('release', ['expand']);
			if (!record) throw new Error('no release');
			const history = [{ stage: now, at: Date.now(), by: 'test' }];
			const body = { ...record.body, migration: lint.migration, stage: now, history };
			const { spine, parent, revision } = record;
			await fixture.ledger.records.write(
				[{ kind: 'release', id: 'expand', spine, parent, body: plain(body), expectedRevision: revision }],
				[],
			);
		};
		repository.files.set('release/migration.sql', 'ALTER TABLE users DROP COLUMN email;\n');
		repository.merge({ title: 'Drop the old column', author: 'li', labels: ['fix'] }, Date.now());
		const drop = async (reads: Readonly<Record<string, number>>, release = 'contract') => {
			run(fixture.vendors.production, 'v1.4.0', { reads });
			const done = await train(release);
			expect(done.error).toBeUndefined();
			const [held] = gave(done, 'Evaluate Release') as unknown as {
				openChecks: { check: string; reason: string }[];
			}[];
			const open = held?.openChecks ?? [];
			return open.filter(({ check }) => /^contract|^migrations-add/.test(check)).map(({ reason }) => reason);
		};
		await stage('monitoring');
		expect(await drop({})).toEqual([expect.stringMatching(/but expand is monitoring, not stable/)]);
		await stage('stable');
		expect(await drop({ 'users.email': 3 })).toEqual([
			expect.stringMatching(/Datadog counted \d+ reads of users.email in P[78]D/),
		]);
		// Datadog's moments are whole seconds, and of two counts of one moment the larger stands.
		await setTimeout(1_001);
		expect(await drop({})).toEqual([]);
		for (const fault of ['server-error', 'wrong-schema']) {
			fixture.vendors.datadog.admin.fault(fault);
			expect(await drop({}, `contract-${fault}`)).toEqual([
				expect.stringMatching(/Nobody counted the reads of users.email/),
			]);
		}
		repository.files.set('release/migration.sql', addColumn);
	}, 60_000);

	it('publishes the notes in the doctrine’s template, once on GitHub however often it runs', async () => {
		const publish = async () =>
			await fixture.runTemplate('publish-release-notes.json', {
				startNode: 'When Called by a Release',
				triggerItems: [{ json: { release: '2026-11-20' } }],
			});
		expect((await publish()).error).toBeUndefined();
		expect((await publish()).json('Set Outcome')).toMatchObject([{ published: true, version: 'v1.4.0' }]);
		const { releases } = fixture.vendors.github.admin.repository;
		expect(releases.map(({ tag }) => tag)).toEqual(['v1.4.0']);
		const [entry] = fixture.vendors.production.admin.published();
		expect(entry).toMatchObject({ site: 'changelog', title: 'v1.4.0' });
		const headings = entry?.body.match(/^#+ .*$/gm) ?? [];
		expect(headings.map((heading) => heading.replace(/\(.*\)/, '(date)'))).toEqual([
			'# v1.4.0 (date)',
			'## New Features',
			'## Improvements',
			'## Bug Fixes',
			'## Breaking Changes',
			'## Deprecations',
		]);
		expect(entry?.body).toContain(
			'[Full Changelog](https://github.com/example/roleferry/compare/v1.3.0...v1.4.0)',
		);
	}, 30_000);

	it('calls a release stable after its watch, and publishes no notes that are out', async () => {
		const { production } = fixture.vendors;
		run(production, 'v1.4.0');
		const ports = { ledger: fixture.ledger, now: Date.now };
		const atOnce = { ...anyDay, monitoring: { atLeast: 'PT0S' } };
		await setPolicy(ports, PRODUCT, 'weekly-software-release', atOnce, 'test');
		const entries = production.admin.published().length;
		expect(entries).toBeGreaterThan(0);
		const watch = await fixture.runTemplate('post-release-watch.json');
		await setPolicy(ports, PRODUCT, 'weekly-software-release', anyDay, 'test');
		expect(watch.error).toBeUndefined();
		expect(watch.json('Assess Release', 1)).toHaveLength(1);
		const [release] = await fixture.ledger.records.get('release', ['2026-11-20']);
		expect(release?.body['stage']).toBe('stable');
		const { repository } = fixture.vendors.github.admin;
		expect(repository.known(repository.branch('main') ?? '')?.parents).toContain(
			repository.resolve('v1.4.0'),
		);
		expect(production.admin.published()).toHaveLength(entries);
	}, 30_000);

	it('takes a release back whose error rate passes five percent', async () => {
		const { repository } = fixture.vendors.github.admin;
		released('v1.4.0', String(repository.branch('develop')));
		repository.refs.set('refs/heads/main', String(repository.branch('develop')));
		run(fixture.vendors.production, 'v1.4.0');
		fixture.vendors.versions.set('v1.5.0', versionOf('v1.5.0', { errorRate: 0.09 }));
		await prepare('2026-11-27');
		await word('2026-11-27');
		const done = await train('2026-11-27');
		expect(done.error).toBeUndefined();
		expect(gave(done, 'Evaluate Release')).toEqual([]);
		expect(gave(done, 'Is It Calm?')).toEqual([]);
		const watch = await fixture.runTemplate('post-release-watch.json');
		expect(watch.error).toBeUndefined();
		const [rolled] = watch.json('Run Software Rollback');
		expect(rolled).toMatchObject({ verified: true, previous: 'v1.4.0', withinFiveMinutes: true });
		expect(texts()).toEqual([
			'#engineering: Deploying v1.5.0 to prod',
			'#engineering: Rolled back to v1.4.0 due to error-rate',
		]);
		const [release] = await fixture.ledger.records.get('release', ['2026-11-27']);
		expect(release?.body['stage']).toBe('rolled-back');
		const again = await fixture.runTemplate('software-rollback.json', {
			startNode: 'When Called by a Release',
			triggerItems: [{ json: { release: '2026-11-27', issue: 'a second look' } }],
		});
		expect(again.error).toBeUndefined();
		expect(fixture.vendors.production.admin.running().version).toBe('v1.4.0');
		expect(texts()).toHaveLength(2);
	}, 60_000);

	it('takes back a release whose image was never built, and announces no success', async () => {
		const { vendors } = fixture;
		vendors.github.admin.repository.refs.set(
			'refs/heads/main',
			String(vendors.github.admin.repository.branch('develop')),
		);
		vendors.versions.clear();
		run(vendors.production, 'v1.4.0');
		const before = steps.production();
		await prepare('2026-12-04');
		await word('2026-12-04');
		vendors.ecr.admin.fault('outage');
		const done = await train('2026-12-04');
		vendors.ecr.admin.clearFaults();
		expect(done.error).toBeUndefined();
		expect(gave(done, 'Run Deploy')).toEqual([]);
		expect(await steps.stage('2026-12-04')).toBe('rolled-back');
		expect(steps.production()).toBe(before);
		expect(texts()).toEqual([
			expect.stringMatching(/^#engineering: v1\.6\.0 is not deployed: The registry answered 503 about /),
		]);
	}, 60_000);
});
