import { readFileSync } from 'node:fs';
import { templateFiles } from './template-files';

interface Node {
	readonly name: string;
	readonly type: string;
	readonly parameters: Readonly<Record<string, unknown>>;
}

/** A template as far as its calls go. */
export interface CallingTemplate {
	readonly id: string;
	readonly set: string;
	readonly name: string;
	/** What starts it besides other workflows, e.g. `schedule`; the first word in its trigger's own terms. */
	readonly starts: readonly string[];
	/** Working nodes, sticky notes left out. */
	readonly nodes: number;
	/** Ids of the templates it calls, and the nodes that call. */
	readonly calls: readonly { readonly node: string; readonly id: string }[];
}

/** How triggers are told; who may start it comes from the trigger's own authentication. */
const told: Readonly<Record<string, (parameters: Node['parameters']) => string>> = {
	scheduleTrigger: () => 'a schedule',
	formTrigger: ({ authentication }) =>
		authentication === 'n8nUserAuth' ? 'a form, for who is signed in to n8n' : 'a form, behind a login',
	webhook: ({ authentication }) =>
		authentication === 'headerAuth' ? 'a webhook, with a key' : 'a webhook, behind a login',
	manualTrigger: () => 'by hand',
	errorTrigger: () => 'a run that failed',
	releaseTrigger: () => 'an event of the ledger',
};

const typeOf = ({ type }: Node): string => type.split('.').at(-1) ?? '';

/** Fields of all Config nodes and their values: a stage finds the id it calls in what its caller passed on. */
const fieldsOf = (nodes: readonly Node[]): readonly (readonly [string, unknown])[] =>
	nodes
		.filter((node) => typeOf(node) === 'set')
		.flatMap(({ parameters }) => {
			const { assignments = [] } = (parameters['assignments'] ?? {}) as {
				assignments?: readonly { readonly name: string; readonly value: unknown }[];
			};
			return assignments.map(({ name, value }) => [name, value] as const);
		});

/** Reads every template and finds what it calls. Throws when a call leads to no template. */
export function templateCalls(): readonly CallingTemplate[] {
	const read = templateFiles().map(({ id, set, path }) => ({
		id,
		set,
		workflow: JSON.parse(readFileSync(path, 'utf8')) as { name: string; nodes: readonly Node[] },
	}));
	const ids = new Set(read.map(({ id }) => id));
	const everywhere = new Map(read.flatMap(({ workflow }) => fieldsOf(workflow.nodes)));
	return read.map(({ id, set, workflow: { name, nodes } }) => {
		const own = new Map(fieldsOf(nodes));
		const calls = nodes
			// One that runs nodes it is given calls no template.
			.filter((node) => typeOf(node) === 'executeWorkflow' && node.parameters['source'] !== 'parameter')
			.flatMap((node) => {
				const { value } = node.parameters['workflowId'] as { value: string };
				const field = /json\.(\w+)\s*\}\}$/.exec(value)?.[1] ?? '';
				const named = own.get(field) ?? everywhere.get(field);
				const called = typeof named === 'string' ? named : value;
				// As shipped it calls nothing: whoever has what the other template needs writes its id.
				if (called === '') return [];
				if (!ids.has(called))
					throw new Error(`${id}: '${node.name}' calls '${called}', which is no template.`);
				return [{ node: node.name, id: called }];
			});
		const starts = nodes.flatMap((node) => told[typeOf(node)]?.(node.parameters) ?? []);
		const working = nodes.filter((node) => typeOf(node) !== 'stickyNote').length;
		return { id, set, name, starts: [...new Set(starts)], nodes: working, calls };
	});
}
