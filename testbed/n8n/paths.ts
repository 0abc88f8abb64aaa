import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository: the package that is linked into n8n. */
export const packageRoot = resolve(__dirname, '..', '..');

/**
 * A package.json of its own, with n8n and the Node that n8n runs on. Not above any source: what lies beside a source would
 * be found before the project's own n8n-workflow.
 */
export const installRoot = join(__dirname, 'install');

/** Where instances keep their user folders, logs and process ids. Not under version control. */
export const runRoot = join(packageRoot, 'testbed', '.run');

/** The exported templates. */
export const templatesRoot = join(packageRoot, 'workflows');

/** Folder whose `node_modules` holds the n8n to run: RG_N8N_ROOT (the matrix sets it), else the one installed here. */
const n8nRoot = process.env.RG_N8N_ROOT ?? installRoot;

/** Node 24 from npm, as n8n 2.40 wants it, whatever `node` is first on PATH; another one with RG_N8N_NODE. */
export const nodeBinary = process.env.RG_N8N_NODE ?? join(installRoot, 'node_modules', '.bin', 'node');

/** n8n's own command line. */
export const n8nBinary = join(n8nRoot, 'node_modules', 'n8n', 'bin', 'n8n');

/** True when there is an n8n and a Node to run it. */
export function isSandboxInstalled(): boolean {
	return existsSync(n8nBinary) && existsSync(nodeBinary);
}

/** True when the package has been built, so that n8n can load it through the link. */
export function isPackageBuilt(): boolean {
	return existsSync(join(packageRoot, 'dist', 'nodes')) && existsSync(join(packageRoot, 'dist', 'known'));
}
