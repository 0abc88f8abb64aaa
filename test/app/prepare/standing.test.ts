import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { debtsIn, findRelease, policyOf, releasesOf } from '../../../app/release';
import { isInvolved } from '../../../core/release/people';
import { SUBJECT } from '../../support/release-service';
import { nodeIn, prepareFixture, type Edited, type PrepareFixture } from './fixture';

let fixture: PrepareFixture;
beforeEach(async () => {
	fixture = await prepareFixture();
});
afterEach(async () => await fixture.close());

const config =
	(field: string, value: string) =>
	(workflow: Edited): void => {
		const { assignments } = nodeIn(workflow, 'Set Config').assignments as {
			assignments: { name: string; value: unknown }[];
		};
		for (const one of assignments) if (one.name === field) one.value = value;
	};
const stageOf = async (release: string) => (await findRelease(fixture.ports, release))?.body.stage;
const restage = async (release: string, more: object) => {
	const stored = await findRelease(fixture.ports, release);
	await fixture.ledger.records.write(
		[
			{
				kind: 'release',
				id: release,
				spine: SUBJECT,
				parent: null,
				body: JSON.parse(JSON.stringify({ ...stored?.body, ...more })),
				expectedRevision: stored?.revision ?? 0,
			},
		],
		[],
	);
};

describe('a draft that was given up', () => {
	test('is closed as superseded when another change is prepared, which gets a release of its own and says so', async () => {
		await fixture.save(config('subject', 'Read this'));
		const first = await fixture.prepare({ title: 'A new subject' });
		await fixture.save(config('prompt', 'Write one line.'));
		const second = await fixture.prepare({ title: 'One line only', failureMode: '', othersStayBecause: '' });
		expect(second.release).not.toBe(first.release);
		expect(second.supersedes).toEqual([{ release: first.release, title: 'A new subject' }]);
		expect(await stageOf(first.release)).toBe('closed');
		// Nothing that was said of the old one is taken for the new one.
		expect(second.texts.map(({ field }) => field).sort()).toEqual(['documents', 'failureMode']);
		const events = await fixture.ledger.events.list({ spine: SUBJECT, kinds: ['release.closed'], limit: 10 });
		expect(events.map(({ sentence }) => sentence)).toEqual([
			`Release ${first.release} is superseded by ${second.release}: its draft was given up.`,
		]);
		// The next page of the same form says it too.
		expect((await fixture.prepare({ title: 'One line only' })).supersedes).toEqual(second.supersedes);
	});

	test('is not given up by another title alone, nor by another draft under the same title', async () => {
		await fixture.save(config('subject', 'Read this'));
		const first = await fixture.prepare({ title: 'A new subject' });
		expect((await fixture.prepare({ title: 'Another subject' })).release).toBe(first.release);
		await fixture.save(config('subject', 'Read that'));
		expect((await fixture.prepare({ title: ' another  SUBJECT' })).release).toBe(first.release);
	});

	test('of somebody else is not closed for them', async () => {
		await fixture.save(config('subject', 'Read this'));
		const first = await fixture.prepare({ title: 'A new subject' });
		await fixture.save(config('prompt', 'Write one line.'));
		await expect(fixture.prepare({ title: 'One line only' }, { owner: 'account 2' })).rejects.toMatchObject({
			code: 'release-other-owner',
		});
		expect(await stageOf(first.release)).toBe('draft');
	});

	test('that comes again under its old title gets an id of its own', async () => {
		const version = await fixture.save(config('subject', 'Read this'));
		const first = await fixture.prepare({ title: 'A new subject' });
		await fixture.save(config('prompt', 'Write one line.'));
		await fixture.prepare({ title: 'One line only' });
		await fixture.host.publish('spine', version).catch(() => undefined);
		await restage(first.release, { stage: 'closed' });
		await fixture.save(config('subject', 'Read this again'));
		const third = await fixture.prepare({ title: 'A new subject' });
		expect([third.release === first.release, await stageOf(third.release)]).toEqual([false, 'draft']);
	});
});

