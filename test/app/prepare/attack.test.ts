/** Each way around the gate that was tried on the release of a draft. What held and what had to be mended stand side by side. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
	configureSpine,
	evaluateStored,
	evidenceFor,
	findRelease,
	knownRelease,
	policyOf,
	promoteRelease,
	recordAnswer,
	recordApproval,
	releasedOf,
	setPolicy,
	setPolicyBy,
} from '../../../app/release';
import { lookAgain } from '../../../app/prepare';
import { restoreRelease } from '../../../app/snapshot/restore';
import { shipRelease } from '../../../app/snapshot/ship';
import { orderRollback } from '../../../app/watch/rollback';
import { EMPTY_POLICY } from '../../../core/audit';
import { plain } from '../../../core/delivery/json';
import type { Evidence } from '../../../core/release/evidence';
import { artifactHashes } from '../../../core/release/manifest';
import { parseChanges } from '../../../core/snapshot/changes';
import { personOf } from '../../support/release';
import { plant, plantLook, SUBJECT } from '../../support/release-service';
import { Killed } from '../snapshot/fixture';
import { configure, nodeIn, prepareFixture, type Edited, type PrepareFixture } from './fixture';

let fixture: PrepareFixture;
beforeEach(async () => {
	fixture = await prepareFixture();
	await plantLook(fixture);
});
afterEach(async () => await fixture.close());

const minute = 60_000;
const later = (): void => void (fixture.clock.at += 1_000);
const field =
	(name: string, value: string) =>
	(workflow: Edited): void => {
		const { assignments } = nodeIn(workflow, 'Set Config').assignments as {
			assignments: { name: string; value: unknown }[];
		};
		for (const one of assignments) if (one.name === name) one.value = value;
	};
const prompt = (text: string) => field('prompt', text);
const now = () => ({ at: fixture.clock.at });
/** A calm moment, as somebody reads it outside. */
async function readings() {
	const { policy } = await policyOf(fixture.ports, SUBJECT);
	return {
		apiCallsLeft: { value: 0.9, ...now() },
		newContactsLastHour: { value: 2, ...now() },
		vendors: Object.fromEntries(policy.pressure.vendors.map((vendor) => [vendor, { value: true, ...now() }])),
	};
}
const decide = async (release: string) =>
	(await evaluateStored(fixture.ports, release, await readings(), 'test')).decision;
const ship = async (release: string, changes: object = {}) =>
	await shipRelease(fixture.preparing, release, parseChanges(changes), { policy: EMPTY_POLICY });
const approve = async (
	release: string,
	role: 'leadership' | 'engineering',
	verdict: 'approved' | 'rejected' | 'withdrawn' = 'approved',
	person = personOf(`Head of ${role}`, role),
) => {
	later();
	return await recordApproval(fixture.ports, release, { ...person, verdict }, 'test');
};
/** Answers all that is open, each by whoever may: what the rehearsal finds, what people say, their approvals. */
async function letThrough(release: string): Promise<Awaited<ReturnType<typeof decide>>> {
	const { body } = await knownRelease(fixture.ports, release);
	const hashes = artifactHashes(body.manifest);
	const { policy } = await policyOf(fixture.ports, SUBJECT);
	const open = (await decide(release)).checks.filter(({ status }) => status === 'unknown');
	const rehearsed: Evidence[] = [];
	for (const { id } of open) {
		const check = policy.checks.find((one) => one.id === id);
		if (check === undefined) continue;
		if (check.answeredBy.machines.includes('dry-run'))
			rehearsed.push({
				check: id,
				status: 'pass',
				by: { machine: 'dry-run' },
				...now(),
				artifact: check.boundTo,
				hash: hashes[check.boundTo] ?? '',
				grounds: 'It was rehearsed.',
			});
		else if (check.answeredBy.roles[0] !== undefined)
			await recordAnswer(
				fixture.ports,
				release,
				{ check: id, status: 'pass', by: personOf('Pat Person', check.answeredBy.roles[0]), grounds: 'So.' },
				'test',
			);
	}
	await plant(fixture, release, rehearsed, []);
	await approve(release, 'leadership');
	await approve(release, 'engineering');
	return await decide(release);
}
const stageOf = async (release: string) => (await knownRelease(fixture.ports, release)).body.stage;
const runs = () => fixture.host.now('spine').published?.versionId;
const reasonOf = async (release: string, id: string) =>
	(await decide(release)).checks.find((check) => check.id === id);

