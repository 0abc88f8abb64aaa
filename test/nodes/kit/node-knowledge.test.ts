import { describe, expect, test } from '@jest/globals';
import { NodeHelpers } from 'n8n-workflow';
import { parseWorkflow } from '../../../core/audit';
import { diffWorkflows } from '../../../core/release/diff/workflow';
import { knowledgeOf, slotsIn } from '../../../nodes/kit/node-knowledge';
import { n8n } from '../../../package.json';
import { LazyNodeTypes } from '../../../testbed/engine/n8n';
import { readTemplate } from '../../workflows/template';

const types = new LazyNodeTypes();
const template = readTemplate('content-delivery-spine.json');
type Copy = { nodes: { name: string; type: string; typeVersion: number; parameters: object }[] };

/** The template as n8n's editor saves it: without the parameters that equal their default. */
function saved(edit: (copy: Copy) => void): ReturnType<typeof parseWorkflow> {
	const copy = JSON.parse(JSON.stringify(template)) as Copy;
	edit(copy);
	for (const node of copy.nodes) {
		const { description } = types.getByNameAndVersion(node.type, node.typeVersion);
		node.parameters =
			NodeHelpers.getNodeParameters(
				description.properties,
				node.parameters as never,
				false,
				false,
				node,
				description,
			) ?? {};
	}
	return parseWorkflow(copy, 'saved');
}

const shipped = parseWorkflow(template, 'shipped');

describe('the diff with what n8n knows of its nodes', () => {
	test('sees nothing in a template that the editor only opened and saved', () => {
		const opened = saved(() => undefined);
		expect(diffWorkflows(shipped, opened).length).toBeGreaterThan(5);
		expect(diffWorkflows(shipped, opened, knowledgeOf(types))).toEqual([]);
	});

	test('sees one change, of prompts, when one prompt was edited (ux 6)', () => {
		const edited = saved(({ nodes }) => {
			const set = nodes.find(({ name }) => name === 'Set Config')?.parameters as {
				assignments: { assignments: { name: string; value: string }[] };
			};
			const prompt = set.assignments.assignments.find(({ name }) => name === 'prompt');
			if (prompt) prompt.value = 'You write one long email.';
		});
		expect(diffWorkflows(shipped, edited, knowledgeOf(types))).toMatchObject([
			{ where: 'Set Config', path: 'prompt', surface: 'prompts' },
		]);
	});

	test('knows nothing of a type that is not installed, and leaves its parameters as they are', () => {
		const [node] = parseWorkflow(
			{ name: 'One', nodes: [{ name: 'A', type: 'n8n-nodes-nobody.a', parameters: {} }], connections: {} },
			'one',
		).nodes;
		expect(node && knowledgeOf(types).complete(node)).toBeNull();
	});
});

test('the credentials of every node of this package are known', () => {
	const shipped = n8n.nodes.map((path) => path.split('/').at(-2) ?? '');
	const known = Object.keys(slotsIn({ workflow: { nodeTypes: types } } as never))
		.filter((type) => type.startsWith('n8n-nodes-release-gate.'))
		.map((type) => type.split('.').at(-1) ?? '');
	expect(known.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).sort()).toEqual(shipped.sort());
});
