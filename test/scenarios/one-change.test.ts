import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	keptRun,
	machineSeconds,
	mostMachineSeconds,
	oneChangePage,
	renderPage,
	violationsOf,
} from '../../scenarios/one-change/report';
import { stories } from '../../scenarios/one-change/stories';

describe('the page of one change', () => {
	const file = join(__dirname, '..', '..', oneChangePage);
	const run = keptRun();

	it('is what the program writes from the run that was kept', () => {
		expect(existsSync(file)).toBe(run !== null);
		if (run) expect(readFileSync(file, 'utf8')).toBe(renderPage(run));
	});

	it('tells of every change, and of no broken promise', () => {
		expect(run?.stories.map(({ id }) => id)).toEqual(stories.map(({ id }) => id));
		expect(run && violationsOf(run)).toEqual([]);
		for (const { promises } of run?.stories ?? []) expect(promises.length).toBeGreaterThan(2);
	});

	it('tells of no change for which machines took too long', () => {
		for (const story of run?.stories ?? [])
			expect([story.id, machineSeconds(story) <= mostMachineSeconds]).toEqual([story.id, true]);
	});

	it('names a promise that was broken, on the page and in the list', () => {
		const promises = [
			{ text: 'it is live', violations: ['it is not'] },
			{ text: 'nobody is told', violations: [] },
		];
		const story = { id: 's', title: 'S', promises, steps: [], answers: 1, riskClass: 'safe', end: 'held' };
		const broken = { contacts: 1, stories: [story], mails: 0, seconds: 60 };
		expect(violationsOf(broken)).toEqual(['s: it is live: it is not']);
		expect(renderPage(broken)).toContain('**broken**: it is live: it is not');
		expect(renderPage(broken)).toContain('1 promises broken');
	});
});
