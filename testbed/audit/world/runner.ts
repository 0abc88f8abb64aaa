import { createRequire } from 'node:module';
import vm from 'node:vm';
import type { IExecuteFunctions } from 'n8n-workflow';

type Result = { ok: true; result: unknown } | { ok: false; error: unknown };

interface CodeTask {
	readonly code: string;
	readonly nodeMode: string;
	readonly continueOnFail: boolean;
}

const NAMES = [
	...['$', '$input', '$json', '$binary', '$node', '$items', '$now', '$today', '$vars', '$env', '$workflow'],
	...['$execution', '$parameter', '$itemIndex', '$runIndex', '$prevNode', '$jmespath', '$mode', 'DateTime'],
	...['Interval', 'Duration'],
];

const require = createRequire(__filename);

/** What code sees: n8n's own data, its helpers, and what an operator can open (`fetch`, `require` of every module). */
function contextOf(functions: IExecuteFunctions, index: number): vm.Context {
	const proxy = functions.getWorkflowDataProxy(index) as unknown as Record<string, unknown>;
	const items = functions.getInputData();
	const { helpers } = functions;
	return vm.createContext({
		...Object.fromEntries(NAMES.map((name) => [name, proxy[name]])),
		items,
		item: items[index],
		helpers: { httpRequest: helpers.httpRequest.bind(helpers) },
		$getWorkflowStaticData: (type: string) => functions.getWorkflowStaticData(type),
		require,
		fetch,
		Buffer,
		console: { log: () => undefined },
		setTimeout,
		clearTimeout,
	});
}

/** The form in which `JsTaskRunner.createVmExecutableCode` of n8n 2.40 runs the code of a node. */
const run = async (code: string, functions: IExecuteFunctions, index: number): Promise<unknown> =>
	(await vm.runInContext(
		`globalThis.global = globalThis; (async function VmCodeWrapper() {${code}\n}).call(globalThis)`,
		contextOf(functions, index),
		{ timeout: 2_000, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
	)) as unknown;

/** Lets what the code started without waiting for it reach its host. */
const settle = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 20));

/**
 * The JavaScript task runner as the attacks need it: a realm of its own, as n8n's secure mode has it, so that code that
 * replaces a built-in spoils no test; and everything open that an operator can open.
 */
export async function openRunner(
	_additionalData: unknown,
	jobType: string,
	settings: unknown,
	functions: IExecuteFunctions,
): Promise<Result> {
	if (jobType !== 'javascript') return { ok: false, error: new Error(`No runner for ${jobType} in tests`) };
	const { code, nodeMode, continueOnFail } = settings as CodeTask;
	try {
		if (nodeMode !== 'runOnceForEachItem') {
			const result = await run(code, functions, 0);
			await settle();
			return { ok: true, result };
		}
		const results: unknown[] = [];
		for (let index = 0; index < functions.getInputData().length; index += 1) {
			const value = (await run(code, functions, index)) as { json?: unknown } | null | undefined | false;
			if (value) results.push({ json: value.json ?? value, pairedItem: { item: index } });
		}
		return { ok: true, result: results };
	} catch (error) {
		await settle();
		const told = error instanceof Error ? error : new Error(String((error as Error | undefined)?.message));
		return continueOnFail
			? { ok: true, result: [{ json: { error: told.message } }] }
			: { ok: false, error: told };
	}
}
