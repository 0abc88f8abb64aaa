import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runWorkflow, type WorkflowJson } from '../../testbed/engine/n8n';
import { spine } from '../../testbed/audit/spine';
import { readTemplate } from './template';

/** Runs the template against a stand-in of the instance and of the team's channel. */
async function night(
	workflows: readonly object[],
): Promise<{ alerts: { channel: string; text: string }[]; error?: Error }> {
	const alerts: { channel: string; text: string }[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			if (request.method === 'POST') alerts.push(JSON.parse(body) as { channel: string; text: string });
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify(request.method === 'POST' ? { ok: true } : { data: workflows, nextCursor: null }),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const template = structuredClone(readTemplate('nightly-audit.json')) as unknown as WorkflowJson;
		const run = await runWorkflow(template, {
			credentials: {
				releaseGateN8nApi: { baseUrl: `${base}/api/v1`, apiKey: 'k' },
				slackApi: { accessToken: 'x' },
			},
			nodeOverrides: {
				'Alert the Team': {
					parameters: { authentication: 'none', url: `${base}/alert` },
				},
			},
		});
		return { alerts, error: run.error };
	} finally {
		await new Promise((resolve) => server.close(resolve));
	}
}

describe('nightly-audit.json', () => {
	it('tells the team which workflow is refuted, the path and the mend', async () => {
		const bad = { ...spine(), id: 'bad', name: 'Bad spine' };
		bad.connections['Route deliveries']?.main[1]?.push({ node: 'Send email', type: 'main', index: 0 });
		const { alerts, error } = await night([bad]);
		expect(error).toBeUndefined();
		expect(alerts).toHaveLength(1);
		expect(alerts[0]?.channel).toBe('#deliveries-internal');
		expect(alerts[0]?.text).toContain('The nightly audit refuted 1 workflows.');
		expect(alerts[0]?.text).toContain('Bad spine');
	});

	it('says nothing when everything is proven', async () => {
		const proven = readTemplate('content-delivery-spine.json');
		const { alerts, error } = await night([{ ...proven, id: 'spine' }]);
		expect(error).toBeUndefined();
		expect(alerts).toEqual([]);
	});
});