/** A release that was prepared, answered and let through. */
async function approved(title: string, change: (workflow: Edited) => void): Promise<string> {
	await fixture.save(change);
	const { release } = await fixture.prepare({ title });
	expect((await letThrough(release)).sentence).toMatch(/^Ship: /);
	return release;
}

describe('a no is no way around: the draft is given up, closed, or comes again', () => {
	const nora = personOf('Nora No', 'leadership');

	test.each([
		['another title and another draft', false],
		['the release closed first', true],
	])('%s: the rejection holds what takes its place until its giver speaks again', async (_how, closed) => {
		await fixture.save(prompt('Write anything.'));
		const first = await fixture.prepare({ title: 'First' });
		await approve(first.release, 'leadership', 'rejected', nora);
		if (closed) await promoteRelease(fixture.ports, first.release, 'closed', 'test');
		await fixture.save(prompt('Write anything. '));
		later();
		const second = await fixture.prepare({ title: 'Second' });
		expect(second.release).not.toBe(first.release);
		expect((await letThrough(second.release)).decision).toBe('hold');
		expect(await reasonOf(second.release, 'approval-by-class')).toMatchObject({
			status: 'fail',
			reason: `Nora No (leadership) rejected ${first.release}, whose place it takes.`,
		});
		// It goes through any number of drafts that are given up.
		await fixture.save(prompt('Write anything!'));
		later();
		const third = await fixture.prepare({ title: 'Third' });
		expect((await letThrough(third.release)).decision).toBe('hold');
		await approve(third.release, 'leadership', 'withdrawn', nora);
		expect((await decide(third.release)).sentence).toMatch(/^Ship: /);
		await ship(third.release);
		// What ships settles it.
		await promoteRelease(fixture.ports, third.release, 'stable', 'test').catch(() => undefined);
	});

	test('a person’s no to a check holds what takes its place, and her yes there takes it back', async () => {
		await fixture.save(prompt('Write anything.'));
		const first = await fixture.prepare({ title: 'First' });
		const check = 'product-contract-kept';
		const role = first.questions.find((one) => one.check === check)?.roles[0] ?? '';
		const said = (release: string, status: 'pass' | 'fail') =>
			recordAnswer(
				fixture.ports,
				release,
				{ check, status, by: personOf('Nora No', role), grounds: 'It breaks a promise.' },
				'test',
			);
		await said(first.release, 'fail');
		await fixture.save(prompt('Write anything else.'));
		later();
		const second = await fixture.prepare({ title: 'Second' });
		expect((await letThrough(second.release)).decision).toBe('hold');
		expect((await reasonOf(second.release, check))?.reason).toContain(
			`It breaks a promise. (said of ${first.release}, whose place it takes)`,
		);
		later();
		await said(second.release, 'pass');
		expect((await decide(second.release)).decision).toBe('ship');
	});

	test('a no that is given after the gate let its successor through holds Ship all the same', async () => {
		await fixture.save(prompt('Write anything.'));
		const first = await fixture.prepare({ title: 'First' });
		await fixture.save(prompt('Write anything else.'));
		later();
		const { release } = await fixture.prepare({ title: 'Second' });
		expect((await letThrough(release)).decision).toBe('ship');
		await approve(first.release, 'leadership', 'rejected', nora);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-checks-open' });
		expect(runs()).toBe('v1');
	});
});

describe('what runs is what it was compared with', () => {
	test('a change that was rolled back does not come again inside a release that was approved on top of it', async () => {
		const bad = await approved('Bad', prompt('Write something bad.'));
		await ship(bad);
		// Stable, so that the next one may be prepared.
		const stored = await knownRelease(fixture.ports, bad);
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: bad,
					spine: SUBJECT,
					parent: null,
					body: plain({ ...stored.body, stage: 'stable' }),
					expectedRevision: stored.revision,
				},
			],
			[],
		);
		const next = await approved('On top', (workflow) => {
			prompt('Write something bad.')(workflow);
			field('subject', 'Read this')(workflow);
		});
		await restoreRelease(fixture.preparing, bad, { target: null });
		expect(runs()).toBe('v1');
		expect((await decide(next)).decision).toBe('ship');
		await expect(ship(next)).rejects.toMatchObject({ code: 'ship-other-base' });
		expect([runs(), await stageOf(next)]).toEqual(['v1', 'approved']);
	});

	test('a version that was published beside the gate meanwhile is not replaced unseen', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const theirs = await fixture.save(prompt('Mended by hand.'));
		await fixture.host.publish('spine', theirs);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-other-base' });
		expect(runs()).toBe(theirs);
	});

	test('a page that was left open holds where another version runs, or the settings are others', async () => {
		await fixture.save(prompt('Write one line.'));
		const { shown } = await fixture.prepare();
		await fixture.ledger.spines.configure(
			{ ...(await fixture.settings()), templateVersion: '9' },
			'somebody',
		);
		await expect(fixture.prepare({}, { shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
			message: expect.stringContaining('the settings of the spine are others') as unknown,
		});
		const again = await fixture.prepare();
		const theirs = await fixture.save(prompt('Mended by hand.'));
		await fixture.host.publish('spine', theirs);
		await fixture.save(prompt('Write one line.'));
		await expect(fixture.prepare({}, { shown: again.shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
			message: expect.stringContaining('another version runs now') as unknown,
		});
	});

	test('machines do not look again at what was compared with something else', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const theirs = await fixture.save(prompt('Mended by hand.'));
		await fixture.host.publish('spine', theirs);
		fixture.clock.at += 30 * 3_600_000;
		await expect(lookAgain(fixture.preparing, release)).rejects.toMatchObject({ code: 'ship-other-base' });
	});
});

