// Runs jest with what the tests need: `node scripts/jest.mjs [jest options]`.
// n8n's vm expression engine needs experimental VM modules; warnings of experimental Node features would bury failures.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** Runs jest to its end and returns its exit code. */
export const runJest = (options) => {
	const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	return (
		spawnSync(process.execPath, [...flags, jest, ...options], {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
		}).status ?? 1
	);
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exit(runJest(process.argv.slice(2)));
