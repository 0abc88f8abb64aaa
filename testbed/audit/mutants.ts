import { node, post, type SpineNode, type SpineWorkflow, type Target } from './spine';

/** The spine after one change. */
export interface Mutant {
	readonly operator: string;
	readonly what: string;
	readonly workflow: SpineWorkflow;
}

const BASE = 'n8n-nodes-base.';

interface Edge {
	readonly from: string;
	readonly output: number;
	readonly position: number;
	readonly target: Target;
}

const edgesOf = ({ connections }: SpineWorkflow): Edge[] =>
	Object.entries(connections).flatMap(([from, { main }]) =>
		main.flatMap((targets, output) =>
			targets.map((target, position) => ({ from, output, position, target })),
		),
	);

const outputsOf = (one: SpineNode): number => {
	const name = one.type.slice(one.type.lastIndexOf('.') + 1);
	const own: Record<string, number> = { releaseGate: 3, deliveryCommit: 2, if: 2, httpRequest: 2 };
	if (name === 'idempotencyCheck')
		return one.parameters.operation === 'confirm' && one.typeVersion < 2 ? 2 : 3;
	return own[name] ?? 1;
};

const link = (workflow: SpineWorkflow, from: string, output: number, to: string): void => {
	const { main } = (workflow.connections[from] ??= { main: [] });
	while (main.length <= output) main.push([]);
	main[output]?.push({ node: to, type: 'main', index: 0 });
};

const unlink = (workflow: SpineWorkflow, edge: Edge): void => {
	workflow.connections[edge.from]?.main[edge.output]?.splice(edge.position, 1);
};

const without = (workflow: SpineWorkflow, name: string): void => {
	workflow.nodes = workflow.nodes.filter((one) => one.name !== name);
	delete workflow.connections[name];
	for (const { main } of Object.values(workflow.connections)) {
		main.forEach((targets, i) => (main[i] = targets.filter((target) => target.node !== name)));
	}
};

/**
 * Every mutant the operators make of a spine, in a fixed order: remove, bypass, disable, reorder, rewire, swap
 * branch, switch error handling, add a side path, insert, start elsewhere.
 */
