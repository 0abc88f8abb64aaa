import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { envelopeOf } from '../../../core/delivery/envelope';
import { type Batch, batchJson, readBatch } from '../../../nodes/kit/batch';

const batch = (recipients: readonly string[]): Batch => ({
	members: recipients.map((recipient, at) => ({
		envelope: {
			...envelopeOf({ spine: 'content', space: 'live', slot: '2026-12-01', recipient }),
			token: at + 1,
		},
		...(at % 2 === 0 ? { assetId: `a-${at}` } : {}),
		frozen: { count: String(at) },
	})),
	messages: recipients.map((recipient) => ({ To: `${recipient}@example.com` })),
});

const recipients = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,12}$/), { minLength: 1, maxLength: 20 });

/** As n8n keeps it. */
const kept = (json: IDataObject): IDataObject => JSON.parse(JSON.stringify(json)) as IDataObject;

describe('an item that stands for several deliveries', () => {
	it('is read as it was written', () => {
		fc.assert(
			fc.property(recipients, (list) => expect(readBatch(kept(batchJson(batch(list))))).toEqual(batch(list))),
		);
	});

	const json = () =>
		kept(batchJson(batch(['1', '2']))) as {
			deliveries: { delivery: IDataObject }[];
			messages: IDataObject[];
		};
	it.each<readonly [string, (of: ReturnType<typeof json>) => unknown]>([
		['a message less', (of) => of.messages.pop()],
		['a delivery less', (of) => of.deliveries.pop()],
		['a delivery twice', (of) => (of.deliveries[1] = of.deliveries[0] as never)],
		['a delivery without its token', (of) => delete of.deliveries[0]?.delivery['token']],
		['a delivery whose key is another’s', (of) => (of.deliveries[0]!.delivery['recipient'] = '3')],
		['a rehearsal', (of) => Object.assign(of.deliveries[0]!.delivery, { mode: 'dry-run', run: 'x' })],
		['nothing', (of) => (of.deliveries = of.messages = [])],
		['a text for its messages', (of) => (of.messages = 'x' as never)],
	])('is none with %s', (_what, change) => {
		const changed = json();
		change(changed);
		expect(readBatch(changed as unknown as IDataObject)).toBeUndefined();
	});
});
