import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordReleased } from '../../app/release';
import { runCli } from '../../cli';
import { fingerprintOf, parseWorkflow } from '../../core/audit';
import { closeLedgers, ledgerAt } from '../../nodes/kit/ledger';
import { sparseOf } from '../../nodes/kit/node-knowledge';
import { LazyNodeTypes, runWorkflow, type WorkflowJson } from '../../testbed/engine/n8n';
import { spine } from '../../testbed/audit/spine';
import { SPINE, spineSettings } from './fixture';
import { readTemplate } from './template';

/** Runs the template against a stand-in of the instance and of the team's channel. */
async function night(
	workflows: readonly object[],
	ledger: object = { store: 'sqlite', file: ':memory:' },
	keeper: { readonly status: number; readonly url?: string } | null = null,
): Promise<{ alerts: { channel: string; text: string }[]; heads: string[]; error?: Error }> {
	const alerts: { channel: string; text: string }[] = [];
	const heads: string[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			if (request.url === '/alert') alerts.push(JSON.parse(body) as { channel: string; text: string });
			if (request.url === '/heads') {
				heads.push(body);
				response.statusCode = keeper?.status ?? 500;
			}
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
		const config = template.nodes.find(({ name }) => name === 'Set Config')?.parameters as unknown as {
			assignments: { assignments: { name: string; value: string }[] };
		};
		const headUrl = config.assignments.assignments.find(({ name }) => name === 'headUrl');
		if (headUrl && keeper !== null) headUrl.value = keeper.url ?? `${base}/heads`;
		const run = await runWorkflow(template, {
			credentials: {
				releaseGateN8nApi: { baseUrl: `${base}/api/v1`, apiKey: 'k' },
				slackApi: { accessToken: 'x' },
				releaseGateLedgerApi: ledger as never,
			},
			nodeOverrides: {
				'Alert the Team': {
					parameters: { authentication: 'none', url: `${base}/alert` },
				},
			},
		});
		return { alerts, heads, error: run.error };
	} finally {
		await new Promise((resolve) => server.close(resolve));
	}
}

describe('nightly-audit.json', () => {
	it('tells the team what is published of a spine that was not released', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'nightly-'));
		try {
			const file = join(folder, 'ledger.sqlite');
			const ledger = await ledgerAt({ store: 'sqlite', file });
			await ledger.spines.configure(spineSettings(), 'test');
			const released = readTemplate('content-delivery-spine.json');
			const workflow = parseWorkflow({ ...released, id: 'spine' }, 'released');
			await recordReleased(
				{ ledger, now: Date.now },
				SPINE,
				{
					release: 'r-1',
					workflow: 'spine',
					version: 'v1',
					workflows: { spine: fingerprintOf(workflow, sparseOf(new LazyNodeTypes())) },
					at: Date.now(),
					by: 'test',
				},
				null,
			);
			const runs = { ...released, id: 'spine', active: true };
			const store = { store: 'sqlite', file };
			expect((await night([runs], store)).alerts).toEqual([]);
			const nodes = released.nodes.map((node) =>
				node.name === 'Send Email' ? { ...node, alwaysOutputData: true } : node,
			);
			const { alerts, error } = await night([{ ...runs, nodes }], store);
			expect(error).toBeUndefined();
			expect(alerts[0]?.text).toContain('not what was released: node Send Email differs');
		} finally {
			await closeLedgers();
			rmSync(folder, { recursive: true, force: true });
		}
	});

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

	describe('keeps the head of the chain outside', () => {
		const kept = { status: 200 };
		let folder: string;
		let store: { store: 'sqlite'; file: string; signingSecret: string };
		const opened = () => ledgerAt({ store: 'sqlite', file: store.file, signingKey: store.signingSecret });
		beforeEach(async () => {
			folder = mkdtempSync(join(tmpdir(), 'nightly-'));
			store = {
				store: 'sqlite',
				file: join(folder, 'ledger.sqlite'),
				signingSecret: 'a key that signs the chain',
			};
			await (await opened()).spines.configure(spineSettings(), 'test');
		});
		afterEach(async () => {
			await closeLedgers();
			rmSync(folder, { recursive: true, force: true });
		});

		it('only where an address is given', async () => {
			expect(await night([], store)).toMatchObject({ heads: [], error: undefined });
			const { heads, error } = await night([], store, kept);
			expect(error).toBeUndefined();
			expect(heads.map((head) => Object.keys(JSON.parse(head) as object).sort())).toEqual([
				['at', 'hash', 'position', 'signature'],
			]);
		});

		it('as it was sent, for verify --against: a chain that is rewritten later does not run through it', async () => {
			const {
				heads: [head = ''],
			} = await night([], store, kept);
			const file = join(folder, 'head.json');
			writeFileSync(file, head);
			const verify = async (): Promise<{ status: string; explanation?: string }> => {
				const out: string[] = [];
				const keyFile = join(folder, 'key');
				writeFileSync(keyFile, store.signingSecret);
				const named = ['verify', '--sqlite', store.file, '--signing-key', keyFile, '--against', file];
				await runCli(named, { out: (text) => void out.push(text), err: (text) => void out.push(text) });
				return JSON.parse(out.join('')) as { status: string; explanation?: string };
			};
			await closeLedgers();
			expect(await verify()).toMatchObject({ status: 'intact' });
			// Somebody who has the signing key, too, begins the ledger anew and tells another story.
			for (const name of readdirSync(folder))
				if (name.startsWith('ledger.sqlite')) rmSync(join(folder, name));
			await (await opened()).spines.configure({ ...spineSettings(), mode: 'live' }, 'somebody');
			await (await opened()).events.seal();
			await closeLedgers();
			expect(await verify()).toMatchObject({ status: 'broken' });
		});

		it('and fails where it is not taken, after the team was told of the night', async () => {
			const bad = { ...spine(), id: 'bad', name: 'Bad spine' };
			bad.connections['Route deliveries']?.main[1]?.push({ node: 'Send email', type: 'main', index: 0 });
			const { alerts, heads, error } = await night([bad], store, { status: 403 });
			expect([alerts.length, heads.length]).toEqual([1, 1]);
			expect(error?.message).toContain('Forbidden');
		});

		it('and names an address that is none', async () => {
			const { error } = await night([], store, { status: 200, url: 'heads.example.com' });
			expect(error?.message).toContain('Invalid URL: heads.example.com');
		});
	});
});
