// n8n-core logs each refused request with its stack; the tests look at the run instead.
process.env.N8N_LOG_LEVEL ??= 'silent';

const swc = (jsc) => ['@swc/jest', { jsc: { target: 'es2022', ...jsc }, module: { type: 'commonjs' } }];

/** Libraries that ship ES modules only; jest loads CommonJS. */
const esModules = ['canonicalize', 'commander', 'echarts', 'zrender'].join('|');

/** Tests mirror the tree. SWC transforms, so that a file starts fast; types are checked by `npm run typecheck`. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	modulePathIgnorePatterns: [
		'<rootDir>/dist',
		'<rootDir>/testbed/n8n/install/node_modules',
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
	testTimeout: 30_000,
};
