import { expect, it } from '@jest/globals';
import { applyRelease } from '../../../app/snapshot/apply';
import { capture, idSource } from '../../../app/snapshot/capture';
import { eraseContacts } from '../../../app/snapshot/erase';
import { restoreRelease } from '../../../app/snapshot/restore';
import { completeSnapshot } from '../../../app/snapshot/store';
import { chunkOf } from '../../../app/snapshot/kinds/values/chunks';
import { bytesCodec } from '../../../adapters/crypto/bytes';
import { parseChanges } from '../../../core/snapshot/changes';
import { slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { accountDirectory, freshAccount, memoryLedger, portsOf } from './fixture';

it.each([undefined, 'a key for this ledger'])(
	'takes a contact out of snapshots and of what a release wrote down, and restores the others (key: %s)',
	async (key) => {
		const clock = { at: slotOpens };
		const account = freshAccount(clock);
		const { ledger, close } = await memoryLedger(clock);
		const ids = Array.from({ length: 3 }, (_, at) =>
			account.create({ email: `c${at}@example.test`, cc_profile_topic: 'gardens' }),
		).map(({ id }) => id);
		const [person = '', second = ''] = ids;
		const ports = { ...portsOf(ledger, accountDirectory(account), null, clock), codec: bytesCodec(key) };
		await ledger.spines.configure(testSettings('content'), 'test');
		const scope = { properties: ['cc_profile_topic'], definitions: false, workflows: [], spine: 'content' };
		for (const [id, release] of [
			['before', 'r1'],
			['again', 'r2'],
		] as const)
			await capture(ports, { id, release, scope, contacts: idSource(ids) });
		const changes = parseChanges({
			rewrites: [{ property: 'cc_profile_topic', from: 'gardens', to: 'houses' }],
		});
		await applyRelease(ports, 'r1', 'before', changes);

		expect(await eraseContacts(ports, [person])).toEqual({ chunks: 2, journals: 1 });
		expect(await eraseContacts(ports, [person])).toEqual({ chunks: 0, journals: 0 });
		for (const id of ['before', 'again']) {
			const snapshot = await completeSnapshot(ports, id);
			expect((await chunkOf(ports, snapshot, 0)).map((contact) => contact.id)).toEqual(ids.slice(1));
		}
		const rollback = await restoreRelease(ports, 'r1', { target: null });
		expect(rollback.report).toMatchObject({ values: { restored: 2 }, unproven: [] });
		const topic = (id: string): unknown =>
			account.value(account.contacts.get(id) as never, 'cc_profile_topic');
		expect([topic(person), topic(second)]).toEqual(['houses', 'gardens']);
		expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		await close();
	},
);
