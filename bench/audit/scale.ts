import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linearRegression, linearRegressionLine, quantileSorted, rSquared } from 'simple-statistics';
import {
	auditInstance,
	auditWorkflow,
	parseAuditPolicy,
	parseWorkflow,
	type WorkflowJson,
} from '../../core/audit';
import { currentLoad, machine } from '../../testbed/machine';
import { connect, ifTrue, node, spine, STAND_INS, type SpineWorkflow } from '../../testbed/audit/spine';

/**
 * Audits 5,000 workflows of 200 nodes, and workflows of growing size; writes `bench/audit/result.json` and
 * `docs/records/audit-scale.md`: `npx tsx bench/audit/scale.ts`.
 */
const WORKFLOWS = Number(process.env.N ?? 5000);
const NODES = 200;
const SIZES = [50, 100, 200, 400, 800, 1600];

/** The spine with a body of branches and joins between claim and confirmation, `size` nodes in all. */
function workflow(size: number, seed: number): WorkflowJson {
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

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');
/** Processor time in ms: what the audit costs, whoever else uses the machine. */
const clock = (): number => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
};
const since = (start: number): number => clock() - start;

function main(): void {
	const loadBefore = currentLoad();
	// The first runs compile the code; they are not what a nightly audit of thousands of workflows feels.
	for (let i = 0; i < 50; i += 1) auditWorkflow(workflow(NODES, i), { policy });
	const times: number[] = [];
	let proven = 0;
	for (let i = 0; i < WORKFLOWS; i += 1) {
		const one = workflow(NODES, i);
		const start = clock();
		if (auditWorkflow(one, { policy }).verdict === 'proven') proven += 1;
		times.push(since(start));
	}
	times.sort((a, b) => a - b);
	const growth = SIZES.map((size) => {
		const runs = Array.from({ length: 80 }, (_, i) => {
			const one = workflow(size, i);
			const start = clock();
			auditWorkflow(one, { policy });
			return since(start);
		}).sort((a, b) => a - b);
		return { nodes: size, medianMs: quantileSorted(runs, 0.5) };
	});
	const points = growth.map(({ nodes, medianMs }) => [nodes, medianMs]);
	const line = linearRegression(points);
	const instance = Array.from({ length: 500 }, (_, i) => workflow(NODES, i));
	const start = clock();
	auditInstance(instance, { policy });
	const instanceMs = since(start);
	const { cpu, cores, node: version, load } = machine(loadBefore);
	const result = {
		machine: `${cpu}, ${cores} cores, Node ${version}; load ${load[0]} before, ${load[1]} after`,
		workflows: WORKFLOWS,
		nodes: NODES,
		proven,
		totalSeconds: times.reduce((sum, time) => sum + time, 0) / 1000,
		medianMs: quantileSorted(times, 0.5),
		p99Ms: quantileSorted(times, 0.99),
		growth,
		microsecondsPerNode: line.m * 1000,
		rSquared: rSquared(points, linearRegressionLine(line)),
		instanceOf500Seconds: instanceMs / 1000,
	};
	writeFileSync(join(__dirname, 'result.json'), `${JSON.stringify(result, null, '\t')}\n`);
	const number = (value: number, digits = 2): string => value.toFixed(digits);
	const page = [
		'# How fast the audit is',
		'',
		'Written by `npx tsx bench/audit/scale.ts`; do not edit.',
		'',
		`${result.workflows} workflows of ${result.nodes} nodes (${proven} proven) in ${number(result.totalSeconds)} s: median ${number(result.medianMs)} ms, p99 ${number(result.p99Ms)} ms of processor time per workflow.`,
		`500 of them as one instance, search for clones included: ${number(result.instanceOf500Seconds)} s. ${result.machine}.`,
		'',
		'| nodes | median ms |',
		'| --- | --- |',
		...growth.map(({ nodes, medianMs }) => `| ${nodes} | ${number(medianMs)} |`),
		'',
		`A straight line fits these medians with R² = ${number(result.rSquared, 4)}: ${number(result.microsecondsPerNode, 1)} µs per node.`,
		'',
	].join('\n');
	writeFileSync(join(__dirname, '../../docs/records/audit-scale.md'), page);
	console.log(page);
}

main();
