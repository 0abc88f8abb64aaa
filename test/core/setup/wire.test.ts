import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
	publishedOf,
	missingCredentials,
	setNames,
	spineTemplate,
	templatesOf,
} from '../../../core/setup/sets';
import type { SetupWorkflow, Template, Wiring } from '../../../core/setup/types';
import { wired } from '../../../core/setup/wire';
import { templateFiles } from '../../../testbed/template-files';

const all: readonly Template[] = templateFiles().map(({ id, set, path }) => ({
	id,
	set,
	workflow: JSON.parse(readFileSync(path, 'utf8')) as SetupWorkflow,
}));
const ids = Object.fromEntries(all.map(({ id }, at) => [id, `Wf${String(at).padStart(14, '0')}`]));
const ref = (name: string) => ({ id: `Cr${name}`.padEnd(16, '0'), name });
const wiring: Wiring = {
	ids,
	credentials: {
		postmarkApi: ref('Postmark'),
		slackApi: ref('Slack'),
		releaseGateN8nApi: ref('n8n'),
		releaseGateHubSpotApi: ref('HubSpot'),
		openAiApi: ref('OpenAI'),
		httpBasicAuth: ref('Events'),
	},
	slots: {
		'n8n-nodes-base.emailSend': [{ name: 'smtp', required: true }],
		'n8n-nodes-base.slack': [{ name: 'slackApi', required: true }],
		'n8n-nodes-release-gate.deliveryCommit': [
			{ name: 'releaseGateLedgerApi' },
			{ name: 'releaseGateHubSpotApi', show: { operation: ['commit', 'flush'] } },
		],
	},
	spine: 'news',
	config: { fromAddress: 'News <news@example.com>' },
	insideUrl: 'http://n8n:5678',
	outsideUrl: 'https://n8n.example.com',
	configure: { every: 'P1D' },
};
const at = (id: string): SetupWorkflow => {
	const template = all.find((one) => one.id === id);
	if (!template) throw new Error(id);
	return wired(template, wiring);
};
const node = (id: string, name: string) => {
	const found = at(id).nodes.find((one) => one.name === name);
	if (!found) throw new Error(name);
	return found;
};
const config = (id: string, field: string): unknown => {
	const { assignments } = node(id, 'Set Config').parameters.assignments as {
		assignments: { name: string; value: unknown }[];
	};
	return assignments.find(({ name }) => name === field)?.value;
};

/** Every value below a key that holds the id of a workflow. */
function calls(value: unknown, key = ''): readonly string[] {
	if (typeof value === 'string') return /(?:Workflow|Stage)$|^workflowId$/.test(key) ? [value] : [];
	if (typeof value !== 'object' || value === null) return [];
	const { name, value: held } = value as { name?: unknown; value?: unknown };
	if (typeof name === 'string' && typeof held === 'string') return calls(held, name);
	return Object.entries(value).flatMap(([field, inner]) => calls(inner, field === 'value' ? key : field));
}

describe('what is chosen for an installation', () => {
	it('lets those who may approve pause as well, by the form that the desk leads to', () => {
		const [template] = templatesOf(all, ['delivery']).filter(({ id }) => id === 'act-on-a-spine');
		const operators = JSON.stringify(['lead@news.example']);
		const made = wired(template!, { ...wiring, config: { operators } });
		expect(JSON.stringify(made.nodes)).toContain('lead@news.example');
		expect(JSON.stringify(made.nodes)).not.toContain('engineer@example.com');
		expect(publishedOf(all).map(({ id }) => id)).toContain('act-on-a-spine');
	});

	it('leaves no id of a template where a workflow is called', () => {
		for (const { id } of all)
			for (const text of at(id).nodes.flatMap(({ parameters }) => calls(parameters)))
				for (const name of Object.keys(ids)) {
					expect([id, text]).not.toEqual([id, name]);
					expect(text).not.toContain(`'${name}'`);
				}
	});

	it('finds the workflows that templates call', () => {
		expect(config('dry-run', 'spineWorkflow')).toContain(`'${ids[spineTemplate]}'`);
		expect(config('release-a-change', 'rehearsalWorkflow')).toBe(ids['dry-run']);
		expect(config('release-train', 'buildStage')).toBe(ids['train-build']);
		expect(node('release-intake', 'Set Rehearsal').parameters.jsonOutput).toContain(
			`rehearsalWorkflow: '${ids['dry-run']}'`,
		);
	});

	it('leaves words alone that are no call', () => {
		expect(config('release-train', 'buildWorkflow')).toBe('build.yml');
		expect(node('software-rollback', 'Set Test Order').parameters.jsonOutput).toContain("check: 'rollback'");
		expect(node('smoke-tests', 'Record Evidence').parameters.machine).toBe('smoke-tests');
	});

	it('names the spine, the sender, the addresses and the error workflow', () => {
		expect(config(spineTemplate, 'spine')).toBe('news');
		expect(config('dry-run', 'spine')).toContain("'news'");
		expect(node(spineTemplate, 'Configure Spine').parameters).toMatchObject({ spine: 'news', every: 'P1D' });
		expect(config(spineTemplate, 'fromAddress')).toBe('News <news@example.com>');
		expect(config('dry-run', 'n8nUrl')).toBe('http://n8n:5678/api/v1');
		expect(config('hotfix-account', 'formUrl')).toBe('https://n8n.example.com/form/hotfix-account');
		expect(at(spineTemplate).settings.errorWorkflow).toBe(ids['delivery-errors']);
	});

	it('chooses a credential where a node shows it, and no other', () => {
		expect(node(spineTemplate, 'Send Email').credentials).toEqual({ postmarkApi: ref('Postmark') });
		expect(node(spineTemplate, 'Commit Delivery').credentials).toEqual({
			releaseGateHubSpotApi: ref('HubSpot'),
		});
		expect(node(spineTemplate, 'Record Failed Send').credentials).toBeUndefined();
		expect(missingCredentials(at(spineTemplate), wiring.slots)).toEqual([]);
		expect(
			missingCredentials(all.find(({ id }) => id === spineTemplate)?.workflow as SetupWorkflow, wiring.slots),
		).toContain('Send Email (postmarkApi)');
	});

	it('gives everything that is published with the set-up its credentials', () => {
		const missing = publishedOf(templatesOf(all, [...setNames])).flatMap(({ id }) =>
			missingCredentials(at(id), wiring.slots).map((one) => `${id}: ${one}`),
		);
		expect(missing).toEqual([]);
	});

	it('gives the same again from what it gave', () => {
		for (const { id, set } of all) {
			const once = at(id);
			expect(wired({ id, set, workflow: once }, wiring)).toEqual(once);
		}
	});
});
