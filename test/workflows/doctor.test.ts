import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSlots } from '../../cli/setup/package-files';
import { lastExamination } from '../../app/doctor';
import { runWorkflow, type WorkflowJson } from '../../testbed/engine/n8n';
import { type PlayedApi, startPlayedApi } from '../../testbed/setup/played-api';
import { PlayedN8n } from '../../testbed/setup/played-n8n';
import { ledger, ownUserFolder } from '../nodes/kit/spine';
import { readTemplate } from './template';

/** The vendors of one morning: OpenAI's list of models, and the team's channel. */
interface Morning {
	readonly alerts: string[];
	models: { readonly status: number; readonly body: object };
	takes: boolean;
}

let home: ReturnType<typeof ownUserFolder>;
let n8n: PlayedN8n;
let api: PlayedApi;
let vendors: Server;
let at: string;
let morning: Morning;
beforeEach(async () => {
	home = ownUserFolder();
	n8n = new PlayedN8n(readSlots());
	api = await startPlayedApi(n8n);
	morning = { alerts: [], models: { status: 200, body: { object: 'list', data: [] } }, takes: true };
	vendors = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			if (request.url === '/models') {
				response.statusCode = morning.models.status;
				response.end(JSON.stringify(morning.models.body));
				return;
			}
			morning.alerts.push((JSON.parse(body) as { text: string }).text);
			response.end(JSON.stringify({ ok: morning.takes }));
		});
	});
	await new Promise<void>((resolve) => vendors.listen(0, '127.0.0.1', resolve));
	at = `http://127.0.0.1:${(vendors.address() as AddressInfo).port}`;
});
afterEach(async () => {
	vendors.closeAllConnections();
	await new Promise((resolve) => vendors.close(resolve));
	await api.close();
	await home.remove();
});

const ASK = 'Ask OpenAI for Models';

const shipped = () => structuredClone(readTemplate('doctor.json')) as unknown as WorkflowJson;

const run = async (apiKey = api.apiKey, template = shipped()) =>
	await runWorkflow(template, {
		credentials: {
			releaseGateN8nApi: { baseUrl: api.url, apiKey },
			slackApi: { accessToken: 'x' },
			openAiApi: { apiKey: 'sk' },
		},
		nodeOverrides: {
			...(template.nodes.some(({ name }) => name === ASK) && {
				[ASK]: { parameters: { authentication: 'none', url: `${at}/models` } },
			}),
			'Alert the Team': { parameters: { authentication: 'none', url: `${at}/alert` } },
		},
	});

/** Somebody published a workflow whose error workflow is gone. */
async function breakIt(model = ''): Promise<void> {
	const nodes = [
		{
			name: 'Set Config',
			type: 'n8n-nodes-base.set',
			parameters: { assignments: { assignments: [{ name: 'model', value: model }] } },
		},
	];
	const settings = { errorWorkflow: model === '' ? 'gone0000gone0000' : '' };
	await n8n.publish(await n8n.create({ name: 'Orders', nodes, connections: {}, settings }));
}

describe('doctor.json', () => {
	it('is silent where all is well, and the desk knows that it looked', async () => {
		expect((await run()).error).toBeUndefined();
		expect(morning.alerts).toEqual([]);
		const kept = await lastExamination({ ledger: await ledger() });
		expect(kept?.findings.filter(({ level }) => level === 'trouble')).toEqual([]);
		expect(kept?.passed).toContain('model-retires');
	});

	it('tells the team each trouble with its mend, in one message', async () => {
		await breakIt();
		expect((await run()).error).toBeUndefined();
		expect(morning.alerts).toEqual([
			'Found on the installation: 1.\n- The error workflow of "Orders" is gone. Publish the error workflow, or choose another in the settings.',
		]);
	});

	it('knows from OpenAI which model is shut down soon', async () => {
		const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
		morning.models = { status: 200, body: { object: 'list', data: [{ id: 'gpt-5', shutdown_date: day }] } };
		await breakIt('gpt-5');
		await run();
		expect(morning.alerts.join()).toMatch(/The model gpt-5 of "Orders" retires in \d+ days/);
	});

	it('says what it could not look at, and looks at the rest', async () => {
		morning.models = { status: 401, body: { error: { message: 'Incorrect API key provided' } } };
		await breakIt();
		await run();
		expect(morning.alerts[0]).toContain('The error workflow of "Orders" is gone.');
		expect(morning.alerts[0]).toContain('Not looked at: models that are asked stay for 60 days.');
	});

	it('leaves models out, and tells nobody of it, where its node is deleted and Models is empty', async () => {
		const template = shipped();
		const { [ASK]: next, ...others } = template.connections as Record<string, object>;
		const without: WorkflowJson = {
			...template,
			nodes: template.nodes
				.filter(({ name }) => name !== ASK)
				.map((node) =>
					node.name === 'Check Installation'
						? { ...node, parameters: { ...node.parameters, models: '' } }
						: node,
				),
			connections: { ...others, 'Set Config': next },
		};
		expect((await run(api.apiKey, without)).error).toBeUndefined();
		expect(morning.alerts).toEqual([]);
		expect((await lastExamination({ ledger: await ledger() }))?.unseen).toContain('model-retires');
	});

	it('tells the team when n8n lets nobody look', async () => {
		expect((await run('a key that was revoked')).error).toBeUndefined();
		expect(morning.alerts.join()).toMatch(/could not be looked at: n8n refused to .* \(401/);
	});

	it('fails where the channel refuses the message', async () => {
		morning.takes = false;
		await breakIt();
		expect((await run()).error?.message).toContain('The alert reached nobody');
	});
});