export function mutants(make: () => SpineWorkflow, sendUrl: string, crmUrl: string): Mutant[] {
	const found: Mutant[] = [];
	const add = (operator: string, what: string, change: (workflow: SpineWorkflow) => void): void => {
		const workflow = structuredClone(make());
		change(workflow);
		found.push({ operator, what, workflow });
	};
	const named = (workflow: SpineWorkflow, name: string): SpineNode => {
		const one = workflow.nodes.find((candidate) => candidate.name === name);
		if (!one) throw new Error(`no node '${name}'`);
		return one;
	};
	const base = make();
	const movable = base.nodes.filter(({ type }) => !/Trigger$|\.webhook$|\.stickyNote$/.test(type));
	const edges = edgesOf(base);

	for (const { name } of movable) {
		add('remove', name, (workflow) => without(workflow, name));
		add('disable', name, (workflow) => (named(workflow, name).disabled = true));
	}
	for (const one of movable) {
		for (let output = 0; output < outputsOf(one); output += 1) {
			add('bypass', `${one.name}, keeping what follows output ${output}`, (workflow) => {
				const next = workflow.connections[one.name]?.main[output] ?? [];
				const before = edgesOf(workflow).filter(({ target }) => target.node === one.name);
				without(workflow, one.name);
				for (const edge of before)
					for (const target of next) link(workflow, edge.from, edge.output, target.node);
			});
		}
	}
	for (const edge of edges.filter(({ from }) => movable.some(({ name }) => name === from))) {
		add('reorder', `${edge.from} and ${edge.target.node}`, (workflow) => {
			const rename = (name: string): string =>
				name === edge.from ? edge.target.node : name === edge.target.node ? edge.from : name;
			workflow.connections = Object.fromEntries(
				Object.entries(workflow.connections).map(([from, { main }]) => [
					rename(from),
					{
						main: main.map((targets) => targets.map((target) => ({ ...target, node: rename(target.node) }))),
					},
				]),
			);
		});
	}
	for (const edge of edges) {
		for (const { name } of movable) {
			if (name === edge.target.node) continue;
			add('rewire', `${edge.from} (${edge.output}) to ${name}`, (workflow) => {
				unlink(workflow, edge);
				link(workflow, edge.from, edge.output, name);
			});
		}
	}
	for (const one of movable.filter((candidate) => outputsOf(candidate) > 1)) {
		for (let a = 0; a < outputsOf(one); a += 1) {
			for (let b = a + 1; b < outputsOf(one); b += 1) {
				add('swap branch', `${one.name}, outputs ${a} and ${b}`, (workflow) => {
					const { main } = (workflow.connections[one.name] ??= { main: [] });
					[main[a], main[b]] = [main[b] ?? [], main[a] ?? []];
				});
			}
		}
	}
	for (const { name } of movable) {
		for (const onError of ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput']) {
			add('error handling', `${name}: ${onError}`, (workflow) => (named(workflow, name).onError = onError));
		}
		for (const flag of ['alwaysOutputData', 'executeOnce', 'retryOnFail'] as const) {
			add('setting', `${name}: ${flag}`, (workflow) => {
				Object.assign(named(workflow, name), { [flag]: true, maxTries: 2, waitBetweenTries: 1 });
			});
		}
	}
	for (const one of movable) {
		for (let output = 0; output < outputsOf(one); output += 1) {
			for (const { name } of movable) {
				const known = edges.some(
					(edge) => edge.from === one.name && edge.output === output && edge.target.node === name,
				);
				if (!known)
					add('side path', `${one.name} (${output}) to ${name}`, (workflow) =>
						link(workflow, one.name, output, name),
					);
			}
		}
	}
	const inserted: readonly (readonly [
		string,
		(workflow: SpineWorkflow) => { first: string; last: string; output: number },
	])[] = [
		[
			'a second send',
			(workflow) => {
				workflow.nodes.push(post('Send again', sendUrl));
				return { first: 'Send again', last: 'Send again', output: 0 };
			},
		],
		[
			'a CRM write',
			(workflow) => {
				workflow.nodes.push(post('Write contact', crmUrl));
				return { first: 'Write contact', last: 'Write contact', output: 0 };
			},
		],
		[
			'a copy through a join',
			(workflow) => {
				workflow.nodes.push(node('Fork', `${BASE}noOp`), node('Join', `${BASE}merge`, {}, {}, 3.2));
				workflow.connections.Fork = {
					main: [[0, 1].map((index) => ({ node: 'Join', type: 'main', index }))],
				};
				return { first: 'Fork', last: 'Join', output: 0 };
			},
		],
		[
			'a loop',
			(workflow) => {
				const options = { batchSize: 1, options: {} };
				workflow.nodes.push(
					node('Loop', `${BASE}splitInBatches`, options, {}, 3),
					node('Pass', `${BASE}noOp`),
				);
				workflow.connections.Loop = { main: [[], [{ node: 'Pass', type: 'main', index: 0 }]] };
				workflow.connections.Pass = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
				return { first: 'Loop', last: 'Loop', output: 0 };
			},
		],
	];
	for (const [what, build] of inserted) {
		for (const edge of edges) {
			add('insert', `${what} between ${edge.from} (${edge.output}) and ${edge.target.node}`, (workflow) => {
				const { first, last, output } = build(workflow);
				unlink(workflow, edge);
				link(workflow, edge.from, edge.output, first);
				link(workflow, last, output, edge.target.node);
			});
		}
	}
	for (const { name } of movable) {
		add('start elsewhere', name, (workflow) => {
			workflow.nodes.push(node('By hand', `${BASE}manualTrigger`));
			link(workflow, 'By hand', 0, name);
		});
	}
	return found;
}