describe('the gate is not lowered on the way', () => {
	test('by Further Changes of Ship: a prepared release sets nothing that it was not proven with', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		for (const changes of [{ spine: { strictness: 'observe' } }, { spine: { ungatedChange: 'report' } }])
			await expect(ship(release, changes)).rejects.toMatchObject({ code: 'ship-other-change' });
		expect((await fixture.settings()).strictness).toBeUndefined();
	});

	test('by settings that somebody changes after the proof, also where the release brings none', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await fixture.ledger.spines.configure(
			{ ...(await fixture.settings()), ungatedChange: 'report' },
			'somebody',
		);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-other-settings' });
	});

	test('by a decision under another policy or level than the one in force', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await setPolicy(
			fixture.ports,
			SUBJECT,
			'quiet-content-delivery',
			{ pressure: { minApiCallsLeft: 0.1 } },
			'x',
		);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-decision-missing' });
		expect(runs()).toBe('v1');
	});

	test.each([
		['strictness', { strictness: 'observe' as const }],
		['an ungated change that delivers', { ungatedChange: 'report' as const }],
		['a start by hand that delivers', { startedByHand: 'deliver' as const }],
		['another policy', { policy: 'weekly-software-release' }],
	])('by a node that is run by hand: %s', async (_what, more) => {
		const loose = async () => ({ ...(await fixture.settings()), ...more });
		const ada = { person: 'Ada', account: { id: '7', email: 'ada@example.com' } };
		const typed = { person: 'Ada', typedBy: 'A workflow' };
		// Before its first release a spine is set up as one likes, and made stricter always.
		const strict = await fixture.settings();
		await configureSpine(fixture.ports, await loose(), typed, 'x');
		await configureSpine(fixture.ports, strict, typed, 'x');
		await ship(await approved('Ours', prompt('Write one line.')));
		for (const giver of [typed, null])
			await expect(configureSpine(fixture.ports, await loose(), giver, 'x')).rejects.toMatchObject({
				code: 'spine-loosened',
			});
		expect(await fixture.settings()).toEqual(strict);
		await configureSpine(fixture.ports, await loose(), ada, 'workflow x');
		const told = await fixture.ledger.events.list({ spine: SUBJECT, kinds: ['spine.configured'], limit: 10 });
		expect(told.at(-1)?.sentence).toContain('by Ada (workflow x)');
	});

	test('by a policy that is set by hand and asks for less: a person answers for it', async () => {
		const quiet = 'quiet-content-delivery';
		const set = (overrides: object, giver: Parameters<typeof setPolicyBy>[3] = null) =>
			setPolicyBy(fixture.ports, SUBJECT, [quiet, overrides], giver, 'x');
		const loose = { people: { alone: { coolingOff: 'PT1S' } } };
		await set(loose);
		await set({});
		await ship(await approved('Ours', prompt('Write one line.')));
		for (const overrides of [loose, { approvalsByClass: { controlled: { count: 0 } } }])
			await expect(set(overrides)).rejects.toMatchObject({ code: 'spine-loosened' });
		await set({ pressure: { minApiCallsLeft: 0.5 } });
		const ada = { person: 'Ada', account: { id: '7', email: 'ada@example.com' } };
		expect((await set(loose, ada)).setBy).toBe('Ada (x)');
	});

	test.each([
		['an operation', { operation: "={{ 'config' + 'ure' }}" }],
		['a resource', { resource: "={{ 'spine' }}" }],
	])('by a draft whose node takes %s from an expression', async (_what, more) => {
		await fixture.save(configure({ ...more, strictness: 'observe' }));
		const { checks, differences } = await fixture.prepare();
		expect(differences[0]?.what).toMatch(/the settings of the spine cannot be read: .* from an expression/);
		expect(checks.find(({ id }) => id === 'backward-compatible')).toMatchObject({ status: 'fail' });
	});

	test('by a draft whose node says it plainly: it is shown, critical, and ships under the level of now', async () => {
		await fixture.save(configure({ strictness: 'observe' }));
		const { differences, classification, strictness, release } = await fixture.prepare();
		expect(differences[0]).toMatchObject({
			what: 'the setting strictness of the spine changes when the release ships',
			after: 'observe',
		});
		expect([classification.riskClass, strictness]).toEqual(['critical', 'doctrine']);
		expect((await decide(release)).decision).toBe('hold');
	});
});

