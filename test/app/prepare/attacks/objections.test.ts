import { describe, expect, test } from '@jest/globals';
import { promoteRelease, recordAnswer } from '../../../../app/release';
import { personOf } from '../../../support/release';
import { attackedSpine, prompt } from './spine';

const spine = attackedSpine();
const { later, decide, ship, approve, letThrough, runs, reasonOf } = spine;

describe('a no is no way around: the draft is given up, closed, or comes again', () => {
	const nora = personOf('Nora No', 'leadership');

	test.each([
		['another title and another draft', false],
		['the release closed first', true],
	])('%s: the rejection holds what takes its place until its giver speaks again', async (_how, closed) => {
		await spine.fixture.save(prompt('Write anything.'));
		const first = await spine.fixture.prepare({ title: 'First' });
		await approve(first.release, 'leadership', 'rejected', nora);
		if (closed) await promoteRelease(spine.fixture.ports, first.release, 'closed', 'test');
		await spine.fixture.save(prompt('Write anything. '));
		later();
		const second = await spine.fixture.prepare({ title: 'Second' });
		expect(second.release).not.toBe(first.release);
		expect((await letThrough(second.release)).decision).toBe('hold');
		expect(await reasonOf(second.release, 'approval-by-class')).toMatchObject({
			status: 'fail',
			reason: `Nora No (leadership) rejected ${first.release}, whose place it takes.`,
		});
		// It goes through any number of drafts that are given up.
		await spine.fixture.save(prompt('Write anything!'));
		later();
		const third = await spine.fixture.prepare({ title: 'Third' });
		expect((await letThrough(third.release)).decision).toBe('hold');
		await approve(third.release, 'leadership', 'withdrawn', nora);
		expect((await decide(third.release)).sentence).toMatch(/^Ship: /);
		await ship(third.release);
		// What ships settles it.
		await promoteRelease(spine.fixture.ports, third.release, 'stable', 'test').catch(() => undefined);
	});

	test('a person’s no to a check holds what takes its place, and her yes there takes it back', async () => {
		await spine.fixture.save(prompt('Write anything.'));
		const first = await spine.fixture.prepare({ title: 'First' });
		const check = 'product-contract-kept';
		const role = first.questions.find((one) => one.check === check)?.roles[0] ?? '';
		const said = (release: string, status: 'pass' | 'fail') =>
			recordAnswer(
				spine.fixture.ports,
				release,
				{ check, status, by: personOf('Nora No', role), grounds: 'It breaks a promise.' },
				'test',
			);
		await said(first.release, 'fail');
		await spine.fixture.save(prompt('Write anything else.'));
		later();
		const second = await spine.fixture.prepare({ title: 'Second' });
		expect((await letThrough(second.release)).decision).toBe('hold');
		expect((await reasonOf(second.release, check))?.reason).toContain(
			`It breaks a promise. (said of ${first.release}, whose place it takes)`,
		);
		later();
		await said(second.release, 'pass');
		expect((await decide(second.release)).decision).toBe('ship');
	});

	test('a no that is given after the gate let its successor through holds Ship all the same', async () => {
		await spine.fixture.save(prompt('Write anything.'));
		const first = await spine.fixture.prepare({ title: 'First' });
		await spine.fixture.save(prompt('Write anything else.'));
		later();
		const { release } = await spine.fixture.prepare({ title: 'Second' });
		expect((await letThrough(release)).decision).toBe('ship');
		await approve(first.release, 'leadership', 'rejected', nora);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-checks-open' });
		expect(runs()).toBe('v1');
	});
});
