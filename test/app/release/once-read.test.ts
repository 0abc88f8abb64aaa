import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { evaluateStored, openRelease } from '../../../app/release';
import { plain } from '../../../core/delivery/json';
import { manifestFor, preset } from '../../support/release';
import { serviceFixture, SUBJECT, type ServiceFixture } from '../../support/release-service';

let fixture: ServiceFixture;
beforeEach(async () => (fixture = await serviceFixture()));
afterEach(async () => await fixture.close());

/**
 * A release that asks all there is to ask of the others: whose place it takes (it has a workflow), what hotfixes owe, who
 * added what it takes away, and how many shipped (no slot has closed, and no look has measured a budget).
 */
async function openCurious(): Promise<string> {
	const manifest = manifestFor(preset('quiet-content-delivery'), {
		workflow: { id: 'w', version: 'v2', with: [] },
	});
	for (const id of ['r-0', 'r-1']) await openRelease(fixture.ports, { ...manifest, id }, 'test');
	const [record = null] = await fixture.ledger.records.get('release', ['r-1']);
	if (record === null) throw new Error('no release');
	const migration = {
		hash: manifest.artifacts.sql ?? '',
		expands: [],
		fills: [],
		contracts: [{ of: 'column', name: 'users.email', how: 'dropped', line: 1 }],
	};
	const { kind, id, spine, parent, revision } = record;
	await fixture.ledger.records.write(
		[{ kind, id, spine, parent, body: plain({ ...record.body, migration }), expectedRevision: revision }],
		[],
	);
	return id;
}

test('the releases of a spine are read once for each evaluation, whatever is asked of them', async () => {
	const release = await openCurious();
	const list = jest.spyOn(fixture.ledger.records, 'list');
	const { decision } = await evaluateStored(fixture.ports, release, {}, 'test');
	expect(decision.checks.map(({ id }) => id)).toContain('hotfix-debt');
	expect(list.mock.calls.map(([query]) => query).filter(({ kind }) => kind === 'release')).toEqual([
		expect.objectContaining({ spine: SUBJECT, before: undefined }),
	]);
});
