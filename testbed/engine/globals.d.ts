import type * as jestGlobals from '@jest/globals';

// Jest puts these into every test file; @jest/globals has their types.
declare global {
	const afterAll: typeof jestGlobals.afterAll;
	const afterEach: typeof jestGlobals.afterEach;
	const beforeAll: typeof jestGlobals.beforeAll;
	const beforeEach: typeof jestGlobals.beforeEach;
	const describe: typeof jestGlobals.describe;
	const expect: typeof jestGlobals.expect;
	const it: typeof jestGlobals.it;
	const jest: typeof jestGlobals.jest;
	const test: typeof jestGlobals.test;
}
