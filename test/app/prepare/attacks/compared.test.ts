import { describe, expect, test } from '@jest/globals';
import { lookAgain } from '../../../../app/prepare';
import { knownRelease } from '../../../../app/release';
import { restoreRelease } from '../../../../app/snapshot/restore';
import { plain } from '../../../../core/delivery/json';
import { SUBJECT } from '../../../support/release-service';
import { attackedSpine, field, prompt } from './spine';

const spine = attackedSpine();
const { decide, ship, stageOf, runs, approved } = spine;

describe('what runs is what it was compared with', () => {
	test('a change that was rolled back does not come again inside a release that was approved on top of it', async () => {
		const bad = await approved('Bad', prompt('Write something bad.'));
		await ship(bad);
		// Stable, so that the next one may be prepared.
		const stored = await knownRelease(spine.fixture.ports, bad);
		await spine.fixture.ledger.records.write(
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
		await restoreRelease(spine.fixture.preparing, bad, { target: null });
		expect(runs()).toBe('v1');
		expect((await decide(next)).decision).toBe('ship');
		await expect(ship(next)).rejects.toMatchObject({ code: 'ship-other-base' });
		expect([runs(), await stageOf(next)]).toEqual(['v1', 'approved']);
	});

	test('a version that was published beside the gate meanwhile is not replaced unseen', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const theirs = await spine.fixture.save(prompt('Mended by hand.'));
		await spine.fixture.host.publish('spine', theirs);
		await expect(ship(release)).rejects.toMatchObject({ code: 'ship-other-base' });
		expect(runs()).toBe(theirs);
	});

	test('a page that was left open holds where another version runs, or the settings are others', async () => {
		await spine.fixture.save(prompt('Write one line.'));
		const { shown } = await spine.fixture.prepare();
		await spine.fixture.ledger.spines.configure(
			{ ...(await spine.fixture.settings()), templateVersion: '9' },
			'somebody',
		);
		await expect(spine.fixture.prepare({}, { shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
			message: expect.stringContaining('the settings of the spine are others') as unknown,
		});
		const again = await spine.fixture.prepare();
		const theirs = await spine.fixture.save(prompt('Mended by hand.'));
		await spine.fixture.host.publish('spine', theirs);
		await spine.fixture.save(prompt('Write one line.'));
		await expect(spine.fixture.prepare({}, { shown: again.shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
			message: expect.stringContaining('another version runs now') as unknown,
		});
	});

	test('machines do not look again at what was compared with something else', async () => {
		const release = await approved('Ours', prompt('Write one line.'));
		const theirs = await spine.fixture.save(prompt('Mended by hand.'));
		await spine.fixture.host.publish('spine', theirs);
		spine.fixture.clock.at += 30 * 3_600_000;
		await expect(lookAgain(spine.fixture.preparing, release)).rejects.toMatchObject({
			code: 'ship-other-base',
		});
	});
});

test('what is written in the form is one line in its own direction, whatever it holds', async () => {
	await spine.fixture.save(prompt('Write one line.'));
	const { release } = await spine.fixture.prepare({
		title: 'A change\nLea Lead approved it\u202e already',
		why: 'So\r\n\u2028it is\u0000',
	});
	const { manifest } = (await knownRelease(spine.fixture.ports, release)).body;
	expect([manifest.title, manifest.changes[0]?.title]).toEqual([
		'A change Lea Lead approved it already',
		'A change Lea Lead approved it already: So it is',
	]);
});
