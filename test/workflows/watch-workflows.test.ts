import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gatherDesk } from '../../app/desk';
import { runWorkflow } from '../../testbed/engine/n8n';
import { ledger, ownUserFolder } from '../nodes/kit/spine';
import { readTemplate } from './template';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 20, 9);

let home: ReturnType<typeof ownUserFolder>;
let server: Server;
let base: string;
let clock: { now: number };
let state: { runs: object[]; status: number; slack: object };
let alerts: { channel: string; text: string }[];
let beats: number;
/** What *Check Workflows* handed on last. */
let checked: { findings: Record<string, unknown>[] } | undefined;

const iso = (at: number): string => new Date(at).toISOString();
const run = (at: number) => ({
	mode: 'trigger',
	status: 'success',
	startedAt: iso(at),
	stoppedAt: iso(at + 2_000),
});

/** A published workflow that runs every hour. */
const hourly = {
	id: 'w1',
	name: 'Nightly <job>',
	active: true,
	activeVersion: {
		nodes: [
			{
				type: 'n8n-nodes-base.scheduleTrigger',
				parameters: { rule: { interval: [{ field: 'hours', hoursInterval: 1, triggerAtMinute: 0 }] } },
			},
		],
	},
	nodes: [],
	settings: {},
	tags: [],
	updatedAt: iso(start - 100 * hour),
};

beforeEach(async () => {
	home = ownUserFolder();
	clock = { now: start };
	jest.spyOn(Date, 'now').mockImplementation(() => clock.now);
	state = { runs: [run(start)], status: 200, slack: { ok: true } };
	[alerts, beats] = [[], 0];
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			if (request.url === '/beat') beats += 1;
			if (request.url === '/alert') alerts.push(JSON.parse(body) as (typeof alerts)[number]);
			const ofApi = request.url?.startsWith('/api/v1') === true;
			response.statusCode = ofApi ? state.status : 200;
			const data = request.url?.includes('/executions') ? state.runs : [hourly];
			response.end(JSON.stringify(request.url === '/alert' ? state.slack : { data, nextCursor: null }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
	jest.restoreAllMocks();
	await new Promise((resolve) => server.close(resolve));
	await home.remove();
});

/** One run of the template at a moment. */
async function look(at: number) {
	clock.now = at;
	const told = alerts.length;
	const beaten = beats;
	const done = await runWorkflow(readTemplate('watch-workflows.json') as never, {
		credentials: {
			releaseGateN8nApi: { baseUrl: base, apiKey: 'k' },
			slackApi: { accessToken: 'x' },
		},
		nodeOverrides: {
			'Set Config': {
				parameters: {
					assignments: {
						assignments: Object.entries({ channel: '#ops', heartbeatUrl: `${base}/beat` }).map(
							([name, value]) => ({ id: name, name, value, type: 'string' }),
						),
					},
				},
			},
			'Alert the Team': { parameters: { authentication: 'none', url: `${base}/alert` } },
		},
	});
	checked = done.runData['Check Workflows']?.[0]?.data?.main?.[0]?.[0]?.json as typeof checked;
	return {
		texts: alerts.slice(told).map(({ text }) => text),
		beat: beats - beaten,
		error: done.error?.message,
	};
}

const desk = async () => await gatherDesk({ ledger: await ledger(), now: () => clock.now, workflows: null });

describe('watch-workflows.json', () => {
	it('says nothing and beats while everything runs when it should', async () => {
		expect(await look(start + 30 * minute)).toEqual({ texts: [], beat: 1, error: undefined });
		expect((await desk()).alarms).toEqual([]);
	});

	it('tells of a schedule that died once, reminds after six hours, and tells when it runs again', async () => {
		const dead = await look(start + 64 * minute);
		expect(dead).toMatchObject({ beat: 0, error: undefined });
		expect(dead.texts).toEqual([
			expect.stringMatching(
				/^1 workflow is watched; 1 is wrong\.\n- Wrong: Nightly &lt;job&gt; should have run by .* and it did not start\. See whether n8n runs/,
			),
		]);
		expect((await desk()).alarms).toMatchObject([{ id: 'workflow-silent', level: 'trouble', spine: null }]);
		expect(await look(start + 69 * minute)).toEqual({ texts: [], beat: 0, error: undefined });
		expect((await look(start + 64 * minute + 6 * hour)).texts).toHaveLength(1);
		const at = start + 8 * hour;
		state.runs = [run(at), ...state.runs];
		const again = await look(at + 5 * minute);
		expect(again.texts).toEqual([
			'1 workflow is watched; none is wrong.\n- Over: Nightly &lt;job&gt; runs again.',
		]);
		expect(again.beat).toBe(1);
		expect((await desk()).alarms).toEqual([]);
	});

	it('tells that n8n does not answer, forgets nothing meanwhile, and does not beat', async () => {
		await look(start + 64 * minute);
		state.status = 401;
		const refused = await look(start + 69 * minute);
		expect(refused.texts).toEqual([expect.stringContaining('could not be looked over: ')]);
		expect(refused.texts[0]).not.toContain('Nightly');
		const fields = ['id', 'level', 'mend', 'name', 'sentence', 'since', 'workflow'];
		expect(checked?.findings.map((one) => Object.keys(one).sort())).toEqual([fields, fields]);
		expect(await look(start + 74 * minute)).toEqual({ texts: [], beat: 0, error: undefined });
		expect((await desk()).alarms.map(({ id }) => id)).toEqual(['workflow-unread', 'workflow-silent']);
		state.status = 200;
		expect((await look(start + 79 * minute)).texts).toEqual([
			expect.stringMatching(/\n- Over: 127\.0\.0\.1:\d+ can be read again\.$/),
		]);
	});

	it('fails and does not beat when the channel takes no message', async () => {
		state.slack = { ok: false, error: 'channel_not_found' };
		const done = await look(start + 64 * minute);
		expect(done.error).toContain('The alert reached nobody');
		expect(done.beat).toBe(0);
	});

	it('is missed on the desk when nobody has looked for two hours', async () => {
		await look(start + 30 * minute);
		clock.now = start + 30 * minute + 2 * hour;
		expect((await desk()).alarms).toMatchObject([
			{
				id: 'watch-silent',
				sentence: expect.stringMatching(
					/^Nobody has looked over the workflows of 127\.0\.0\.1:\d+ for 2 h\.$/,
				),
			},
		]);
	});

	it('says which credential is missing', async () => {
		const done = await runWorkflow(readTemplate('watch-workflows.json') as never, {
			credentials: { slackApi: { accessToken: 'x' } },
		});
		expect(done.error?.message).toContain('No n8n is named whose workflows are to be watched');
	});
});
