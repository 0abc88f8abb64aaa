import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { dueItems, ledger, OWN, ownUserFolder, single } from '../kit/spine';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([]);
});
afterEach(async () => await home.remove());

const run = async (parameters: object) =>
	await runWorkflow(single({ type: `${OWN}.release`, parameters: { resource: 'desk', ...parameters } }), {
		triggerItems: [{ json: {} }],
	});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

describe('the desk on the canvas', () => {
	it('gives the page, the headline and the statuses, and writes nothing', async () => {
		const books = await ledger();
		await books.spines.pause('content', 'a <b>look</b>', 'ada');
		const before = await books.desk.newest({ limit: 100, within: 100 });
		const shown = await run({
			operation: 'showDesk',
			links: { approve: '', act: 'https://n8n.example/form/act' },
		});
		expect(shown.error).toBeUndefined();
		const [record] = shown.json('Node');
		expect(record).toMatchObject({
			sentence: 'Nothing is wrong. 1 thing waits for somebody.',
			well: false,
			alarms: [{ id: 'paused', level: 'warning', spine: 'content' }],
			spines: [{ spine: 'content', state: 'paused', published: 'nothing-released' }],
		});
		const page = textOf(record?.page);
		expect(page).toContain('a &lt;b&gt;look&lt;/b&gt;');
		expect(page).toContain('href="https://n8n.example/form/act?spine=content&amp;action=Resume"');
		expect(await books.desk.newest({ limit: 100, within: 100 })).toEqual(before);
	});

	it('leads nowhere by an address that is none', async () => {
		const books = await ledger();
		await books.spines.pause('content', 'x', 'ada');
		const page = textOf(
			(await run({ operation: 'showDesk', links: { act: 'javascript:alert(1)' } })).json('Node')[0]?.page,
		);
		expect(page).not.toContain('javascript:');
	});

	it('searches for what it is asked', async () => {
		const page = textOf((await run({ operation: 'showDesk', search: 'nobody-1' })).json('Node')[0]?.page);
		expect(page).toContain('No delivery was found for “nobody-1”.');
	});

	it('gives the figures as text', async () => {
		const [record] = (await run({ operation: 'metrics' })).json('Node');
		expect(textOf(record?.metrics)).toContain('release_gate_spine_state{spine="content",state="live"} 1');
		expect(record?.contentType).toContain('version=0.0.4');
	});
});
