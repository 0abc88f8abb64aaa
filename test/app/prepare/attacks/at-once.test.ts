import { describe, expect, test } from '@jest/globals';
import { releasedOf } from '../../../../app/release';
import { personOf } from '../../../support/release';
import { SUBJECT } from '../../../support/release-service';
import { Killed } from '../../snapshot/fixture';
import { attackedSpine, prompt } from './spine';

const spine = attackedSpine();
const { ship, approve, stageOf, runs, approved } = spine;

describe('two at once, and one that is killed', () => {
	test('two ships at once publish once, and end in the state of one', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const ends = await Promise.allSettled([ship(release), ship(release)]);
		expect(ends.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
		expect(await stageOf(release)).toBe('monitoring');
		expect((await releasedOf(spine.fixture.ports, SUBJECT))?.now.release).toBe(release);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-wrong-stage' });
	});

	test('a Ship that was killed half-way publishes nothing over a no that was given meanwhile', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const { publish } = spine.fixture.host;
		spine.fixture.host.publish = () => Promise.reject(new Killed());
		await expect(ship(release)).rejects.toBeInstanceOf(Killed);
		spine.fixture.host.publish = publish;
		expect(await stageOf(release)).toBe('deploying');
		const nora = personOf('Nora No', 'leadership');
		await approve(release, 'leadership', 'rejected', nora);
		await expect(ship(release)).rejects.toMatchObject({ code: 'release-checks-open' });
		expect(runs()).toBe('v1');
		await approve(release, 'leadership', 'withdrawn', nora);
		expect(await ship(release)).toMatchObject({ asProven: true, stage: 'monitoring' });
	});
});