describe('a release that a pipeline opened', () => {
	const ann = { requestedBy: 'ann@example.com', title: 'A new subject' };
	const bob = { ...ann, requestedBy: 'bob@example.com' };

	test('is taken over by whoever sends the form, who becomes its requester; the first one still approves nothing', async () => {
		await fixture.save(config('subject', 'Read this'));
		const first = await fixture.prepare(ann, { owner: '' });
		const taken = await fixture.prepare(bob, { owner: 'account bob' });
		expect(taken.release).toBe(first.release);
		expect(taken.releaseHash).not.toBe(first.releaseHash);
		const stored = await findRelease(fixture.ports, taken.release);
		expect(stored?.body).toMatchObject({
			owner: 'account bob',
			manifest: { requestedBy: 'bob@example.com', askedBefore: ['ann@example.com'] },
		});
		const { policy } = await policyOf(fixture.ports, SUBJECT);
		const may = (email: string) =>
			stored && !isInvolved(policy, stored.body.manifest, { person: 'X', account: { id: email, email } });
		expect(['ann@example.com', 'bob@example.com', 'cal@example.com'].map(may)).toEqual([false, false, true]);
		// It is Bob’s now: the pipeline changes it no more, and nobody else takes it.
		await expect(fixture.prepare({ ...ann, failureMode: 'Otherwise.' }, { owner: '' })).rejects.toMatchObject(
			{
				code: 'release-other-owner',
			},
		);
		await expect(fixture.prepare(bob, { owner: 'account cal' })).rejects.toMatchObject({
			code: 'release-other-owner',
		});
		const told = await fixture.ledger.events.list({ spine: SUBJECT, kinds: ['release.changed'], limit: 10 });
		expect(told.map(({ sentence }) => sentence)).toContain(
			`Release ${first.release} taken over by bob@example.com, which ann@example.com had asked for.`,
		);
	});

	test('that is posted in another name keeps who asked first among those who approve nothing', async () => {
		await fixture.save(config('subject', 'Read this'));
		await fixture.prepare(ann, { owner: '' });
		const { release } = await fixture.prepare(bob, { owner: '' });
		await fixture.prepare(bob, { owner: '' });
		expect((await findRelease(fixture.ports, release))?.body.manifest.askedBefore).toEqual([
			'ann@example.com',
		]);
	});
});

describe('the follow-up of a hotfix', () => {
	const shipped = async (title: string, at: number): Promise<string> => {
		await fixture.save(config('subject', title));
		const { release } = await fixture.prepare({ title, kind: 'hotfix', purpose: 'restore-delivery' });
		await restage(release, { stage: 'closed', shippedAt: at });
		return release;
	};

	test('names the hotfix that has owed it longest, and clears its debt once it is stable', async () => {
		const old = await shipped('The old fix', fixture.clock.at - 2_000);
		await shipped('The new fix', fixture.clock.at - 1_000);
		await fixture.save(config('prompt', 'Write one line.'));
		const { release } = await fixture.prepare({ title: 'The real mend', follows: 'owed' });
		const stored = await findRelease(fixture.ports, release);
		expect(stored?.body.manifest.follows).toBe(old);
		await restage(release, {
			stage: 'stable',
			history: [...(stored?.body.history ?? []), { stage: 'stable', at: fixture.clock.at, by: 'test' }],
		});
		const debts = debtsIn(await releasesOf(fixture.ports, SUBJECT));
		expect(debts.find(({ hotfix }) => hotfix === old)?.followedUpBy).toBe(release);
	});

	test('is refused where none is owed, or not by the hotfix that is named', async () => {
		await fixture.save(config('prompt', 'Write one line.'));
		for (const follows of ['owed', 'nobody'])
			await expect(fixture.prepare({ follows })).rejects.toMatchObject({ code: 'prepare-no-follow-up' });
		expect(await releasesOf(fixture.ports, SUBJECT)).toEqual([]);
	});
});

describe('a draft that cannot be rehearsed', () => {
	test('of a paused spine says so on the page, with the mend', async () => {
		await fixture.save(config('subject', 'Read this'));
		await fixture.ledger.spines.pause(SUBJECT, 'the vendor is down', 'somebody');
		const { steps } = await fixture.prepare();
		expect(steps.at(-1)).toMatchObject({ step: 'Rehearse the draft', status: 'failed' });
		expect(steps.at(-1)?.sentence).toMatch(/is paused \(the vendor is down\).*Resume it/);
		await fixture.ledger.spines.resume(SUBJECT, 'it is back', 'somebody');
		fixture.clock.at += 1_000;
		expect((await fixture.prepare()).steps.filter(({ status }) => status === 'failed')).toEqual([]);
	});

	test('for another cause says that one', async () => {
		await fixture.save(config('subject', 'Read this'));
		const { steps } = await fixture.prepare({}, { rehearsalError: 'The dead generator did not answer.' });
		expect(steps.at(-1)).toMatchObject({
			step: 'Rehearse the draft',
			status: 'failed',
			sentence: 'The dead generator did not answer.',
		});
	});
});
