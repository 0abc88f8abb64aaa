import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { evaluateStored, openRelease, recordAnswer } from '../../../app/release';
import { personOf, preset } from '../../support/release';
import { openShippable, serviceFixture, type ServiceFixture } from '../../support/release-service';

const quiet = preset('quiet-content-delivery');
const by = 'test';

let fixture: ServiceFixture;
beforeEach(async () => (fixture = await serviceFixture()));
afterEach(async () => await fixture.close());

test('counts what passed, what was answered before, and what the policy left out, apart', async () => {
	const { input, readings } = await openShippable(fixture, quiet);
	const check = 'architecture-aligned';
	const words = { check, status: 'pass', by: personOf('Eve', 'engineering'), grounds: 'So.' };
	await expect(recordAnswer(fixture.ports, 'r-1', { ...words, repeats: 'r-0' }, by)).rejects.toMatchObject({
		code: 'evidence-nothing-earlier',
	});
	await openRelease(fixture.ports, { ...input.manifest, id: 'r-0' }, by);
	await recordAnswer(fixture.ports, 'r-0', words, by);
	for (const other of [{ status: 'fail' }, { check: 'no-user-action' }, { repeats: 'r-1' }])
		await expect(
			recordAnswer(fixture.ports, 'r-1', { ...words, repeats: 'r-0', ...other }, by),
		).rejects.toMatchObject({ code: 'evidence-nothing-earlier' });
	fixture.clock.at += 1;
	await recordAnswer(fixture.ports, 'r-1', { ...words, repeats: 'r-0' }, by);
	const { decision } = await evaluateStored(fixture.ports, 'r-1', readings, by);
	const { passed, answeredBefore, leftOut } = decision.standing;
	expect([answeredBefore, leftOut, passed]).toEqual([1, 0, decision.checks.length - 1]);
	expect(decision.sentence).toBe(
		`Ship: ${passed} checks stand, 1 as answered before, under quiet-content-delivery version 0, doctrine.`,
	);
});
