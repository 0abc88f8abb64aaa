import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { artifactHashes } from '../../../core/release/manifest';
import { publicationReport } from '../../../core/release/machines/publication';
import { settingsReport } from '../../../core/release/machines/settings-diff';
import {
	evaluateStored,
	knownRelease,
	openRelease,
	policyOf,
	promoteRelease,
	recordAnswer,
	recordApproval,
	recordReport,
	setPolicy,
	writeNotes,
} from '../../../app/release';
import { stages } from '../../../core/release/stages';
import { manifestFor, personOf, preset } from '../../support/release';
import {
	openShippable,
	plant,
	serviceFixture,
	SUBJECT,
	type ServiceFixture,
} from '../../support/release-service';
import { testSettings } from '../../../testbed/databases/ledgers';

const quiet = preset('quiet-content-delivery');
const by = 'test';
const hour = 3_600_000;

let fixture: ServiceFixture;
beforeEach(async () => {
	fixture = await serviceFixture();
});
afterEach(() => fixture.close());

const kinds = async (): Promise<string[]> =>
	(await fixture.ledger.events.list({ spine: SUBJECT, limit: 1000 })).map(({ kind }) => kind);
const openOne = (change: object = {}) =>
	openRelease(fixture.ports, manifestFor(quiet, { subject: SUBJECT, ...change }), by);

describe('opening', () => {
	test('stores the release as a draft, once, with an event', async () => {
		const first = await openOne();
		expect(first).toMatchObject({ what: 'opened', classification: { riskClass: 'critical' } });
		expect(await openOne()).toMatchObject({ what: 'unchanged' });
		expect((await kinds()).filter((kind) => kind === 'release.opened')).toHaveLength(1);
	});

	test('a change of the manifest reopens what was bound to it, and says what', async () => {
		const { readings } = await openShippable(fixture, quiet);
		expect((await evaluateStored(fixture.ports, 'r-1', readings, by)).decision.sentence).toMatch(/^Ship/);
		const changed = await openOne({
			artifacts: { ...manifestFor(quiet).artifacts, workflow: '1'.repeat(64) },
		});
		expect(changed).toMatchObject({ what: 'changed', reopened: ['release', 'workflow'] });
		expect(changed.release.body).toMatchObject({ stage: 'draft', decision: null });
		const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
		const open = decision.checks.filter(({ status }) => status === 'unknown');
		expect(decision.decision).toBe('hold');
		expect(open.map(({ id }) => id)).toContain('single-spine');
		expect(open.find(({ id }) => id === 'single-spine')?.reason).toBe(
			'The workflow changed since it was answered.',
		);
		expect(open.find(({ id }) => id === 'approval-by-class')?.reason).toMatch(/earlier state/);
		expect(open.map(({ id }) => id)).not.toContain('architecture-aligned');
	});

	test('two at once make one release', async () => {
		const both = await Promise.all([openOne(), openOne()]);
		expect(both.map(({ what }) => what).sort()).toEqual(['opened', 'unchanged']);
	});

	test.each([
		['unknown fields', { surprise: true }, 'manifest-unreadable'],
		['5 MB', { failureMode: 'x'.repeat(5_000_000) }, 'manifest-too-large'],
		['another subject', { subject: 'nobody' }, 'policy-not-set'],
	])('a manifest with %s is refused and nothing is stored', async (_what, change, code) => {
		const manifest = { ...manifestFor(quiet, { subject: SUBJECT }), ...change };
		await expect(openRelease(fixture.ports, manifest, by)).rejects.toMatchObject({ code });
		await expect(knownRelease(fixture.ports, 'r-1')).rejects.toMatchObject({ code: 'release-unknown' });
	});
});

