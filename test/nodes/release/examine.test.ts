import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSlots } from '../../../cli/setup/package-files';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { type RunOptions, runWorkflow } from '../../../testbed/engine/n8n';
import { type PlayedApi, startPlayedApi } from '../../../testbed/setup/played-api';
import { PlayedN8n } from '../../../testbed/setup/played-n8n';
import { ledger, OWN, ownUserFolder, settings, single } from '../kit/spine';
import { readTemplate } from '../../workflows/template';

let home: ReturnType<typeof ownUserFolder>;
let n8n: PlayedN8n;
let api: PlayedApi;
beforeEach(async () => {
	home = ownUserFolder();
	const books = await ledger();
	const own = { spine: 'content-delivery', mode: 'live' as const };
	await books.spines.configure(parseSpineSettings(settings(own)), 'test');
	n8n = new PlayedN8n(readSlots());
	api = await startPlayedApi(n8n);
});
afterEach(async () => {
	await api.close();
	await home.remove();
});

const run = async (parameters: object = {}, credentials?: RunOptions['credentials']) =>
	await runWorkflow(
		single({
			type: `${OWN}.release`,
			parameters: { resource: 'installation', operation: 'examine', ...parameters },
		}),
		{
			credentials: credentials ?? { releaseGateN8nApi: { baseUrl: api.url, apiKey: api.apiKey } },
			triggerItems: [{ json: {} }],
		},
	);
const desk = async (): Promise<string> => {
	const show = single({ type: `${OWN}.release`, parameters: { resource: 'desk', operation: 'showDesk' } });
	const page = (await runWorkflow(show, { triggerItems: [{ json: {} }] })).json('Node')[0]?.page;
	return typeof page === 'string' ? page : '';
};

describe('a look at the installation from inside n8n', () => {
	it('gives one item for each finding, with what to do', async () => {
		const { error, json } = await run();
		expect(error).toBeUndefined();
		const found = json('Node');
		expect(found).toContainEqual(
			expect.objectContaining({
				id: 'spine-off',
				level: 'trouble',
				where: 'content-delivery',
				sentence: expect.stringContaining('no workflow in service serves it'),
				mend: 'Publish the workflow, or set the spine to dry run.',
				failed: false,
				n8n: new URL(api.url).host,
			}),
		);
		// What the process knows of itself is looked at; the models are, once they are handed in.
		expect(found.filter(({ level }) => level === 'unseen').map(({ where }) => where)).toEqual(['models']);
		const models = { data: [{ id: 'gpt-5', shutdown_date: '2026-12-11' }] };
		const again = (await run({ models: JSON.stringify(models) })).json('Node');
		expect(again.filter(({ level }) => level === 'unseen')).toEqual([]);
	});

	it('is shown on the desk under Health, if it is not to be forgotten', async () => {
		const before = await desk();
		expect(before).toContain('The installation was not looked at');
		await run({ keepForDesk: false });
		expect(await desk()).toContain('The installation was not looked at');
		await run();
		const shown = await desk();
		expect(shown).toContain('Doctor looked');
		expect(shown).toContain('Publish the workflow, or set the spine to dry run.');
	});

	it('changes nothing in n8n', async () => {
		const id = await n8n.create(readTemplate('reconcile.json') as never);
		const before = structuredClone([...n8n.held.workflows]);
		await run();
		expect([...n8n.held.workflows]).toEqual(before);
		expect(n8n.held.workflows.get(id)?.active).toBe(false);
	});

	it('says that no credential is chosen, or what n8n refuses', async () => {
		expect((await run({}, {})).error?.message).toContain('no n8n credential is chosen');
		const wrong = { releaseGateN8nApi: { baseUrl: api.url, apiKey: 'old' } };
		expect((await run({}, wrong)).error?.message).toContain('401');
	});
});
