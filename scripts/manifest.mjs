// The `n8n` block of package.json follows the folders: a node is registered by existing.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const posix = (file) => file.split(path.sep).join('/');

/** Entries of the bundle by output name without extension, e.g. `nodes/ReleaseGate/ReleaseGate.node`. */
export const entries = (root) => {
	const files = globSync(['nodes/*/*.node.ts', 'credentials/*.credentials.ts'], { cwd: root })
		.map(posix)
		.sort();
	if (existsSync(path.join(root, 'cli/index.ts'))) files.push('cli/index.ts');
	return Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ''), path.join(root, file)]));
};

/** What package.json has to say about the given entries. */
export const expected = (names) => {
	const built = (prefix) => names.filter((name) => name.startsWith(prefix)).map((name) => `dist/${name}.js`);
	return {
		n8n: { n8nNodesApiVersion: 1, strict: false, credentials: built('credentials/'), nodes: built('nodes/') },
		...(names.includes('cli/index') && { bin: { 'n8n-nodes-release-gate': 'dist/cli/index.js' } }),
	};
};

/**
 * Brings package.json in line with the folders. In CI it changes nothing and fails instead, so that a commit that
 * forgot the manifest does not pass.
 */
export const syncManifest = (root) => {
	const file = path.join(root, 'package.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8'));
	const wanted = expected(Object.keys(entries(root)));
	const same = ['n8n', 'bin'].every((key) => JSON.stringify(manifest[key]) === JSON.stringify(wanted[key]));
	if (same) return;
	if (process.env.CI) {
		throw new Error(
			'package.json does not list the nodes and credentials there are: run `npm run build`, commit it',
		);
	}
	const { n8n, bin, ...rest } = manifest;
	const ordered = {};
	for (const [key, value] of Object.entries(rest)) {
		if (key === 'peerDependencies') Object.assign(ordered, wanted);
		ordered[key] = value;
	}
	writeFileSync(file, `${JSON.stringify(ordered, null, 2)}\n`);
	console.log('package.json: listed the nodes and credentials there are');
};