describe('deciding', () => {
	test('holds a bare release, and the event names the policy version and every open check', async () => {
		await setPolicy(fixture.ports, SUBJECT, quiet.name, { drill: { maxDuration: 'PT4M' } }, by);
		await openOne();
		const { decision, release } = await evaluateStored(fixture.ports, 'r-1', {}, by);
		expect(decision).toMatchObject({ decision: 'hold', policyVersion: 1 });
		expect(release.body).toMatchObject({ stage: 'draft', decision: { decision: 'hold', policyVersion: 1 } });
		const [event] = await fixture.ledger.events.list({ kinds: ['gate.held'], limit: 10 });
		expect(event).toMatchObject({ subject: 'r-1', sentence: decision.sentence, data: { policyVersion: 1 } });
		const open = decision.checks.filter(({ status }) => status === 'fail' || status === 'unknown');
		expect((event?.data as { open: unknown[] }).open).toHaveLength(open.length);
	});

	test('ships what is complete, approves it, and reads slot, chain, deliveries and check from the ledger', async () => {
		const { readings } = await openShippable(fixture, quiet);
		const { decision, release } = await evaluateStored(fixture.ports, 'r-1', readings, by);
		expect(decision.sentence).toMatch(
			/^Ship: all \d+ checks stand under quiet-content-delivery version 0, doctrine\.$/,
		);
		expect(release.body.stage).toBe('approved');
		expect(release.body.history.map(({ stage }) => stage)).toEqual(['draft', 'prepared', 'approved']);
		const reasons = new Map(decision.checks.map(({ id, reason }) => [id, reason]));
		expect(reasons.get('recovery-time')).toBe('The next slot opens at 2026-11-22T09:00:00Z.');
		expect(reasons.get('quiet-now')).toBe('0 deliveries are open.');
		expect(reasons.get('reconstructable')).toMatch(/chain of \d+ events is intact/);
		expect(reasons.get('watcher-runs')).toMatch(/last ran at 2026-11-20T22:30:00Z/);
	});

	test('a chain that somebody changed holds it', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await fixture.ledger.events.seal();
		const broken = {
			...fixture.ledger,
			events: {
				...fixture.ledger.events,
				verify: () =>
					Promise.resolve({ status: 'broken' as const, position: 2, explanation: 'The hash differs.' }),
			},
		};
		const ports = { ...fixture.ports, ledger: broken };
		const { decision } = await evaluateStored(ports, 'r-1', readings, by);
		expect(decision.checks.find(({ id }) => id === 'reconstructable')).toMatchObject({ status: 'fail' });
		expect(decision.decision).toBe('hold');
	});

	test('what machines saw change raises the class of a release that looks harmless', async () => {
		const harmless = [
			{ id: 'c', title: 'Comments', kind: 'internal', surfaces: ['internal-comments'], author: 'Ann' },
		];
		await openOne({ changes: harmless });
		const before = testSettings(SUBJECT);
		const after = testSettings(SUBJECT, { cadence: { ...before.cadence, every: 'P1D' } });
		await recordReport(fixture.ports, 'r-1', () => settingsReport(before, after, fixture.clock.at), by);
		const { decision } = await evaluateStored(fixture.ports, 'r-1', {}, by);
		expect(decision.classification).toMatchObject({
			riskClass: 'critical',
			surfaces: ['cadence', 'internal-comments'],
		});
	});

	test('whatever is taken from a release that ships, it is held', async () => {
		const { input, readings } = await openShippable(fixture, quiet);
		const ids = (await fixture.ledger.records.list({ kind: 'evidence', parent: 'r-1', limit: 500 })).map(
			({ id }) => id,
		);
		const machineSeen = new Set([
			'measurable',
			'reconstructable',
			'failure-mode-identified',
			'recovery-documented',
		]);
		const manifestSeen = new Set([
			'rollback-plan',
			'rollback-steps',
			'playbooks-updated',
			'documents-current',
			'finalized',
		]);
		const counted = input.evidence
			.map(({ check }, index) => ({
				check,
				id: ids.find((id) => id.startsWith(`r-1:planted:${index}:`)) ?? '',
			}))
			.filter(({ check }) => !machineSeen.has(check) && !manifestSeen.has(check));
		expect(counted.length).toBeGreaterThan(15);
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...counted), async ({ check, id }) => {
				const [record] = await fixture.ledger.records.get('evidence', [id]);
				if (!record) throw new Error(`no ${id}`);
				await fixture.ledger.records.remove('evidence', [id]);
				const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
				expect(decision.decision).toBe('hold');
				expect(decision.checks.find((one) => one.id === check)?.status).toBe('unknown');
				await fixture.ledger.records.write([{ ...record, expectedRevision: 0 }], []);
				const again = await evaluateStored(fixture.ports, 'r-1', readings, by);
				expect(again.decision.decision).toBe('ship');
			}),
			{ numRuns: 15 },
		);
	});
});

