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
