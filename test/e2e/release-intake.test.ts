import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { Ledger } from '../../app/ledger/api';
import type { ServicePorts } from '../../app/release';
import { buildIfStale } from '../../testbed/build';
import { pipelineHeader, plainCredentials, sandboxCredentials } from '../../testbed/credentials';
import { Instance } from '../../testbed/n8n/instance';
import { isSandboxInstalled, packageRoot } from '../../testbed/n8n/paths';
import { publishWorkflow, saveWorkflow, type WorkflowFile } from '../../testbed/n8n/workflows';
import { openEditor, type Editor } from '../../testbed/browser/browser';
import { testSettings } from '../../testbed/databases/ledgers';
import { manifestFor, preset } from '../support/release';
import { readTemplate } from '../workflows/template';
import { answerAll, artifactsOf } from './intake/answers';
import { openStatusPages, type StatusPages } from '../../testbed/standins/status-pages';
import { engineer, invite, lead, password, type Person } from '../../testbed/n8n/people';

const wanted = process.env.RG_E2E === '1';
if (!wanted || !isSandboxInstalled())
	console.warn(
		`SKIPPED: the intake in a real n8n. ${
			wanted ? 'Install it: node scripts/ensure.mjs --n8n' : 'Set RG_E2E=1 to run it.'
		}`,
	);

const minutes = 60_000;
const firstPort = Number(process.env.RG_INTAKE_PORT ?? 18400);
/** Pictures for the docs, when asked for. */
const pictures = process.env.RG_PICTURES === '1' ? join(packageRoot, 'docs', 'images') : null;
const anchor = new Date(Date.now() - 24 * 60 * minutes).toISOString().slice(0, 16);
const settings = testSettings('content-delivery', {
	cadence: { every: 'P2D', anchor, timeZone: 'UTC' },
});
const documents = ['architecture', 'contracts', 'runbook', 'playbooks'].map((kind) => ({
	kind,
	path: `docs/${kind}.md`,
	sha256: 'd'.repeat(64),
}));