describe('answers', () => {
	const answer = { check: 'architecture-aligned', status: 'pass', grounds: 'I read both.' };
	const engineer = personOf('Eve Engineer', 'engineering');

	test('of people and reporting machines are bound to the present hash', async () => {
		const { release } = await openOne();
		const evidence = await recordAnswer(fixture.ports, 'r-1', { ...answer, by: engineer }, by);
		expect(evidence.hash).toBe(artifactHashes(release.body.manifest).manifest);
		await recordAnswer(
			fixture.ports,
			'r-1',
			{
				check: 'fixtures-validated',
				status: 'pass',
				grounds: 'Twelve fixtures passed.',
				by: { machine: 'ci' },
			},
			by,
		);
		const { decision } = await evaluateStored(fixture.ports, 'r-1', {}, by);
		const status = new Map(decision.checks.map(({ id, status: is }) => [id, is]));
		expect(status.get('architecture-aligned')).toBe('pass');
		expect(status.get('fixtures-validated')).toBe('pass');
	});

	test.each([
		['another hash', { ...answer, by: engineer, hash: '0'.repeat(64) }, 'evidence-other-hash'],
		['a role that may not', { ...answer, by: { person: 'Sam', role: 'sales' } }, 'evidence-not-allowed'],
		['a check nobody asks', { ...answer, check: 'vibes', by: engineer }, 'check-unknown'],
		[
			'a machine that looks itself',
			{ ...answer, check: 'single-spine', by: { machine: 'workflow-audit' } },
			'machine-answers-itself',
		],
		[
			'a rehearsal that nobody assessed',
			{ ...answer, check: 'dry-run', by: { machine: 'dry-run' } },
			'machine-answers-itself',
		],
		['a status nobody knows', { ...answer, status: 'maybe', by: engineer }, 'evidence-unreadable'],
		['no grounds', { ...answer, grounds: '', by: engineer }, 'evidence-unreadable'],
	])('with %s are refused and leave nothing', async (_what, value, code) => {
		await openOne();
		await expect(recordAnswer(fixture.ports, 'r-1', value, by)).rejects.toMatchObject({ code });
		expect(await fixture.ledger.records.list({ kind: 'evidence', limit: 10 })).toEqual([]);
	});

	test('about an artifact the manifest does not name have nothing to stand on', async () => {
		await openOne({ artifacts: { schema: 'b'.repeat(64) } });
		const machine = { machine: 'ci' };
		const value = { check: 'fixtures-validated', status: 'pass', grounds: 'They passed.', by: machine };
		await expect(recordAnswer(fixture.ports, 'r-1', value, by)).rejects.toMatchObject({
			code: 'evidence-nothing-to-bind',
		});
	});

	test('of a machine name the release’s commit, or are no yes (security 1)', async () => {
		const commit = 'c'.repeat(40);
		await openOne({ artifacts: { workflow: 'a'.repeat(64), commit } });
		const yes = { check: 'fixtures-validated', status: 'pass', grounds: 'Passed.', by: { machine: 'ci' } };
		const record = (more: object) => recordAnswer(fixture.ports, 'r-1', { ...yes, ...more }, by);
		await expect(record({})).rejects.toMatchObject({ code: 'evidence-without-commit' });
		await expect(record({ commit: 'd'.repeat(40) })).rejects.toMatchObject({ code: 'evidence-other-commit' });
		expect(await record({ status: 'fail' })).toMatchObject({ status: 'fail' });
		expect(await record({ commit })).toMatchObject({ status: 'pass', commit });
	});

	test('of a machine that looked at something else are unknown', async () => {
		await openOne();
		const settings = testSettings(SUBJECT);
		const { evidence } = await recordReport(
			fixture.ports,
			'r-1',
			() => settingsReport(settings, settings, fixture.clock.at),
			by,
		);
		expect(evidence.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
		expect(evidence[0]?.grounds).toMatch(/is not the one the manifest names/);
	});
});

describe('approvals', () => {
	const word = { ...personOf('Lea Lead', 'leadership'), verdict: 'approved' };

	test.each([
		[
			'the author',
			{ ...word, person: 'Who', account: { id: '7', email: ' ANN@example.com ' } },
			'approval-by-author',
		],
		['the requester', { ...word, account: { id: 'rita', email: 'rita@example.com' } }, 'approval-by-author'],
		['a role nobody asked', { ...word, role: 'intern' }, 'approval-role-unknown'],
		['an account without a role', { ...word, role: 'none' }, 'approval-no-role'],
		['another state', { ...word, hash: '0'.repeat(64) }, 'approval-other-hash'],
		['neither yes nor no', { ...word, verdict: 'fine' }, 'approval-unreadable'],
	])('by %s are refused', async (_what, value, code) => {
		await openOne();
		await expect(recordApproval(fixture.ports, 'r-1', value, by)).rejects.toMatchObject({ code });
	});

	test('expire, and the release is held again', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await fixture.ledger.records.remove(
			'approval',
			(await fixture.ledger.records.list({ kind: 'approval', parent: 'r-1', limit: 10 })).map(({ id }) => id),
		);
		await recordApproval(fixture.ports, 'r-1', word, by);
		await recordApproval(fixture.ports, 'r-1', { ...word, ...personOf('Eve', 'engineering') }, by);
		expect((await evaluateStored(fixture.ports, 'r-1', readings, by)).decision.decision).toBe('ship');
		fixture.clock.at += 7 * 24 * hour + 1;
		const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
		expect(decision.checks.find(({ id }) => id === 'approval-by-class')).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('too old'),
		});
	});
});

