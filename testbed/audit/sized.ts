import { parseWorkflow, type WorkflowJson } from '../../core/audit';
import { connect, ifTrue, node, spine, type SpineWorkflow } from './spine';

/** The spine with a body of branches and joins between claim and confirmation, `size` nodes in all. */
export function sized(size: number, seed: number): WorkflowJson {
	const base: SpineWorkflow = spine();
	const edges: (readonly [string, number, string])[] = [];
	let last = 'Write text';
	for (let i = 0; base.nodes.length < size; i += 1) {
		const name = `Step ${i} of ${seed}`;
		if (i % 3 === 0 && base.nodes.length < size - 1) {
			base.nodes.push(ifTrue(name, `field${i}`), node(`Other ${i} of ${seed}`, 'n8n-nodes-base.noOp'));
			edges.push(
				[last, 0, name],
				[name, 1, `Other ${i} of ${seed}`],
				[`Other ${i} of ${seed}`, 0, 'Fail delivery'],
			);
		} else {
			base.nodes.push(node(name, 'n8n-nodes-base.set', { value: seed }, {}, 3.4));
			edges.push([last, 0, name]);
		}
		last = name;
	}
	edges.push([last, 0, 'Text fits']);
	const { 'Write text': _cut, ...rest } = base.connections;
	base.connections = { ...rest, ...connect(edges) };
	return parseWorkflow({ ...base, id: `w${seed}`, name: `Workflow ${seed}` }, `w${seed}`);
}
