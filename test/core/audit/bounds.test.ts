import { describe, expect, it } from '@jest/globals';
import {
	auditInstance,
	auditWorkflow,
	parseAuditPolicy,
	parseWorkflow,
	readWorkflows,
	type WorkflowJson,
} from '../../../core/audit';
import { buildGraph } from '../../../core/audit/graph/build';
import { walk } from '../../../core/audit/walk';
import { Places } from '../../../core/audit/report/sarif';
import { changed, code, insert, node, BASE, besides, set } from '../../../testbed/audit/edit';
import { spine, STAND_INS } from '../../../testbed/audit/spine';

const policy = parseAuditPolicy(STAND_INS, 'test');

const seconds = (work: () => void): number => {
	const { user, system } = process.cpuUsage();
	work();
	const after = process.cpuUsage();
	return (after.user - user + after.system - system) / 1e6;
};

const million = (text: string): string => text.repeat(Math.ceil(1_000_000 / text.length)).slice(0, 1_000_000);

describe('the worst input is answered within a second of processor time', () => {
	const parameters: Readonly<Record<string, string>> = {
		'200,000 blanks': ' '.repeat(200_000),
		'a megabyte of blanks': million(' '),
		'a megabyte of brackets': `=${million('{{')}`,
		'a megabyte of expressions': `=${million('{{ $json.a }}')}`,
		'a megabyte of looks at nodes': `=${million("{{$('a")}`,
		'a megabyte of quotes': million('"to": "'),
		'a megabyte of Bearer': million('Bearer '),
		'a megabyte of one word': million('a'),
		'a megabyte of deep brackets in an expression': `={{ ${million('(')} }}`,
	};

	it.each(Object.entries(parameters))('%s', (_name, text) => {
		const workflow = changed(set('Send email', { jsonBody: text, url: text }), besides(code('Code', text)));
		workflow.nodes.push(
			node(
				'Edit',
				`${BASE}set`,
				{ assignments: { assignments: [{ name: text, type: 'number', value: text }] } },
				{},
				3.4,
			),
		);
		// The first run compiles the code.
		auditWorkflow(parseWorkflow(spine(), 'warm'), { policy });
		expect(seconds(() => void auditWorkflow(parseWorkflow(workflow, 'big'), { policy }))).toBeLessThan(1);
	});

	it('5,000 levels in one workflow, told beside the others', () => {
		const deep = `{"name":"Deep","nodes":[{"name":"A","type":"x.y","parameters":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}],"connections":{}}`;
		const text = `[${deep},${JSON.stringify(spine())}]`;
		expect(
			seconds(() => {
				const { workflows, unreadable } = readWorkflows(text, 'instance.json');
				expect(unreadable.map(({ message }) => message)).toEqual([
					'instance.json [0] is not an n8n workflow: it is nested deeper than 200 levels.',
				]);
				expect(auditInstance(workflows, { policy }).map(({ verdict }) => verdict)).toEqual(['proven']);
			}),
		).toBeLessThan(1);
	});

	it('half an emoji in one workflow', () => {
		const half = changed(set('Write text', { text: 'cut \ud83d' }));
		const other = changed(set('Write text', { text: 'cut \ud83e' }));
		const reports = auditInstance(
			[half, other, spine()].map((one) => parseWorkflow(one, one.name)),
			{ policy },
		);
		expect(new Set(reports.map(({ workflow }) => workflow.hash)).size).toBe(3);
		expect(reports[0]?.violations.map(({ rule }) => rule)).toEqual(['cloned-spine']);
	});
});

it('a node in an export on one line has a place of its own', () => {
	const text = JSON.stringify(spine());
	const places = new Places(text);
	const send = places.of('Send email');
	expect(send.startLine).toBe(1);
	expect(text.slice(send.startColumn - 1).startsWith('"name":"Send email"')).toBe(true);
	expect(places.of('Commit delivery').startColumn).toBeGreaterThan(send.startColumn);
});

describe('the work is bounded by what stands in the workflow, whoever else uses the machine', () => {
	/** The spine with a row of `size` edits between claim and confirmation. */
	const long = (size: number): WorkflowJson =>
		parseWorkflow(
			changed((workflow) => {
				for (let i = 0; i < size; i += 1)
					insert(
						workflow,
						'Write text',
						0,
						node(`Edit ${i}`, `${BASE}set`, { value: `={{ $json.a${i} }}` }, {}, 3.4),
					);
			}),
			'long',
		);

	it('twice the nodes, twice the moves', () => {
		const moves = [200, 400].map(
			(size) => walk(buildGraph(long(size), policy, () => undefined)).moves.length,
		);
		const [one = 0, two = 0] = moves;
		expect(two - one).toBe(200);
	});

	it('the parameters of a node are gone through a fixed number of times, however many states reach it', () => {
		const most = [20, 200].map((size) => {
			const reads = new Map<string, number>();
			const workflow = long(size);
			const nodes = workflow.nodes.map((one) => ({
				...one,
				parameters: new Proxy(one.parameters, {
					ownKeys: (target) => {
						reads.set(one.name, (reads.get(one.name) ?? 0) + 1);
						return Reflect.ownKeys(target);
					},
				}),
			}));
			auditWorkflow({ ...workflow, nodes }, { policy });
			return Math.max(...reads.values());
		});
		expect(most[1]).toBe(most[0]);
		expect(most[0]).toBeLessThanOrEqual(12);
	});
});