describe('moving', () => {
	test('goes from ship to stable by the checks of each phase', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'stage-move-illegal',
		});
		await evaluateStored(fixture.ports, 'r-1', readings, by);
		const deploying = await promoteRelease(fixture.ports, 'r-1', 'deploying', by);
		expect(deploying.body).toMatchObject({ stage: 'deploying', shippedAt: fixture.clock.at });
		await expect(openOne({ title: 'Another' })).rejects.toMatchObject({ code: 'release-not-open' });
		await expect(promoteRelease(fixture.ports, 'r-1', 'monitoring', by)).rejects.toMatchObject({
			code: 'release-checks-open',
			message: expect.stringContaining('exactly what was proven'),
		});
		await recordReport(
			fixture.ports,
			'r-1',
			() => publicationReport({ asProven: true, grounds: 'Read back.' }),
			by,
		);
		await promoteRelease(fixture.ports, 'r-1', 'monitoring', by);
		await expect(promoteRelease(fixture.ports, 'r-1', 'stable', by)).rejects.toMatchObject({
			code: 'release-checks-open',
			message: expect.stringContaining('full delivery cycle'),
		});
		const hash = artifactHashes(deploying.body.manifest).release ?? '';
		const after = quiet.checks.filter(({ phase }) => phase === 'after');
		await plant(
			fixture,
			'r-1',
			after.map(({ id }, index) => ({
				check: id,
				status: 'pass',
				by: { machine: 'monitor' },
				at: fixture.clock.at - 1000 - index,
				artifact: 'release',
				hash,
				grounds: 'It was watched.',
			})),
			[],
		);
		expect((await promoteRelease(fixture.ports, 'r-1', 'stable', by)).body.stage).toBe('stable');
		expect((await promoteRelease(fixture.ports, 'r-1', 'closed', by)).body.stage).toBe('closed');
		expect(await fixture.ledger.events.verify()).toMatchObject({ status: 'intact' });
	});

	test('nobody’s no is passed over, also one given after the gate decided', async () => {
		const { readings } = await openShippable(fixture, quiet);
		expect((await evaluateStored(fixture.ports, 'r-1', readings, by)).decision.decision).toBe('ship');
		const word = { ...personOf('Nora No', 'leadership'), verdict: 'rejected' };
		await recordApproval(fixture.ports, 'r-1', word, by);
		const moved = () => promoteRelease(fixture.ports, 'r-1', 'deploying', by);
		await expect(moved()).rejects.toMatchObject({
			code: 'release-checks-open',
			message: expect.stringContaining('Nora No (leadership) rejected it'),
		});
		await recordApproval(fixture.ports, 'r-1', { ...word, verdict: 'withdrawn' }, by);
		const no = { check: 'architecture-aligned', status: 'fail', grounds: 'It is not.' };
		await recordAnswer(fixture.ports, 'r-1', { ...no, by: personOf('Nora No', 'engineering') }, by);
		await expect(moved()).rejects.toMatchObject({ code: 'release-checks-open' });
	});

	test('a typed name that can be read as another one is no approver', async () => {
		await openOne();
		const word = { person: 'Lea Lead', role: 'leadership', verdict: 'approved', typedBy: 'A workflow' };
		await recordApproval(fixture.ports, 'r-1', word, by);
		for (const person of ['Lеa Lead', 'Lea Leаd'])
			await expect(recordApproval(fixture.ports, 'r-1', { ...word, person }, by)).rejects.toMatchObject({
				code: 'approval-look-alike',
			});
	});

	test('a decision is as fresh as its readings', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await evaluateStored(fixture.ports, 'r-1', readings, by);
		fixture.clock.at += hour;
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'release-decision-missing',
		});
	});

	test('nothing goes forward while a rollback is in progress', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await evaluateStored(fixture.ports, 'r-1', readings, by);
		const rollback = (finishedAt: number | null, expectedRevision: number) =>
			fixture.ledger.records.write(
				[
					{
						kind: 'rollback',
						id: 'rb',
						spine: SUBJECT,
						parent: null,
						body: { finishedAt },
						expectedRevision,
					},
				],
				[],
			);
		await rollback(null, 0);
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'rollback-under-way',
		});
		const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
		expect(decision.checks.find(({ id }) => id === 'no-rollback')?.status).toBe('fail');
		await rollback(fixture.clock.at, 1);
		expect((await evaluateStored(fixture.ports, 'r-1', readings, by)).decision.decision).toBe('ship');
	});

	test('by hand never leads to approved, and any order of moves ends in a legal history', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.constantFrom(...stages), { maxLength: 12 }), async (moves) => {
				const fresh = await serviceFixture();
				try {
					await openRelease(fresh.ports, manifestFor(quiet, { subject: SUBJECT }), by);
					for (const to of moves) await promoteRelease(fresh.ports, 'r-1', to, by).catch(() => undefined);
					const { body } = await knownRelease(fresh.ports, 'r-1');
					const seen = body.history.map(({ stage }) => stage);
					expect(seen.at(-1)).toBe(body.stage);
					for (const stage of ['approved', 'deploying', 'monitoring', 'stable'])
						expect(seen).not.toContain(stage);
				} finally {
					await fresh.close();
				}
			}),
			{ numRuns: 20 },
		);
	});
});

