import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { handsOut } from '../../core/audit/own-nodes';
import { readTemplate, templateFiles, type Template } from './template';

const OURS = 'n8n-nodes-release-gate.';

/** What a run of it holds grows with those it serves, or it runs for each of their reports, or every minute. */
const many = (template: Template): boolean =>
	template.nodes.some(
		({ type, parameters }) =>
			handsOut({ type, parameters } as never) ||
			(type === `${OURS}dueDeliveries` && parameters['operation'] === 'turn') ||
			(type === `${OURS}deliveryCommit` && parameters['operation'] === 'outcome'),
	);
const notesOf = (template: Template): string =>
	template.nodes
		.filter(({ type }) => type.endsWith('.stickyNote'))
		.map(({ parameters }) => String(parameters['content']))
		.join('\n');
const servingMany = templateFiles().filter((file) => many(readTemplate(file)));

describe('what n8n keeps of a template that serves many', () => {
	it('is asked of these', () => {
		expect(servingMany).toEqual([
			'content-delivery-spine.json',
			'drain.json',
			'provider-events.json',
			'sheet-delivery.json',
			'table-delivery.json',
		]);
	});

	it.each(servingMany)('%s: failed runs and those by hand, whatever the instance does by default', (file) => {
		// What a workflow leaves open goes by EXECUTIONS_DATA_SAVE_* (`to-save-settings.js`, n8n 2.40).
		expect(readTemplate(file).settings).toMatchObject({
			saveDataErrorExecution: 'all',
			saveDataSuccessExecution: 'none',
			saveExecutionProgress: false,
			saveManualExecutions: true,
		});
	});

	it.each(servingMany)('%s: its note says so', (file) => {
		expect(notesOf(readTemplate(file))).toMatch(/### What n8n keeps\n.*succeed are not saved/);
	});
});

it('is told on the canvas wherever a template keeps no good runs', () => {
	const quiet = templateFiles().filter(
		(file) => readTemplate(file).settings['saveDataSuccessExecution'] === 'none',
	);
	expect(quiet.length).toBeGreaterThan(servingMany.length);
	expect(quiet.filter((file) => !/succeed are not (?:saved|kept)/.test(notesOf(readTemplate(file))))).toEqual(
		[],
	);
});

/** Sources of what ships in which something stands. */
function naming(pattern: RegExp): readonly string[] {
	const root = join(__dirname, '../..');
	const rooms = ['core', 'app', 'adapters', 'nodes', 'cli', 'workflows'];
	const files = execFileSync('git', ['ls-files', ...rooms], { cwd: root, encoding: 'utf8' })
		.trim()
		.split('\n');
	return files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));
}

it('is read by doctor, the watch and the set-up of its own errands only: nothing that a gate decides by', () => {
	expect(naming(/\/executions\b/)).toEqual(['adapters/n8n/installation.ts', 'adapters/n8n/runs.ts']);
	expect(naming(/\bn8nRuns\b/)).toEqual([
		'adapters/n8n/runs.ts',
		'cli/commands/watch.ts',
		'nodes/Release/operations/desk-watch.operation.ts',
	]);
	expect(naming(/\bn8n\.runs?\(/)).toEqual([
		'app/doctor/gather.ts',
		'app/setup/inside.ts',
		'app/watch/workflows.ts',
	]);
});
