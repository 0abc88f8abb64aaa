import { ExecuteContext, WorkflowExecute } from 'n8n-core';
import type { IExecuteFunctions } from 'n8n-workflow';

/** What the double takes away besides the helper. */
export interface Missing {
	/** `$('Node').itemMatching`, which n8n documents. */
	readonly itemMatching?: true;
}

type Output = Readonly<Record<PropertyKey, unknown>>;

const without = (target: object, name: string): object =>
	new Proxy(target, {
		get: (from, property) => (property === name ? undefined : (Reflect.get(from, property) as unknown)),
		has: (from, property) => property !== name && Reflect.has(from, property),
	});

/** The part of n8n's engine that leads failed items to the error output, by the helper that nodes lose. */
interface Engine {
	handleNodeErrorOutput(this: unknown, ...given: unknown[]): unknown;
}

/** The class of every context of a node that holds the run: `BaseExecuteContext`, which n8n-core does not export. */
const contexts = Object.getPrototypeOf(ExecuteContext.prototype) as IExecuteFunctions;

/**
 * A double of what n8n 3 changes in the data proxy of a node: `$getPairedItem` is gone (docs.n8n.io, "v3.0 breaking
 * changes"). It stands on the libraries of 2.40, since those of 3 cannot be had; n8n 3 itself was not run. n8n's own
 * engine keeps the helper, with which it leads items to error outputs. With `missing` more is taken away than n8n 3
 * does. Gives the way back.
 */
export function asN8n3(missing: Missing = {}): () => void {
	const original = Object.getOwnPropertyDescriptor(contexts, 'getWorkflowDataProxy');
	const proxyOf = original?.value as IExecuteFunctions['getWorkflowDataProxy'] | undefined;
	if (!original || !proxyOf) throw new Error('n8n-core has no BaseExecuteContext.getWorkflowDataProxy');
	const engine: Engine = WorkflowExecute.prototype;
	const leadToErrorOutput = engine.handleNodeErrorOutput;
	let engineAsks = false;
	engine.handleNodeErrorOutput = function (this: unknown, ...given: unknown[]) {
		engineAsks = true;
		try {
			return leadToErrorOutput.apply(this, given);
		} finally {
			engineAsks = false;
		}
	};
	Object.defineProperty(contexts, 'getWorkflowDataProxy', {
		...original,
		value(this: IExecuteFunctions, item: number) {
			const proxy = proxyOf.call(this, item);
			if (engineAsks) return proxy;
			const bare = without(proxy, '$getPairedItem');
			if (!missing.itemMatching) return bare;
			const $ = proxy.$ as (node: string) => Output;
			return new Proxy(bare, {
				get: (from, property) =>
					property === '$'
						? (node: string) => without($(node), 'itemMatching')
						: (Reflect.get(from, property) as unknown),
			});
		},
	});
	return () => {
		engine.handleNodeErrorOutput = leadToErrorOutput;
		Object.defineProperty(contexts, 'getWorkflowDataProxy', original);
	};
}