describe('policies', () => {
	test('are versioned per spine and shown against their preset', async () => {
		expect(await policyOf(fixture.ports, SUBJECT)).toMatchObject({ version: 0, differences: [] });
		const first = await setPolicy(fixture.ports, SUBJECT, quiet.name, { drill: { maxDuration: 'PT4M' } }, by);
		expect(first).toMatchObject({
			version: 1,
			differences: [{ path: 'drill.maxDuration', from: '"PT5M"', to: '"PT4M"' }],
		});
		expect(
			(await setPolicy(fixture.ports, SUBJECT, quiet.name, { drill: { maxDuration: 'PT4M' } }, by)).version,
		).toBe(1);
		expect((await setPolicy(fixture.ports, SUBJECT, quiet.name, {}, by)).version).toBe(2);
		expect((await policyOf(fixture.ports, SUBJECT, 1)).differences).toHaveLength(1);
		expect((await policyOf(fixture.ports, SUBJECT)).differences).toEqual([]);
	});

	test.each([
		['no such preset', 'yolo', {}, 'policy-unknown'],
		['a field nobody knows', quiet.name, { speed: 'fast' }, 'policy-unreadable'],
		[
			'a time zone that does not exist',
			quiet.name,
			{
				windows: {
					allow: [
						{
							name: 'Noon',
							start: '2026-01-02T12:00',
							rule: 'FREQ=DAILY',
							duration: 'PT1H',
							timeZone: 'Mars/Base',
						},
					],
				},
			},
			'policy-unreadable',
		],
	])('with %s are refused', async (_what, name, overrides, code) => {
		await expect(setPolicy(fixture.ports, SUBJECT, name, overrides, by)).rejects.toMatchObject({ code });
		expect(await policyOf(fixture.ports, SUBJECT)).toMatchObject({ version: 0 });
	});

	test('an override of a window is signed by who sets it, and by nobody else', async () => {
		const weekly = 'weekly-software-release';
		const override = {
			window: 'Friday afternoon',
			permits: false,
			from: '2026-12-25T00:00:00Z',
			until: '2026-12-26T00:00:00Z',
			reason: 'Nobody is at work',
		};
		const first = await setPolicy(fixture.ports, SUBJECT, weekly, { windows: { overrides: [override] } }, by);
		expect(first.policy.windows.overrides).toEqual([{ ...override, by }]);
		const again = await setPolicy(
			fixture.ports,
			SUBJECT,
			weekly,
			{ windows: { overrides: [override] } },
			'another',
		);
		expect(again).toMatchObject({ version: first.version, policy: first.policy });
		const stood = { windows: { overrides: [{ ...override, by }] } };
		expect((await setPolicy(fixture.ports, SUBJECT, weekly, stood, 'another')).version).toBe(first.version);
		await expect(
			setPolicy(
				fixture.ports,
				SUBJECT,
				weekly,
				{ windows: { overrides: [{ ...override, reason: 'Somebody says so', by: 'ada' }] } },
				by,
			),
		).rejects.toMatchObject({ code: 'policy-unreadable' });
	});

	test('a new version withdraws a decision made under the old one', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await evaluateStored(fixture.ports, 'r-1', readings, by);
		await setPolicy(fixture.ports, SUBJECT, quiet.name, { drill: { maxDuration: 'PT4M' } }, by);
		await expect(promoteRelease(fixture.ports, 'r-1', 'deploying', by)).rejects.toMatchObject({
			code: 'release-decision-missing',
			message: expect.stringContaining('policy version 0, and 1 is in force'),
		});
	});
});

