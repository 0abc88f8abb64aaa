import type * as jestGlobals from '@jest/globals';
import vm from 'node:vm';
import { Expression } from 'n8n-workflow';

// A bench runs workflows outside jest, where '@jest/globals' cannot be loaded and there is no afterAll.
declare const afterAll: typeof jestGlobals.afterAll | undefined;
declare const describe: typeof jestGlobals.describe;

/** n8n's expression engines: `vm` (isolated-vm) is the default of n8n 2.40, `legacy` the one before. */
export type Engine = 'legacy' | 'vm';

/** Whether this process can load the vm engine: jest needs NODE_OPTIONS=--experimental-vm-modules for it. */
export const vmAvailable = typeof (vm as { SyntheticModule?: unknown }).SyntheticModule === 'function';

/** The line a skipped vm run leaves behind. */
export const VM_SKIPPED =
	'SKIPPED the vm expression engine: run through `npm test`, or set NODE_OPTIONS=--experimental-vm-modules';

let ready: Promise<void> | undefined;

/** Makes `engine` the one of this process; the choice is global, so two runs at once must agree on it. */
export const useEngine = async (engine: Engine): Promise<void> => {
	if (engine === 'vm') {
		if (!vmAvailable) throw new Error(VM_SKIPPED);
		ready ??= Expression.initExpressionEngine({
			engine: 'vm',
			bridgeTimeout: 30_000,
			bridgeMemoryLimit: 128,
			poolSize: 1,
			maxCodeCacheSize: 1_024,
		});
		await ready;
	}
	Expression.setExpressionEngine(engine);
};

/** `describe` once for each expression engine; the vm one is skipped, loudly, where it cannot be loaded. */
export const forEachEngine = (title: string, suite: (engine: Engine) => void): void => {
	describe(`${title} [legacy]`, () => suite('legacy'));
	if (vmAvailable) describe(`${title} [vm]`, () => suite('vm'));
	else describe.skip(`${title} [vm] ${VM_SKIPPED}`, () => suite('vm'));
};

// Outside jest the process ends by itself.
if (typeof afterAll === 'function') {
	afterAll(async () => {
		if (ready) await Expression.disposeExpressionEngine();
		ready = undefined;
	});
}