describe('two at once, and one that is killed', () => {
	test('two ships at once publish once, and end in the state of one', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const ends = await Promise.allSettled([ship(release), ship(release)]);
		expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
		expect(await stageOf(release)).toBe('monitoring');
		expect((await releasedOf(fixture.ports, SUBJECT))?.now.release).toBe(release);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-wrong-stage' });
	});

	test('a Ship that was killed half-way publishes nothing over a no that was given meanwhile', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const { publish } = fixture.host;
		fixture.host.publish = () => Promise.reject(new Killed());
		await expect(ship(release)).rejects.toBeInstanceOf(Killed);
		fixture.host.publish = publish;
		expect(await stageOf(release)).toBe('deploying');
		const nora = personOf('Nora No', 'leadership');
		await approve(release, 'leadership', 'rejected', nora);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-checks-open' });
		expect(runs()).toBe('v1');
		await approve(release, 'leadership', 'withdrawn', nora);
		expect(await ship(release)).toMatchObject({ asProven: true, stage: 'monitoring' });
	});
});

describe('nobody answers for another', () => {
	test('a second login of the one who asked approves nothing, and two logins are one of two approvals', async () => {
		await setPolicy(
			fixture.ports,
			SUBJECT,
			'quiet-content-delivery',
			{
				people: {
					accounts: { 'rita.second@example.com': 'rita@example.com', 'lea2@example.com': 'lea@example.com' },
				},
			},
			'x',
		);
		await fixture.save(configure({ every: 'P3D' }));
		const { release } = await fixture.prepare();
		const login = (email: string, role: string) => ({ person: email, role, account: { id: email, email } });
		await expect(
			approve(release, 'leadership', 'approved', login('rita.second@example.com', 'leadership')),
		).rejects.toMatchObject({ code: 'approval-by-author' });
		await approve(release, 'leadership', 'approved', login('lea@example.com', 'leadership'));
		await approve(release, 'engineering', 'approved', login('lea2@example.com', 'engineering'));
		expect(await reasonOf(release, 'approval-by-class')).toMatchObject({
			status: 'unknown',
			reason: expect.stringContaining('1 of 2 approvals') as unknown,
		});
	});

	test('another person’s release is neither prepared, answered nor superseded under their own account', async () => {
		await fixture.save(prompt('Write one line.'));
		const { release, shown } = await fixture.prepare({ title: 'Ours' });
		const before = (await findRelease(fixture.ports, release))?.body;
		await fixture.save(prompt('Write two lines.'));
		for (const more of [{}, { title: 'Theirs' }, { kind: 'hotfix' as const, purpose: 'restore-delivery' }])
			await expect(
				fixture.prepare({ ...more, requestedBy: 'eve@example.com' }, { owner: 'account 2' }),
			).rejects.toMatchObject({ code: 'release-other-owner' });
		await expect(fixture.prepare({}, { owner: 'account 1', shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
		});
		expect((await findRelease(fixture.ports, release))?.body).toEqual(before);
		expect(await evidenceFor(fixture.ports, release)).toEqual(await evidenceFor(fixture.ports, release));
	});
});

describe('a team of one', () => {
	const alone = { people: { alone: { coolingOff: 'PT2H' } } };
	const cooled = async (release: string) => (await reasonOf(release, 'approval-by-class'))?.status;

	test('gains nothing by a second release, another title, or a draft that goes there and back', async () => {
		await setPolicy(fixture.ports, SUBJECT, 'quiet-content-delivery', alone, 'x');
		await fixture.save(prompt('Write one line.'));
		const first = await fixture.prepare({ title: 'First' });
		fixture.clock.at += 3 * 60 * minute;
		expect(await cooled(first.release)).toBe('pass');
		await fixture.save(prompt('Write two lines.'));
		// Under the same title, under another one, and the first draft again: each begins anew.
		for (const [text, title] of [
			['Write two lines.', 'First'],
			['Write three lines.', 'Third'],
			['Write one line.', 'First'],
		] as const) {
			await fixture.save(prompt(text));
			const { release } = await fixture.prepare({ title });
			expect([text, await cooled(release)]).toEqual([text, 'unknown']);
			fixture.clock.at += 3 * 60 * minute;
			expect(await cooled(release)).toBe('pass');
		}
	});

	test('gains nothing by a clock that went back: nobody knows since when', async () => {
		await setPolicy(fixture.ports, SUBJECT, 'quiet-content-delivery', alone, 'x');
		await fixture.save(prompt('Write one line.'));
		const { release } = await fixture.prepare();
		fixture.clock.at -= 3 * 60 * minute;
		expect(await cooled(release)).toBe('unknown');
	});
});

describe('going back', () => {
	const stable = async (release: string) => {
		const stored = await knownRelease(fixture.ports, release);
		const history = [...stored.body.history, { stage: 'stable' as const, at: fixture.clock.at, by: 'test' }];
		await fixture.ledger.records.write(
			[
				{
					kind: 'release',
					id: release,
					spine: SUBJECT,
					parent: null,
					body: plain({ ...stored.body, stage: 'stable', history }),
					expectedRevision: stored.revision,
				},
			],
			[],
		);
	};
	const back = (release: string) => restoreRelease(fixture.preparing, release, { target: null });

	test('twice is once: the second gives the first back and publishes nothing', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await ship(release);
		const first = await back(release);
		const theirs = await fixture.save(prompt('Released since.'));
		await fixture.host.publish('spine', theirs);
		expect(await back(release)).toEqual(first);
		expect(runs()).toBe(theirs);
	});

	test('never to what was not called stable: a hotfix over a bad release has nothing good below it', async () => {
		const bad = await approved('Bad', prompt('Write something bad.'));
		await ship(bad);
		later();
		await fixture.save(prompt('Write it well.'));
		const hotfix = await fixture.prepare({ title: 'Mend', kind: 'hotfix', purpose: 'restore-delivery' });
		expect((await letThrough(hotfix.release)).sentence).toMatch(/^Ship: /);
		await ship(hotfix.release);
		const mended = runs();
		await expect(back(hotfix.release)).rejects.toMatchObject({ code: 'rollback-target-unproven' });
		// Nor the bad one under the hotfix: what was published over it stays.
		await back(bad);
		expect(runs()).toBe(mended);
	});

	test('holds whatever else is about to ship until it ended', async () => {
		const first = await approved('First', prompt('Write one line.'));
		await ship(first);
		await stable(first);
		later();
		const next = await approved('Next', prompt('Write two lines.'));
		const { policy } = await policyOf(fixture.ports, SUBJECT);
		await orderRollback({ ...fixture.ports, by: 'test' }, SUBJECT, first, policy, 'It is bad.');
		await expect(ship(next)).rejects.toMatchObject({ code: 'rollback-under-way' });
		expect(await reasonOf(next, 'no-rollback')).toMatchObject({ status: 'fail' });
	});
});

