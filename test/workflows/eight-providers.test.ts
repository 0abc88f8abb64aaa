import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';
import { providers } from '../../adapters/providers/registry';
import type { DeliveryState } from '../../core/delivery/types';
import type { CredentialData } from '../../testbed/engine/n8n-credentials';
import { type SenderName, startSender } from '../../testbed/standins/senders';
import type { Settled } from '../../scenarios/vendors/page';
import { createSpineFixture, SPINE, type SpineFixture } from './fixture';
import { nodes, openMailServer } from './provider-nodes';

const found: Settled[] = [];

/** For `npm run docs:vendors`: what was found, for the record. */
afterAll(() => {
	const folder = process.env['RELEASE_GATE_TRIED'];
	if (folder) writeFileSync(join(folder, 'settled.json'), `${JSON.stringify(found, null, '\t')}\n`);
});

let fixture: SpineFixture;
let close: () => Promise<void> = async () => undefined;
beforeEach(async () => {
	fixture = await createSpineFixture(10);
});
afterEach(async () => {
	await close();
	await fixture.close();
});

/** A provider that stands ready. */
interface Opened {
	readonly overrides: Partial<INode>;
	readonly credentials: CredentialData;
	readonly lose: () => void;
	readonly addresses: () => readonly string[];
}

/** The node that sends through a provider, the addresses it mailed, and a way to lose its next answer. */
async function open(provider: string): Promise<Opened> {
	if (provider === 'postmark') {
		const { admin } = fixture.standIns.postmark;
		close = async () => undefined;
		return {
			overrides: {},
			credentials: {},
			lose: () => admin.fault('reset-after', { times: 1 }),
			addresses: () => admin.received().map(({ to }) => to),
		};
	}
	if (provider === 'smtp') {
		const refuse = { lost: 0 };
		const server = await openMailServer(refuse);
		close = server.close;
		return {
			overrides: server.node,
			credentials: server.credentials,
			lose: () => void (refuse.lost = 1),
			addresses: () => server.taken,
		};
	}
	const sender = await startSender(provider as SenderName);
	close = async () => await sender.close();
	return {
		overrides: { parameters: nodes[provider as SenderName](sender.url) as never },
		credentials: { httpHeaderAuth: { name: 'Authorization', value: 'Bearer stand-in' } },
		lose: () => sender.admin.fault('lost-answer', { times: 1 }),
		addresses: () => sender.admin.received().map(({ to }) => to),
	};
}

const count = async (state: DeliveryState): Promise<number> =>
	(await fixture.ledger.deliveries.list({ spine: SPINE, states: [state], limit: 100 })).length;

async function play(provider: string, policy: Settled['policy']): Promise<Settled> {
	await fixture.configure({ provider, inDoubt: policy });
	const { overrides, credentials, lose, addresses } = await open(provider);
	const commit = { typeVersion: 2, parameters: { operation: 'commit', provider, assetIdField: 'id' } };
	const tick = async () =>
		await fixture.runTemplate('content-delivery-spine.json', {
			startNode: 'Check Every 15 Minutes',
			nodeOverrides: { 'Send Email': overrides, 'Commit Delivery': commit },
			credentials: { ...fixture.credentials, ...credentials },
		});
	lose();
	await tick();
	const inDoubt = await count('in-doubt');
	const reconciled = await fixture.runTemplate('reconcile.json');
	await tick();
	await fixture.runTemplate('reconcile.json');
	await tick();
	const mailed = new Map<string, number>();
	for (const address of addresses()) mailed.set(address, (mailed.get(address) ?? 0) + 1);
	const answered = reconciled.json('Settle by Answer', 1).length > 0;
	return {
		provider,
		policy,
		contacts: fixture.standIns.story?.eligible.length ?? 0,
		emails: addresses().length,
		most: Math.max(...mailed.values()),
		inDoubt,
		asked: reconciled.items('Ask Postmark').length,
		by: answered
			? 'its search'
			: (await count('in-doubt')) === 0
				? 'the policy'
				: 'nobody: it waits for a person',
	};
}

describe.each(providers.map(({ id }) => id))('the spine through %s, one answer lost', (provider) => {
	it.each(['assume-delivered', 'wait-for-a-person'] as const)('%s: one email each', async (policy) => {
		const settled = await play(provider, policy);
		found.push(settled);
		const { contacts } = settled;
		expect(contacts).toBeGreaterThan(3);
		expect(settled).toEqual({
			...{ provider, policy, contacts, emails: contacts, most: 1, inDoubt: 1 },
			asked: provider === 'postmark' ? 1 : 0,
			by:
				provider === 'postmark'
					? 'its search'
					: policy === 'assume-delivered'
						? 'the policy'
						: 'nobody: it waits for a person',
		});
	});
});