describe('notes', () => {
	test('are internal under a quiet policy, and public ones are refused', async () => {
		await openOne();
		const notes = await writeNotes(fixture.ports, 'r-1', { audience: 'policy', timeZone: 'UTC' }, by);
		expect(notes).toMatchObject({ audience: 'internal', documented: false });
		expect(notes.markdown).toContain('policy quiet-content-delivery version 0');
		await expect(
			writeNotes(fixture.ports, 'r-1', { audience: 'public', timeZone: 'UTC' }, by),
		).rejects.toMatchObject({ code: 'announcement-refused' });
		expect(await kinds()).toContain('release.notes-written');
	});

	test('the account of a hotfix settles its debt, and only then may the next release ship', async () => {
		const { readings } = await openShippable(fixture, quiet);
		await openOne({ id: 'fix-1', kind: 'hotfix', purpose: 'restore-delivery' });
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: 'fix-1',
					spine: SUBJECT,
					parent: null,
					body: {
						...JSON.parse(JSON.stringify((await knownRelease(fixture.ports, 'fix-1')).body)),
						stage: 'stable',
						shippedAt: fixture.clock.at - 365 * 24 * hour,
					},
					expectedRevision: 1,
				},
			],
			[],
		);
		const debt = async () =>
			(await evaluateStored(fixture.ports, 'r-1', readings, by)).decision.checks.find(
				({ id }) => id === 'hotfix-debt',
			);
		expect(await debt()).toMatchObject({
			status: 'fail',
			reason: expect.stringContaining('fix-1 owes its written account'),
		});
		const account = 'The send node timed out for two hours; the timeout was raised and the sends settled.';
		const notes = await writeNotes(
			fixture.ports,
			'fix-1',
			{
				audience: 'internal',
				timeZone: 'UTC',
				account,
				giver: { person: 'Eve Engineer', account: { id: 'u-1', email: 'eve@example.com' } },
			},
			by,
		);
		expect(notes.documented).toBe(true);
		const written = await fixture.ledger.events.list({
			spine: SUBJECT,
			kinds: ['release.notes-written'],
			limit: 10,
		});
		expect(written).toMatchObject([
			{
				sentence: 'Internal notes of release fix-1 written by Eve Engineer.',
				data: { person: 'Eve Engineer', accountId: 'u-1', account },
			},
		]);
		expect(notes.markdown).toContain(account);
		expect((await debt())?.reason).not.toContain('written account');
	});
});
