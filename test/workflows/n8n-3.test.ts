import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readTemplate, templateFiles } from './template';

const root = join(__dirname, '..', '..');

/** What n8n 3 changes for templates (docs.n8n.io, "v3.0 breaking changes"). */
describe.each(templateFiles())('%s, under n8n 3', (file) => {
	const { nodes, settings } = readTemplate(file);
	const isA = (type: string) => nodes.filter((node) => node.type === `n8n-nodes-base.${type}`);
	const claims = nodes.some(({ type }) => type.endsWith('.idempotencyCheck'));

	it('has no Code node on the way of a delivery, which might take longer than 60 s', () => {
		expect(claims && file !== 'dry-run.json' ? isA('code').map(({ name }) => name) : []).toEqual([]);
	});

	it('calls workflows once for all items', () => {
		expect(isA('executeWorkflow').map(({ parameters }) => parameters['mode'] ?? 'once')).toEqual(
			isA('executeWorkflow').map(() => 'once'),
		);
	});

	it('lets workflows of the same owner call it, if any', () => {
		if (isA('executeWorkflowTrigger').length > 0)
			expect(settings).toMatchObject({ callerPolicy: 'workflowsFromSameOwner' });
	});
});

it('the files for Docker let n8n 3 load a package that n8n has not verified', () => {
	expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toMatch(/N8N_UNVERIFIED_PACKAGES_ENABLED: 'true'/);
	expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/N8N_UNVERIFIED_PACKAGES_ENABLED=true/);
});
