import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linearRegression, linearRegressionLine, quantileSorted, rSquared } from 'simple-statistics';
import { auditInstance, auditWorkflow, parseAuditPolicy } from '../../core/audit';
import { currentLoad, machine } from '../../testbed/machine';
import { sized } from '../../testbed/audit/sized';
import { STAND_INS } from '../../testbed/audit/spine';

/**
 * Audits 5,000 workflows of 200 nodes, and workflows of growing size; writes `bench/audit/result.json` and
 * `docs/records/audit-scale.md`: `npx tsx bench/audit/scale.ts`.
 */
const WORKFLOWS = Number(process.env.N ?? 5000);
const NODES = 200;
/** What one workflow of that size may cost, in ms. */
const MOST_MS = 4;
const AGAIN = 5;
/** Looks, one after the other, at those that took longer: a look may fall into a collection or a compilation as well. */
const LOOKS = 2;
const SIZES = [50, 100, 200, 400, 800, 1600];

const policy = parseAuditPolicy(STAND_INS, 'stand-ins');
/** Processor time in ms: what the audit costs, whoever else uses the machine. */
const clock = (): number => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
};
const since = (start: number): number => clock() - start;

/** The least of some audits of one workflow, each of a copy that nothing is remembered of, in ms. */
function leastOf(runs: number, size: number, seed: number): number {
	const all = Array.from({ length: runs }, () => {
		const one = sized(size, seed);
		const start = clock();
		auditWorkflow(one, { policy });
		return since(start);
	});
	return Math.min(...all);
}

function main(): void {
	const loadBefore = currentLoad();
	// The first runs compile the code; they are not what a nightly audit of thousands of workflows feels.
	for (let i = 0; i < 50; i += 1) auditWorkflow(sized(NODES, i), { policy });
	const times: number[] = [];
	let proven = 0;
	for (let i = 0; i < WORKFLOWS; i += 1) {
		const one = sized(NODES, i);
		const start = clock();
		if (auditWorkflow(one, { policy }).verdict === 'proven') proven += 1;
		times.push(since(start));
	}
	// Is it the workflow, or the moment (the collector, others on the machine)? Each is made and audited again.
	const slow = times.flatMap((time, seed) => (time > MOST_MS ? [seed] : []));
	let stillSlow = slow;
	for (let look = 0; look < LOOKS; look += 1) {
		stillSlow = stillSlow.filter((seed) => leastOf(AGAIN, NODES, seed) > MOST_MS);
	}
	times.sort((a, b) => a - b);
	const growth = SIZES.map((size) => {
		const runs = Array.from({ length: 80 }, (_, i) => {
			const one = sized(size, i);
			const start = clock();
			auditWorkflow(one, { policy });
			return since(start);
		}).sort((a, b) => a - b);
		return { nodes: size, medianMs: quantileSorted(runs, 0.5) };
	});
	const points = growth.map(({ nodes, medianMs }) => [nodes, medianMs]);
	const line = linearRegression(points);
	const instance = Array.from({ length: 500 }, (_, i) => sized(NODES, i));
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
		overMostMs: slow.length,
		stillOverMostMs: stillSlow.length,
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
		`${result.overMostMs} of them took more than ${MOST_MS} ms; of these ${result.stillOverMostMs} took that long in every one of ${LOOKS * AGAIN} further audits, in ${LOOKS} looks: there it is the workflow that is slow, and in the others the moment (the collector, the compiler, others on the machine).`,
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
