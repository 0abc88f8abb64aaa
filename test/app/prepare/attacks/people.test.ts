import { describe, expect, test } from '@jest/globals';
import { evidenceFor, findRelease, promoteRelease, setPolicy } from '../../../../app/release';
import { SUBJECT } from '../../../support/release-service';
import { configure } from '../fixture';
import { attackedSpine, prompt } from './spine';

const spine = attackedSpine();
const { later, decide, approve, reasonOf } = spine;
const minute = 60_000;

describe('nobody answers for another', () => {
	test('a second login of the one who asked approves nothing, and two logins are one of two approvals', async () => {
		await setPolicy(
			spine.fixture.ports,
			SUBJECT,
			'quiet-content-delivery',
			{
				people: {
					accounts: { 'rita.second@example.com': 'rita@example.com', 'lea2@example.com': 'lea@example.com' },
				},
			},
			'x',
		);
		await spine.fixture.save(configure({ every: 'P3D' }));
		const { release } = await spine.fixture.prepare();
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
		await spine.fixture.save(prompt('Write one line.'));
		const { release, shown } = await spine.fixture.prepare({ title: 'Ours' });
		const before = (await findRelease(spine.fixture.ports, release))?.body;
		await spine.fixture.save(prompt('Write two lines.'));
		for (const more of [{}, { title: 'Theirs' }, { kind: 'hotfix' as const, purpose: 'restore-delivery' }])
			await expect(
				spine.fixture.prepare({ ...more, requestedBy: 'eve@example.com' }, { owner: 'account 2' }),
			).rejects.toMatchObject({ code: 'release-other-owner' });
		await expect(spine.fixture.prepare({}, { owner: 'account 1', shown })).rejects.toMatchObject({
			code: 'prepare-draft-changed',
		});
		expect((await findRelease(spine.fixture.ports, release))?.body).toEqual(before);
		expect(await evidenceFor(spine.fixture.ports, release)).toEqual(
			await evidenceFor(spine.fixture.ports, release),
		);
	});
});

describe('a team of one', () => {
	const alone = { people: { alone: { coolingOff: 'PT2H' } } };
	const cooled = async (release: string) => (await reasonOf(release, 'approval-by-class'))?.status;

	test('gains nothing by a second release, another title, or a draft that goes there and back', async () => {
		await setPolicy(spine.fixture.ports, SUBJECT, 'quiet-content-delivery', alone, 'x');
		await spine.fixture.save(prompt('Write one line.'));
		const first = await spine.fixture.prepare({ title: 'First' });
		spine.fixture.clock.at += 3 * 60 * minute;
		expect(await cooled(first.release)).toBe('pass');
		await spine.fixture.save(prompt('Write two lines.'));
		// Under the same title, under another one, and the first draft again: each begins anew.
		for (const [text, title] of [
			['Write two lines.', 'First'],
			['Write three lines.', 'Third'],
			['Write one line.', 'First'],
		] as const) {
			await spine.fixture.save(prompt(text));
			const { release } = await spine.fixture.prepare({ title });
			expect([text, await cooled(release)]).toEqual([text, 'unknown']);
			spine.fixture.clock.at += 3 * 60 * minute;
			expect(await cooled(release)).toBe('pass');
		}
	});

	test('gains nothing by a clock that went back: nobody knows since when', async () => {
		await setPolicy(spine.fixture.ports, SUBJECT, 'quiet-content-delivery', alone, 'x');
		await spine.fixture.save(prompt('Write one line.'));
		const { release } = await spine.fixture.prepare();
		spine.fixture.clock.at -= 3 * 60 * minute;
		expect(await cooled(release)).toBe('unknown');
	});
});

test('a hotfix is asked for the same checks and the same approvals, however many there were before', async () => {
	await spine.fixture.save(configure({ every: 'P3D' }));
	const regular = await spine.fixture.prepare({ title: 'Regular' });
	const asked = async (release: string) =>
		(await decide(release)).checks
			.filter(({ status }) => status === 'unknown')
			.map(({ id }) => id)
			.sort();
	const wanted = await asked(regular.release);
	await promoteRelease(spine.fixture.ports, regular.release, 'closed', 'test');
	for (const title of ['One', 'Two', 'Three']) {
		later();
		const hotfix = await spine.fixture.prepare({ title, kind: 'hotfix', purpose: 'restore-delivery' });
		expect(await asked(hotfix.release)).toEqual(wanted);
		await promoteRelease(spine.fixture.ports, hotfix.release, 'closed', 'test');
	}
	expect(wanted).toContain('approval-by-class');
});
