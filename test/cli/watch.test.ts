import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/cli';

const minute = 60_000;
let server: Server;
let folder: string;
let url: string;
let asked: string[];
let workflows: object[];
let executions: object[];
let status: number;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'cli-watch-'));
	writeFileSync(join(folder, 'key'), 'secret-key\n');
	[asked, workflows, executions, status] = [[], [], [], 200];
	server = createServer((request, response) => {
		asked.push(`${request.headers['x-n8n-api-key'] as string} ${request.url}`);
		response.statusCode = status;
		response.setHeader('content-type', 'application/json');
		const data = request.url?.includes('/executions') ? executions : workflows;
		response.end(JSON.stringify({ data, nextCursor: null }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
	await new Promise((resolve) => server.close(resolve));
	rmSync(folder, { recursive: true, force: true });
});

const watch = (...more: string[]) =>
	runCommand('watch', '--n8n', url, '--api-key-file', join(folder, 'key'), ...more);

const iso = (ago: number): string => new Date(Date.now() - ago).toISOString();

/** A workflow as n8n's public API lists it: the draft, and the version that is published. */
const workflow = (changes: object = {}) => ({
	id: 'w1',
	name: 'Nightly <job>',
	active: true,
	nodes: [],
	activeVersion: {
		nodes: [
			{
				type: 'n8n-nodes-base.scheduleTrigger',
				parameters: { rule: { interval: [{ field: 'minutes', minutesInterval: 5 }] } },
			},
		],
	},
	settings: {},
	tags: [],
	updatedAt: iso(600 * minute),
	...changes,
});
const run = (ago: number, state = 'success', mode = 'trigger') => ({
	mode,
	status: state,
	startedAt: iso(ago),
	stoppedAt: state === 'running' ? null : iso(ago - 2_000),
});

describe('watch', () => {
	it('ends with 0 when everything ran when it should, and beats', async () => {
		workflows = [workflow(), workflow({ id: 'w2', name: 'Webhook', activeVersion: { nodes: [] } })];
		executions = [run(2 * minute), run(7 * minute)];
		const { code, out } = await watch('--heartbeat', `${url}/beat`);
		expect([code, out]).toEqual([0, '1 workflow is watched; 0 are wrong.\n']);
		expect(asked.at(-1)).toBe('undefined /beat');
		expect(asked[0]).toContain('secret-key /api/v1/workflows?active=true');
	});

	it('ends with 1 and a sentence when a schedule died, and does not beat; a run by hand is none', async () => {
		workflows = [workflow()];
		executions = [run(1 * minute, 'success', 'manual'), run(40 * minute)];
		const { code, out } = await watch('--heartbeat', `${url}/beat`);
		expect(code).toBe(1);
		expect(out).toMatch(/^Wrong: Nightly <job> should have run by .* and it did not start\./);
		expect(out).not.toContain('secret-key');
		expect(asked.some((one) => one.includes('/beat'))).toBe(false);
	});

	it('goes by a tag, and says what it cannot see', async () => {
		const bare = { activeVersion: { nodes: [] } };
		workflows = [
			workflow({ ...bare, tags: [{ name: 'every:PT10M' }] }),
			workflow({ id: 'w2', name: 'Unseen', settings: { saveDataSuccessExecution: 'none' } }),
			workflow({
				id: 'w3',
				name: 'By expression',
				activeVersion: {
					nodes: [
						{
							type: 'n8n-nodes-base.scheduleTrigger',
							parameters: {
								rule: { interval: [{ field: 'minutes', minutesInterval: '={{ $vars.every }}' }] },
							},
						},
					],
				},
			}),
		];
		executions = [run(30 * minute)];
		const { code, out } = await watch();
		expect(code).toBe(1);
		expect(out).toContain('Look: Nobody can tell whether Unseen runs');
		expect(out).toContain('Look: Nobody can tell when By expression should run');
		expect(out).toContain('Wrong: Nightly <job> should have run by');
	});

	it('calls an n8n that refuses or does not answer wrong, and what cannot be used unusable', async () => {
		status = 401;
		expect(await watch()).toMatchObject({ code: 1, out: expect.stringContaining('Wrong: ') });
		const dead = ['watch', '--n8n', 'http://127.0.0.1:9', '--api-key-file', join(folder, 'key')];
		expect(await runCommand(...dead)).toMatchObject({ code: 1, out: expect.stringContaining('127.0.0.1:9') });
		const missing = await runCommand('watch', '--n8n', url, '--api-key-file', join(folder, 'none'));
		expect(missing.code).toBe(2);
	});

	it('prints JSON', async () => {
		workflows = [workflow()];
		executions = [run(2 * minute)];
		const { out } = await watch('--json');
		expect(JSON.parse(out)).toMatchObject({ watched: 1, findings: [] });
	});
});
