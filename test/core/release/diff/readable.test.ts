import { describe, expect, test } from '@jest/globals';
import { parseWorkflow, type WorkflowJson } from '../../../../core/audit';
import { MOST_SHOWN, readableDiff } from '../../../../core/release/diff/readable';
import { diffWorkflows } from '../../../../core/release/diff/workflow';

const code = (jsCode: string, name = 'Code', more: object = {}) => ({
	name,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	position: [0, 0],
	parameters: { jsCode, ...more },
});
const of = (nodes: readonly object[], connections: object = {}): WorkflowJson =>
	parseWorkflow({ id: 'w', name: 'w', nodes, connections }, 'w');
const between = (before: WorkflowJson, after: WorkflowJson) =>
	readableDiff(diffWorkflows(before, after), before, after);
const long = 'Nothing to see here. '.repeat(1_000);

describe('what a person reads of a change', () => {
	test.each([
		['behind what stays', `${long}old${long}`, `${long}new${long}`],
		['at the end', `${long}old`, `${long}new`],
		['at the beginning', `old${long}`, `new${long}`],
		['by something that comes', long, `${long}new`],
	])('holds the change of a long value %s, in few characters', (_where, was, is) => {
		const [change] = between(of([code(was)]), of([code(is)]));
		expect(change?.before).not.toBe(change?.after);
		expect(change?.after).toContain('new');
		expect(change?.after?.length).toBeLessThan(MOST_SHOWN + 200);
	});

	test('says that more differs where a decoy at the beginning and the change are too far apart', () => {
		const [change] = between(of([code(`a${long}old`)]), of([code(`b${long}new`)]));
		expect(change?.after).toMatch(
			/\(\d+ more characters, which differ as well: open the draft to read them\)$/,
		);
	});

	test('tells marks that nobody sees, and those that turn the direction of writing', () => {
		const [change] = between(
			of([code('Write one line.')]),
			of([code('Write\u200b one\u202e line.\u{e0041} ❤️ 👩‍🚀')]),
		);
		expect(change?.after).toBe('Write⟨U+200B⟩ one⟨U+202E⟩ line.⟨U+E0041⟩ ❤️ 👩‍🚀');
	});

	test('holds all that a node does that comes under another name: renaming hides nothing', () => {
		const changes = between(of([code('send(one)', 'Send')]), of([code('send(everybody)', 'Send now')]));
		expect(
			changes
				.map(({ before, after }) => [before, after])
				.flat()
				.join(),
		).toMatch(/send\(one\).*send\(everybody\)/s);
	});

	test('holds where a node leads now', () => {
		const to = (node: string) => ({ Code: { main: [[{ node, type: 'main', index: 0 }], []] } });
		const nodes = [code('x'), code('y', 'Held'), code('z', 'Send')];
		const [change] = between(of(nodes, to('Held')), of(nodes, to('Send')));
		expect([change?.before, change?.after]).toEqual([
			'main 0: Held\nmain 1: nothing',
			'main 0: Send\nmain 1: nothing',
		]);
	});

	test('keeps what may be a secret to itself, also inside of what comes', () => {
		const secret = {
			apiKey: 'k-123',
			headers: { parameters: [{ name: 'Authorization', value: 'Bearer k-456' }] },
		};
		const text = JSON.stringify(between(of([]), of([code('x', 'Code', secret)])));
		expect(text).toContain('hidden: it may be a secret');
		expect(text).not.toMatch(/k-123|k-456/);
	});
});
