import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import {
	claim,
	commit,
	confirm,
	dueItems,
	ledger,
	OWN,
	ownUserFolder,
	send,
	single,
	workflow,
} from '../kit/spine';

const person = '150829384756';
const erase = (parameters: object) =>
	single({
		type: `${OWN}.release`,
		parameters: { resource: 'ledger', operation: 'erase', recipient: person, ...parameters },
	});

let home: ReturnType<typeof ownUserFolder>;
beforeEach(() => {
	home = ownUserFolder();
});
afterEach(async () => await home.remove());

/** Serves the recipients from their claim to their commit. */
async function serve(recipients: readonly string[]): Promise<void> {
	const items = await dueItems(recipients);
	const start = { type: 'n8n-nodes-base.code', typeVersion: 2 };
	const run = await runWorkflow(
		workflow(
			{
				Due: { ...start, parameters: { jsCode: `return ${JSON.stringify(items)}` } },
				Claim: claim,
				Confirm: confirm,
				Send: send,
				Commit: commit,
			},
			[
				['Start', 'Due'],
				['Due', 'Claim'],
				['Claim', 'Confirm', 1],
				['Confirm', 'Send', 1],
				['Send', 'Commit'],
			],
		),
	);
	if (run.error !== undefined) throw run.error;
}

describe('Erase Recipient', () => {
	it('leaves nothing of the person in the ledger’s file, says what it did, and says so again', async () => {
		await serve([person, '150829384757']);
		const kept = (): string => {
			const folder = join(home.folder, '.n8n');
			return readdirSync(folder)
				.map((name) => readFileSync(join(folder, name), 'utf8'))
				.join('');
		};
		expect(kept()).toContain(person);
		const run = await runWorkflow(erase({ alsoKnownAs: 'Anna Lindqvist' }));
		expect(run.error).toBeUndefined();
		expect(run.json('Node')).toMatchObject([
			{
				status: 'erased',
				deliveries: 1,
				inputs: 1,
				remains: 'rebuilt',
				sentence: expect.stringContaining('come back as a new recipient'),
			},
		]);
		expect(kept()).not.toContain(person);
		expect(kept()).toContain('150829384757');
		expect(await (await ledger()).events.verify()).toMatchObject({ status: 'intact' });
		const again = await runWorkflow(erase({}));
		expect(again.json('Node')).toMatchObject([
			{ status: 'erased before', sentence: expect.stringMatching(/^The recipient was erased at 20/) },
		]);
	});

	it('says what is wrong with an id that nobody has, and with none', async () => {
		await serve([person]);
		const unknown = await runWorkflow(erase({ recipient: '9' }));
		expect(unknown.error?.message).toBe('The ledger has nothing of this recipient.');
		expect(unknown.error?.description).toContain('Check the id');
		const empty = await runWorkflow(erase({ recipient: '={{ "" }}' }));
		expect(empty.error?.message).toContain('recipient');
	});

	it('is refused while a delivery is claimed, with the time', async () => {
		const [item] = await dueItems([person]);
		const books = await ledger();
		const { spine, slot } = item?.json['delivery'] as { spine: string; slot: string };
		await books.deliveries.claim([{ ref: { spine, space: 'live', slot, recipient: person } }], 'test');
		const run = await runWorkflow(erase({}));
		expect(run.error?.message).toMatch(/claimed or being sent until 20/);
		expect(run.error?.description).toContain('Nothing was changed');
	});
});
