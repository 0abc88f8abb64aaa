import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type INode, Workflow } from 'n8n-workflow';
import { differencesOf, fingerprintOf, parseWorkflow } from '../../../core/audit';
import { sparseOf } from '../../../nodes/kit/node-knowledge';
import { LazyNodeTypes } from '../../../testbed/engine/n8n';
import { templateFiles } from '../../../testbed/template-files';

const types = new LazyNodeTypes();
const sparse = sparseOf(types);

interface Stored {
	readonly nodes: readonly INode[];
	readonly connections: Record<string, { main: unknown[][] }>;
	readonly settings: Record<string, unknown>;
}

/** The workflow as n8n holds it while it runs: its own class fills the defaults in. */
function asItRuns(stored: Stored): ReturnType<typeof parseWorkflow> {
	const { nodes, connections, settings } = structuredClone(stored);
	const workflow = new Workflow({
		id: 'w',
		nodes: [...nodes],
		connections: connections as never,
		active: true,
		nodeTypes: types,
		settings,
	});
	return parseWorkflow(
		{ nodes: Object.values(workflow.nodes), connections: workflow.connectionsBySourceNode, settings },
		'running',
	);
}

const templates = templateFiles().map(
	({ id, path }) => [id, JSON.parse(readFileSync(path, 'utf8')) as Stored] as const,
);

describe('the fingerprint of what runs', () => {
	test.each(templates)('of %s is that of the same workflow as it is stored', (_id, stored) => {
		const wanted = fingerprintOf(parseWorkflow(stored, 'stored'), sparse);
		const once = asItRuns(stored);
		expect(differencesOf(wanted, fingerprintOf(once, sparse))).toEqual([]);
		// n8n fills defaults in more than once on the way to a run.
		const twice = asItRuns({ ...stored, nodes: JSON.parse(JSON.stringify(once.nodes)) as INode[] });
		expect(differencesOf(wanted, fingerprintOf(twice, sparse))).toEqual([]);
	});

	test('names the node whose text, connections, credential or switch differs, and the settings', () => {
		const [, stored] = templates.find(([id]) => id === 'content-delivery-spine') ?? [];
		if (!stored) throw new Error('no spine');
		const released = fingerprintOf(parseWorkflow(stored, 'stored'), sparse);
		const after = (change: (copy: Stored) => void): readonly string[] => {
			const copy = structuredClone(stored);
			change(copy);
			return differencesOf(released, fingerprintOf(asItRuns(copy), sparse));
		};
		const node = ({ nodes }: Stored, name: string): INode => {
			const found = nodes.find((one) => one.name === name);
			if (!found) throw new Error(name);
			return found;
		};
		expect(after((copy) => (node(copy, 'Send Email').parameters.url = 'https://elsewhere.example'))).toEqual([
			'node Send Email differs',
		]);
		expect(after((copy) => (node(copy, 'Confirm Before Send').disabled = true))).toEqual([
			'node Confirm Before Send differs',
		]);
		expect(
			after((copy) => {
				node(copy, 'Claim Delivery').credentials = { releaseGateLedgerApi: { id: 'other', name: 'Other' } };
			}),
		).toEqual(['node Claim Delivery differs']);
		expect(after((copy) => delete copy.connections['Claim Delivery'])).toEqual([
			'node Claim Delivery differs',
		]);
		expect(after((copy) => (copy.settings.timezone = 'Asia/Tokyo'))).toEqual(['the settings differ']);
		expect(after((copy) => (node(copy, 'Send Email').position = [0, 0]))).toEqual([]);
		expect(after((copy) => (copy.settings.saveManualExecutions = false))).toEqual([]);
	});
});