(wanted && isSandboxInstalled() ? describe : describe.skip)('the intake in a real n8n', () => {
	/** What to close, in the order it was opened. */
	const closers: (() => Promise<void>)[] = [];
	let outside: StatusPages;
	let n8n: Instance;
	let ledger: Ledger;
	let ports: ServicePorts;
	let editor: Editor;

	beforeAll(async () => {
		buildIfStale();
		const folder = mkdtempSync(join(tmpdir(), 'rg-intake-'));
		closers.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
		outside = await openStatusPages(firstPort + 2);
		closers.push(() => outside.close());
		n8n = await Instance.boot(
			{ userFolder: folder, port: firstPort, brokerPort: firstPort + 1, packageFolder: packageRoot },
			plainCredentials({ hubspot: outside.url, generator: outside.url }),
		);
		closers.push(() => n8n.stop());
		for (const id of ['gate-readings', 'release-intake']) {
			const template = readTemplate(`${id}.json`) as unknown as WorkflowFile;
			await saveWorkflow(n8n.session, { ...template, id, nodes: template.nodes.map(withPlaces) });
			await publishWorkflow(n8n.session, id);
		}
		ledger = await openSqliteLedger({ file: join(folder, '.n8n', 'release-gate.sqlite'), clock: Date.now });
		closers.push(() => ledger.close());
		ports = { ledger, now: Date.now };
		await ledger.spines.configure(settings, 'test');
		editor = await openEditor(n8n.url, 'light', 1100, 900);
		closers.push(() => editor.close());
		if (pictures !== null) mkdirSync(pictures, { recursive: true });
	}, 6 * minutes);

	afterAll(async () => {
		for (const close of closers.reverse()) await close();
	}, 2 * minutes);

	const withPlaces = (node: WorkflowFile['nodes'][number]): WorkflowFile['nodes'][number] => {
		const parameters = JSON.parse(
			JSON.stringify(node.parameters)
				.replace('https://api.hubapi.com', outside.url)
				.replace(/https:\/\/status\.(\w+?)(app)?\.com\//g, `${outside.url}/status/$1/`),
		) as Record<string, unknown>;
		const { id, name, type } = sandboxCredentials.hubspot;
		const { pipeline } = sandboxCredentials;
		return {
			...node,
			parameters,
			...(node.type.startsWith('n8n-nodes-base.form') ? { webhookId: randomUUID() } : {}),
			...(parameters.nodeCredentialType === type ? { credentials: { [type]: { id, name } } } : {}),
			...(node.type === 'n8n-nodes-base.webhook'
				? { credentials: { [pipeline.type]: { id: pipeline.id, name: pipeline.name } } }
				: {}),
		};
	};

	/** Fills a form as a person would, and gives the text of its last page. */
	async function submit(
		context: Editor['context'],
		path: string,
		values: Readonly<Record<string, string>>,
		name?: string,
	): Promise<string> {
		const page = await context.newPage();
		try {
			await page.goto(`${n8n.url}/form/${path}`);
			// n8n asks each user once whether the form may run as them.
			const consent = page.getByText('Allow access');
			await consent.or(page.getByLabel('Release ID')).first().waitFor({ timeout: 60_000 });
			if (await consent.isVisible()) await consent.click();
			await page.getByLabel('Release ID').first().waitFor({ timeout: 60_000 });
			for (const [label, value] of Object.entries(values)) {
				const field = page.getByLabel(label, { exact: false }).first();
				if ((await field.evaluate((element) => element.tagName)) === 'SELECT')
					await field.selectOption(value);
				else await field.fill(value);
			}
			if (pictures !== null && name !== undefined)
				await page.screenshot({ path: join(pictures, `${name}-form.png`), fullPage: true });
			await page.getByRole('button').last().click();
			await page
				.getByText(/Held|It ships|cannot be opened|not recorded/)
				.first()
				.waitFor({ timeout: 60_000 });
			if (pictures !== null && name !== undefined)
				await page.screenshot({ path: join(pictures, `${name}-answer.png`), fullPage: true });
			return await page.locator('body').innerText();
		} finally {
			await page.close();
		}
	}

	const first = {
		'Release ID': 'warmer-opening-line',
		Title: 'Warmer opening line',
		'Spine or product': 'content-delivery',
		Kind: 'regular',
		'What it touches': 'prompts, email',
		'Who wrote it': 'ann@example.com',
		'How is it recovered?': 'Publish the captured version of the workflow.',
		'Rollback plan': 'Run the rollback template with the snapshot taken before.',
		'Rollback steps': 'pause the spine\npublish the captured version\nresume the spine',
		'What gates it': 'Release Gate, dry run first',
		Artifacts: JSON.stringify(artifactsOf(settings)),
		Documents: JSON.stringify(documents.filter(({ kind }) => kind !== 'playbooks')),
	};
	const mended = {
		...first,
		'How would it fail?': 'The first line reads stiffly; nobody misses a delivery.',
		Documents: JSON.stringify(documents),
	};

	async function signedIn(person: Person): Promise<Editor['context']> {
		await invite(n8n.session, person);
		const { context } = await openEditor(n8n.url, 'light', 1100, 700);
		await context.clearCookies();
		const answer = await context.request.post('/rest/login', {
			data: { emailOrLdapLoginId: person.email, password },
		});
		expect(answer.ok()).toBe(true);
		return context;
	}

	it(
		'is held with five named reasons, mended, and shipped',
		async () => {
			const bare = await submit(editor.context, 'open-release', first);
			expect(bare).toMatch(/Held: \d\d reasons/);
			await ledger.records.write(
				[
					{
						kind: 'verdict',
						id: 'content-delivery:last',
						spine: 'content-delivery',
						parent: null,
						body: { at: 0, verdict: null, errorBudget: 'healthy', mark: null },
						expectedRevision: 0,
					},
				],
				[],
			);
			await answerAll(ports, 'warmer-opening-line', settings, ['failure-mode-identified']);
			outside.indicators.postmark = 'major';
			const held = await submit(editor.context, 'open-release', first, 'release-intake-held');
			expect(held).toContain('Held: 5 reasons');
			for (const reason of [
				'Is the failure mode identified? Nobody has answered',
				'Are the relevant incident playbooks updated? Nobody has answered',
				'Nothing is said of: playbooks.',
				'postmark reports an incident or maintenance.',
				'0 of 2 approvals; none of leadership.',
			])
				expect(held).toContain(reason);

			outside.indicators.postmark = 'none';
			const reopened = await submit(editor.context, 'open-release', mended);
			expect(reopened).toContain('The manifest changed since it was answered.');
			await answerAll(ports, 'warmer-opening-line', settings, []);
			const author = await submit(editor.context, 'approve-release', {
				'Release ID': 'warmer-opening-line',
				'Your word': 'approved',
			});
			expect(author).toMatch(/not recorded[\s\S]*/);
			const engineering = await signedIn(engineer);
			const one = await submit(engineering, 'approve-release', {
				'Release ID': 'warmer-opening-line',
				'Your word': 'approved',
			});
			await engineering.close();
			expect(one).toContain('Held: 1 reason');
			expect(one).toContain('1 of 2 approvals; none of leadership.');
			const leadership = await signedIn(lead);
			const two = await submit(
				leadership,
				'approve-release',
				{ 'Release ID': 'warmer-opening-line', 'Your word': 'approved', Note: 'Go quietly.' },
				'release-intake-shipped',
			);
			await leadership.close();
			expect(two).toContain('It ships');
			const [shipped] = await ledger.events.list({ kinds: ['gate.shipped'], limit: 10 });
			expect(shipped).toMatchObject({ subject: 'warmer-opening-line', data: { policyVersion: 0 } });
			expect(await ledger.events.verify()).toMatchObject({ status: 'intact' });
		},
		8 * minutes,
	);

	it(
		'answers a pipeline that posts a manifest, and nobody without the key',
		async () => {
			const post = async (manifest: object, key: string) =>
				await fetch(`${n8n.url}/webhook/release-gate/open-release`, {
					method: 'POST',
					headers: { 'content-type': 'application/json', [pipelineHeader.name]: key },
					body: JSON.stringify(manifest),
				});
			const manifest = manifestFor(preset('quiet-content-delivery'), { id: 'posted' });
			expect((await post(manifest, 'another')).status).toBe(403);
			const answer = await post(manifest, pipelineHeader.value);
			expect(answer.status).toBe(200);
			expect(await answer.json()).toMatchObject({
				decision: { decision: 'hold', release: 'posted' },
				openChecks: expect.arrayContaining([
					expect.objectContaining({ check: 'approval-by-class' }),
				]) as unknown,
			});
			const refused = await post({ ...manifest, surprise: 1 }, pipelineHeader.value);
			expect(await refused.json()).toMatchObject({ releaseGate: { reason: 'manifest-unreadable' } });
			const opened = await ledger.records.get('release', ['posted']);
			expect(opened[0]?.body).toMatchObject({ stage: 'draft' });
		},
		2 * minutes,
	);

	it(
		'says on the page what cannot be opened',
		async () => {
			const wrong = await submit(editor.context, 'open-release', { ...first, 'Release ID': 'NOT AN ID' });
			expect(wrong).toContain('This cannot be opened');
			expect(wrong).toContain('use lower-case letters, digits, dots, dashes');
		},
		2 * minutes,
	);
});
