const { existsSync } = require('node:fs');

// n8n-core logs each refused request with its stack; the tests look at the run instead.
process.env.N8N_LOG_LEVEL ??= 'silent';

const swc = (jsc) => ['@swc/jest', { jsc: { target: 'es2022', ...jsc }, module: { type: 'commonjs' } }];

/** Tests that run in the libraries of the oldest supported n8n, and in no others. */
const oldestOnly = '\\.oldest-n8n\\.test\\.ts$';

/** Libraries that ship ES modules only; jest loads CommonJS. */
const esModules = ['canonicalize', 'commander', 'echarts', 'zrender'].join('|');

/** Tests mirror the tree. SWC transforms, so that a file starts fast; types are checked by `npm run typecheck`. */
const project = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/', oldestOnly],
	modulePathIgnorePatterns: [
		'<rootDir>/dist',
		'<rootDir>/testbed/n8n/install/node_modules',
		'<rootDir>/testbed/engine/oldest/node_modules',
		'<rootDir>/testbed/.run',
	],
	transform: {
		'^.+\\.ts$': swc({
			parser: { syntax: 'typescript', decorators: true },
			transform: { decoratorMetadata: true },
		}),
		[`/node_modules/(?:${esModules})/.+\\.m?js$`]: swc({ parser: { syntax: 'ecmascript' } }),
	},
	transformIgnorePatterns: [`/node_modules/(?!(?:${esModules})/)`],
	// A call that a vendor would not take, or an answer it would not give, fails the test it was made in.
	setupFilesAfterEnv: ['<rootDir>/testbed/contracts/jest-hook.ts'],
};

/** The same code in the libraries of the oldest n8n that is supported, which `npm test` installs. */
const oldest = {
	...project,
	displayName: 'n8n 1.123',
	testMatch: ['**/*.oldest-n8n.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	modulePathIgnorePatterns: project.modulePathIgnorePatterns.filter((folder) => !folder.includes('oldest')),
	moduleNameMapper: {
		'^(n8n-core|n8n-workflow|n8n-nodes-base)(/.*)?$': '<rootDir>/testbed/engine/oldest/node_modules/$1$2',
	},
};

const isInstalled = existsSync(`${__dirname}/testbed/engine/oldest/node_modules/n8n-core`);
if (!isInstalled)
	console.warn(
		'SKIPPED: the tests on the oldest supported n8n. `npm test` installs it, or node scripts/ensure.mjs --oldest.',
	);

// Never both in one process: a native library that both n8n bring (isolated-vm) takes only one of them.
module.exports = {
	...(process.env.RG_OLDEST_N8N === '1' && isInstalled ? oldest : project),
	testTimeout: 30_000,
};
