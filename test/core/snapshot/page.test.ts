import { describe, expect, it } from '@jest/globals';
import { planHtml, rollbackHtml, type ShownPlan } from '../../../core/snapshot/page';

const plan: ShownPlan = {
	snapshot: 'before-r1',
	pauses: 'content-delivery',
	values: { restore: 3, contacts: 2 },
	workflows: [{ id: 'w1', publish: { version: 'v0' }, settings: null, draft: {} }],
	settings: true,
	flags: ['warm-opening'],
	definitions: [{ name: 'cc_profile_tone' }],
	left: [
		{ what: 'workflow w1: timezone', reason: 'changed-by-someone' },
		{ what: '', property: 'cc_profile_topic', contactId: '7', reason: 'gone' },
	],
	calls: 12,
	atLeastMs: 1_200,
};
const report = {
	values: { restored: 1, reconciled: 0, unchanged: 4, left: {} },
	left: [],
	unproven: [] as string[],
};
const steps = ['pause', 'flags', 'workflows', 'settings', 'definitions', 'values', 'verify', 'resume'];
const text = (markup: string): string => markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('the page of a plan', () => {
	it('names what goes back, what stays and why, and what it costs', () => {
		const shown = text(planHtml(plan));
		for (const part of [
			'content-delivery pauses',
			'Workflow w1: version v0 is published again.',
			'the editor shows that version again',
			'The settings of the spine go back.',
			'The flag warm-opening is turned off.',
			'The property cc_profile_tone of contacts goes back.',
			'3 values of 2 contacts go back.',
			'content-delivery goes on in its rhythm.',
			'About 12 calls, 2 s or more.',
			'workflow w1: timezone: somebody has changed it since',
			'cc_profile_topic of contact 7: gone',
		])
			expect(shown).toContain(part);
	});

	it('names nothing that does not go back', () => {
		const none = {
			...plan,
			pauses: null,
			values: { restore: 0, contacts: 0 },
			workflows: [],
			settings: false,
			flags: [],
			definitions: [],
			left: [],
		};
		const shown = text(planHtml(none));
		expect(shown).not.toMatch(/pauses|goes|go back|stays as it is/);
	});

	it('says that what was not published before is unpublished', () => {
		const workflows = [{ id: 'w1', publish: 'unpublish' as const, settings: null, draft: null }];
		expect(text(planHtml({ ...plan, workflows }))).toContain('Workflow w1 is unpublished');
	});

	it('escapes every name', () => {
		const evil = '<img src=x onerror=alert(1)>';
		const markup = planHtml({
			...plan,
			pauses: evil,
			flags: [evil],
			definitions: [{ name: evil }],
			workflows: [{ id: evil, publish: { version: evil }, settings: {}, draft: null }],
			left: [{ what: evil, reason: evil }],
		});
		expect(markup).not.toContain('<img');
	});

	it('names at most twenty things that stay, and counts the others', () => {
		const left = Array.from({ length: 23 }, (_none, at) => ({ what: `value ${at}`, reason: 'gone' }));
		expect(text(planHtml({ ...plan, left }))).toContain('and 3 more');
	});
});

describe('the page of a rollback', () => {
	const rollback = { steps, wasPaused: false, report, startedAt: 0, finishedAt: 1_500 };

	it('names what was done, in its order, and that the spine goes on', () => {
		const shown = text(rollbackHtml(rollback));
		expect(shown).toMatch(
			/was paused.*Flags.*workflows run as before.*settings.*properties.*values.*read back.*goes on in its rhythm/,
		);
		expect(shown).toContain('1 value put back, in 1.5 s.');
	});

	it('names what does not hold, and that the spine stays paused', () => {
		const unproven = ['workflow <b>w1</b>'];
		const markup = rollbackHtml({ ...rollback, report: { ...report, unproven } });
		expect(text(markup)).toContain('The spine stays paused until that is mended.');
		expect(text(markup)).toContain('What is not as before');
		expect(markup).not.toContain('<b>w1');
	});

	it('leaves a spine paused that somebody had paused before', () => {
		expect(text(rollbackHtml({ ...rollback, wasPaused: true }))).toContain('paused before, and stays so');
	});
});