test('a hotfix is asked for the same checks and the same approvals, however many there were before', async () => {
	await fixture.save(configure({ every: 'P3D' }));
	const regular = await fixture.prepare({ title: 'Regular' });
	const asked = async (release: string) =>
		(await decide(release)).checks
			.filter(({ status }) => status === 'unknown')
			.map(({ id }) => id)
			.sort();
	const wanted = await asked(regular.release);
	await promoteRelease(fixture.ports, regular.release, 'closed', 'test');
	for (const title of ['One', 'Two', 'Three']) {
		later();
		const hotfix = await fixture.prepare({ title, kind: 'hotfix', purpose: 'restore-delivery' });
		expect(await asked(hotfix.release)).toEqual(wanted);
		await promoteRelease(fixture.ports, hotfix.release, 'closed', 'test');
	}
	expect(wanted).toContain('approval-by-class');
});

test('what is written in the form is one line in its own direction, whatever it holds', async () => {
	await fixture.save(prompt('Write one line.'));
	const { release } = await fixture.prepare({
		title: 'A change\nLea Lead approved it\u202e already',
		why: 'So\r\n\u2028it is\u0000',
	});
	const { manifest } = (await knownRelease(fixture.ports, release)).body;
	expect([manifest.title, manifest.changes[0]?.title]).toEqual([
		'A change Lea Lead approved it already',
		'A change Lea Lead approved it already: So it is',
	]);
});
