import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository: the package that is linked into n8n. */
export const packageRoot = resolve(__dirname, '..', '..');

/** The sandbox: its own package.json, with n8n and the Node that n8n runs on. */
export const sandboxRoot = join(packageRoot, 'sandbox');

/** Where instances keep their user folders, logs and process ids. Not under version control. */
export const runRoot = join(sandboxRoot, '.run');

/** The exported templates. */
export const templatesRoot = join(packageRoot, 'workflows');

/** Node 24 from npm, as n8n 2.40 wants it, whatever `node` is first on PATH. */
export const nodeBinary = join(sandboxRoot, 'node_modules', '.bin', 'node');

/** n8n's own command line. */
export const n8nBinary = join(sandboxRoot, 'node_modules', 'n8n', 'bin', 'n8n');

/** True when `sandbox/node_modules` holds n8n and Node. */
export function isSandboxInstalled(): boolean {
	return existsSync(n8nBinary) && existsSync(nodeBinary);
}

/** True when the package has been built, so that n8n can load it through the link. */
export function isPackageBuilt(): boolean {
	return existsSync(join(packageRoot, 'dist', 'nodes')) && existsSync(join(packageRoot, 'dist', 'known'));
}
