// n8n-core logs each refused request with its stack; the tests look at the run instead.
process.env.N8N_LOG_LEVEL ??= 'silent';

/** Tests mirror the tree. SWC transforms, so that a file starts fast; types are checked by `npm run typecheck`. */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '/dist/'],
	modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/sandbox/node_modules', '<rootDir>/sandbox/.run'],
	// canonicalize is published as an ES module only; Jest's require takes CommonJS.
	transformIgnorePatterns: ['/node_modules/(?!canonicalize/)'],
	transform: {
		'(^.+\\.ts$)|(/canonicalize/lib/.+\\.js$)': [
			'@swc/jest',
			{
				jsc: {
					parser: { syntax: 'typescript', decorators: true },
					target: 'es2022',
					transform: { decoratorMetadata: true },
				},
				module: { type: 'commonjs' },
			},
		],
	},
	testTimeout: 30_000,
};
