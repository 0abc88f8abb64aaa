import { describe, expect, test } from '@jest/globals';
import { knownRelease, policyOf } from '../../../../app/release';
import { restoreRelease } from '../../../../app/snapshot/restore';
import { orderRollback } from '../../../../app/watch/rollback';
import { plain } from '../../../../core/delivery/json';
import { SUBJECT } from '../../../support/release-service';
import { attackedSpine, prompt } from './spine';

const spine = attackedSpine();
const { later, ship, letThrough, runs, reasonOf, approved } = spine;

describe('going back', () => {
	const stable = async (release: string) => {
		const stored = await knownRelease(spine.fixture.ports, release);
		const history = [
			...stored.body.history,
			{ stage: 'stable' as const, at: spine.fixture.clock.at, by: 'test' },
		];
		await spine.fixture.ledger.records.write(
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
	const back = (release: string) => restoreRelease(spine.fixture.preparing, release, { target: null });

	test('twice is once: the second gives the first back and publishes nothing', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		await ship(release);
		const first = await back(release);
		const theirs = await spine.fixture.save(prompt('Released since.'));
		await spine.fixture.host.publish('spine', theirs);
		expect(await back(release)).toEqual(first);
		expect(runs()).toBe(theirs);
	});

	test('never to what was not called stable: a hotfix over a bad release has nothing good below it', async () => {
		const bad = await approved('Bad', prompt('Write something bad.'));
		await ship(bad);
		later();
		await spine.fixture.save(prompt('Write it well.'));
		const hotfix = await spine.fixture.prepare({
			title: 'Mend',
			kind: 'hotfix',
			purpose: 'restore-delivery',
		});
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
		const { policy } = await policyOf(spine.fixture.ports, SUBJECT);
		await orderRollback({ ...spine.fixture.ports, by: 'test' }, SUBJECT, first, policy, 'It is bad.');
		await expect(ship(next)).rejects.toMatchObject({ code: 'rollback-under-way' });
		expect(await reasonOf(next, 'no-rollback')).toMatchObject({ status: 'fail' });
	});
});
