import type { IDataObject, IExecuteFunctions, WorkflowExecuteMode } from 'n8n-workflow';

type Result = { ok: true; result: unknown } | { ok: false; error: unknown };

interface CodeTask {
	readonly code: string;
	readonly nodeMode: 'runOnceForAllItems' | 'runOnceForEachItem' | 'runCode';
	readonly workflowMode: WorkflowExecuteMode;
	readonly continueOnFail: boolean;
	readonly chunk?: { readonly startIndex: number; readonly count: number };
}

/** What the task runner offers to the code of a Code node, taken from n8n's own data proxy. */
const NAMES = [
	...['$', '$input', '$json', '$binary', '$node', '$items', '$now', '$today', '$vars', '$env', '$workflow'],
	...['$execution', '$parameter', '$itemIndex', '$runIndex', '$prevNode', '$jmespath', '$mode', 'DateTime'],
	...['Interval', 'Duration'],
];

type Body = (...values: unknown[]) => Promise<unknown>;
// The constructor of async functions has no global name.
const AsyncFunction = (Object.getPrototypeOf(async () => undefined) as { constructor: unknown })
	.constructor as new (...source: string[]) => Body;

const compile = (code: string): Body =>
	new AsyncFunction(...NAMES, '$getWorkflowStaticData', 'items', 'item', code);

const call = async (body: Body, functions: IExecuteFunctions, index: number): Promise<unknown> => {
	const proxy = functions.getWorkflowDataProxy(index) as unknown as Record<string, unknown>;
	const items = functions.getInputData();
	const values = NAMES.map((name) => proxy[name]);
	const staticData = (type: string) => functions.getWorkflowStaticData(type);
	return await body(...values, staticData, items, items[index]);
};

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

const perItem = async (task: CodeTask, functions: IExecuteFunctions): Promise<unknown[]> => {
	const body = compile(task.code);
	const start = task.chunk?.startIndex ?? 0;
	const count = task.chunk?.count ?? functions.getInputData().length;
	const results: unknown[] = [];
	for (let index = start; index < start + count; index++) {
		try {
			const value = (await call(body, functions, index)) as IDataObject | null | undefined;
			if (value) results.push({ json: value.json ?? value, pairedItem: { item: index } });
		} catch (error) {
			if (!task.continueOnFail) throw error;
			results.push({ json: { error: message(error) }, pairedItem: { item: index } });
		}
	}
	return results;
};

const allItems = async (task: CodeTask, functions: IExecuteFunctions): Promise<unknown> => {
	try {
		return await call(compile(task.code), functions, 0);
	} catch (error) {
		if (!task.continueOnFail) throw error;
		return [{ json: { error: message(error) } }];
	}
};

/**
 * The JavaScript task runner of the Code node, in this process: `startRunnerTask` of the additional data. Same
 * results and item linking as the real runner; no sandbox, since the code is the test's own.
 */
export const startRunnerTask = async (
	_additionalData: unknown,
	jobType: string,
	settings: unknown,
	functions: IExecuteFunctions,
): Promise<Result> => {
	if (jobType !== 'javascript') return { ok: false, error: new Error(`No runner for ${jobType} in tests`) };
	const task = settings as CodeTask;
	try {
		const run = task.nodeMode === 'runOnceForEachItem' ? perItem : allItems;
		return { ok: true, result: await run(task, functions) };
	} catch (error) {
		return { ok: false, error: error instanceof Error ? error : new Error(message(error)) };
	}
};
