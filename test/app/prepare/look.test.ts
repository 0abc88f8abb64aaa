import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lookAgain } from '../../../app/prepare';
import { evidenceFor, findRelease, inputFor, promoteRelease } from '../../../app/release';
import { decide } from '../../../core/release/decision';
import { evaluateRelease } from '../../../core/release/self-test';
import { plant } from '../../support/release-service';
import { configure, nodeIn, prepareFixture, type PrepareFixture } from './fixture';

const HOUR = 3_600_000;

let fixture: PrepareFixture;
let release: string;
beforeEach(async () => {
	fixture = await prepareFixture();
	await fixture.save((workflow) => {
		const set = nodeIn(workflow, 'Set Config').assignments as { assignments: { value: unknown }[] };
		set.assignments[3] = { ...set.assignments[3], value: 'Write one line.' };
	});
	({ release } = await fixture.prepare());
});
afterEach(async () => await fixture.close());

/** Checks that do not pass since their answer is too old. */
const stale = async (): Promise<readonly string[]> => {
	const stored = await findRelease(fixture.ports, release);
	if (!stored) throw new Error('There is no such release.');
	const { checks } = evaluateRelease(await inputFor(fixture.ports, stored, {}), decide);
	return checks.filter(({ reason }) => reason.includes('no longer counts')).map(({ id }) => id);
};
const look = () => lookAgain(fixture.preparing, release);

test('nobody looks while every answer is fresh', async () => {
	fixture.clock.at += HOUR;
	const before = await evidenceFor(fixture.ports, release);
	expect(await look()).toEqual({ release, looked: false, steps: [], rehearse: null });
	expect(await evidenceFor(fixture.ports, release)).toEqual(before);
});

test('a release that waits longer than answers count is looked at again, and stays the one that was approved', async () => {
	fixture.clock.at += 25 * HOUR;
	expect((await stale()).length).toBeGreaterThan(3);
	const before = await findRelease(fixture.ports, release);
	const looked = await look();
	expect(looked.looked).toBe(true);
	expect(looked.steps.filter(({ status }) => status === 'failed')).toEqual([]);
	expect(await stale()).toEqual([]);
	expect(await findRelease(fixture.ports, release)).toMatchObject({
		body: { manifest: before?.body.manifest, changedAt: before?.body.changedAt, stage: before?.body.stage },
	});
});

test('an answer is renewed before it lapses, so that no look of the schedule finds it stale', async () => {
	// The first answer that lapses is the one of flags, after four hours.
	const found: (readonly string[])[] = [];
	let looks = 0;
	fixture.clock.at += 4 * HOUR - 30 * 60_000;
	for (let minutes = 0; minutes < 60; minutes += 5) {
		fixture.clock.at += 5 * 60_000;
		found.push(await stale());
		looks += Number((await look()).looked);
	}
	expect([found.flat(), looks]).toEqual([[], 1]);
});

test('gives the version to rehearse again where its rehearsal goes stale, whatever the draft became', async () => {
	const stored = await findRelease(fixture.ports, release);
	const hash = stored?.body.manifest.artifacts.workflow ?? '';
	const dryRun = {
		check: 'dry-run',
		status: 'pass',
		by: { machine: 'dry-run' },
		artifact: 'workflow',
	} as const;
	await plant(fixture, release, [{ ...dryRun, at: fixture.clock.at, hash, grounds: 'It stands.' }], []);
	await fixture.save((workflow) => {
		const set = nodeIn(workflow, 'Set Config').assignments as { assignments: { value: unknown }[] };
		set.assignments[3] = { ...set.assignments[3], value: 'Something that nobody proved.' };
	});
	fixture.clock.at += 25 * HOUR;
	const { rehearse } = await look();
	expect(JSON.stringify(rehearse?.workflow)).toContain('Write one line.');
	expect(JSON.stringify(rehearse?.workflow)).not.toContain('Something that nobody proved.');
});

test('what was proven for other settings is not renewed', async () => {
	fixture.clock.at += 25 * HOUR;
	await fixture.ledger.spines.configure({ ...(await fixture.settings()), testRecipients: ['7'] }, 'somebody');
	await expect(look()).rejects.toMatchObject({ code: 'look-other-change' });
	expect((await stale()).length).toBeGreaterThan(3);
});

test('a look that finds what is wrong now says no', async () => {
	await fixture.save(configure({ anchor: '2026-11-02T10:00' }));
	({ release } = await fixture.prepare({ title: 'Later' }));
	fixture.clock.at += 25 * HOUR;
	const looked = await lookAgain({ ...fixture.preparing, contacts: null }, release);
	expect(looked.steps.filter(({ status }) => status === 'failed').length).toBeGreaterThan(0);
	expect(await stale()).toContain('schema-updated');
});

test('one that is closed is not looked at', async () => {
	await promoteRelease(fixture.ports, release, 'closed', 'test');
	await expect(look()).rejects.toMatchObject({ code: 'look-not-open' });
});
