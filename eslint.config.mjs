import eslint from '@eslint/js';
import { configs as communityNodes } from '@n8n/eslint-plugin-community-nodes';
import boundaries from 'eslint-plugin-boundaries';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const source = ['core', 'app', 'adapters', 'nodes', 'credentials', 'cli'];
const inSource = source.map((room) => `${room}/**/*.ts`);
const support = ['testbed/**/*.ts', 'scenarios/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'];

/** The only libraries the core may know: pure ones. */
const coreLibraries = [
	...[
		'@dagrejs/graphlib',
		'acorn',
		'acorn-walk',
		'canonicalize',
		'html-template-tag',
		'cron/dist/time',
		'luxon',
		'murmurhash3js',
		'node:crypto',
		'simple-statistics',
		'zod',
	],
];

/** The rooms of the core and of the use cases, lowest first: a room may import itself and those before it. */
const rooms = {
	core: [
		'errors',
		'page',
		'delivery',
		'once',
		'audit',
		'release',
		'rollout',
		'stability',
		'snapshot',
		'setup',
		'desk',
	],
	app: [
		'ports',
		'ledger',
		'deliver',
		'release',
		'rollout',
		'watch',
		'snapshot',
		'prepare',
		'report',
		'setup',
		'doctor',
		'upgrade',
		'desk',
	],
};
const roomNames = (top) => rooms[top].map((room) => `${top}/${room}`);
const core = roomNames('core');
const app = roomNames('app');

/** The arrows of the design: who may import whom. */
const arrows = {
	...Object.fromEntries(core.map((room, at) => [room, core.slice(0, at + 1)])),
	...Object.fromEntries(app.map((room, at) => [room, [...core, ...app.slice(0, at + 1)]])),
	adapters: ['adapters', ...core, ...app],
	credentials: ['credentials', ...core, ...app, 'adapters'],
	cli: ['cli', ...core, ...app, 'adapters'],
	nodes: ['nodes', ...core, ...app, 'adapters'],
	testbed: ['testbed', 'nodes', ...core, ...app, 'adapters', 'cli'],
	scenarios: ['scenarios', 'testbed', ...core, ...app, 'adapters', 'cli'],
	bench: ['bench', 'testbed', ...core, ...app, 'adapters', 'cli', 'nodes', 'credentials'],
	test: [],
	scripts: ['scripts', 'testbed', 'scenarios', ...core, ...app, 'adapters', 'nodes', 'bench'],
};

/** A type that nobody looked at. */
const unread = {
	selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
	message: 'Read what comes from outside by a schema: documentOf for a record of the ledger.',
};

/** What `html-template-tag` cannot see of a template. */
const markup = [
	{
		selector: 'TaggedTemplateExpression[tag.name="html"] TemplateElement[value.raw=/\\$$/]',
		message: 'Put markup in as a list of Html: `$${…}` would take any text as markup.',
	},
	{
		selector:
			'TaggedTemplateExpression[tag.name="html"] > TemplateLiteral > TemplateElement[value.raw=""]:not(:first-child):not(:last-child)',
		message: 'A text that ends in `src=` would swallow a value right after it: put a tag or a blank between.',
	},
];

const syntax = [
	{ selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
	{ selector: 'TSModuleDeclaration[kind="namespace"]', message: 'Use modules.' },
	...markup,
];

const ambient = 'The core has no ambient clock, chance or timer: take an Instant or an id from the caller.';

const coreSyntax = [
	{ selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: ambient },
	{ selector: 'ImportExpression', message: 'The core imports statically, and only pure things.' },
	...[
		':function[async=true]',
		'AwaitExpression',
		'ForOfStatement[await=true]',
		'TSTypeReference[typeName.name=/^(?:Promise|PromiseLike|AsyncIterable|AsyncGenerator)$/]',
		'Identifier[name="Promise"]',
	].map((selector) => ({
		selector,
		message: 'The core is synchronous: what waits for something is a use case and stands in app.',
	})),
	{ selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
	...markup,
];

/**
 * Vendors, as names and texts spell them. `hubspot-schema` and `hubSpot` are no names but words of the policies that ship and
 * of workflows that were saved.
 */
const vendors =
	'/HubSpot|[Pp]ostmark|[Ss]end[Gg]rid|[Mm]ailgun|[Bb]revo|Resend|[Oo]pen(?:AI|ai|Ai)|[Ss]lack|Git[Hh]ub|[Ss]tripe|[Dd]atadog|[Ii]ntercom|[Ss]alesforce|[Aa]irtable|Amazon/';
const nameless = [
	`Literal[value=${vendors}]`,
	`TemplateElement[value.raw=${vendors}]`,
	`Identifier[name=${vendors}]`,
].map((selector) => ({
	selector,
	message:
		'The core names no vendor: a table of vendors stands in adapters or app, with a plain class in the core.',
}));

export default tseslint.config(
	{ ignores: ['dist/', 'coverage/', '.cache/', '**/node_modules/', 'testbed/.run/'] },
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	{
		files: ['package.json', 'nodes/**/*.ts', 'credentials/**/*.ts'],
		extends: [communityNodes.recommendedWithoutN8nCloudSupport],
	},
	{ files: ['package.json'], extends: [tseslint.configs.base], rules: {} },
	{
		files: ['**/*.ts'],
		extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/no-unnecessary-condition': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			'@typescript-eslint/prefer-readonly': 'error',
			'@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			// Ports are async whether or not one implementation has to wait.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			eqeqeq: 'error',
			// Keys and reports are cleaned of control characters, so the patterns have to name them.
			'no-control-regex': 'off',
			'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
			'no-console': 'error',
			'no-restricted-syntax': ['error', ...syntax],
		},
	},
	{
		files: ['app/**/*.ts', 'adapters/**/*.ts'],
		rules: { 'no-restricted-syntax': ['error', ...syntax, unread] },
	},
	{
		files: [...inSource, ...support],
		plugins: { boundaries, 'import-x': importX },
		settings: {
			'import-x/extensions': ['.ts'],
			'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
			'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
			'boundaries/elements': Object.keys(arrows).map((type) => ({
				type,
				pattern: `${type}/**`,
				partialMatch: false,
			})),
			'boundaries/dependency-nodes': ['import', 'export', 'dynamic-import', 'require'],
			'import/resolver': { typescript: { project: 'tsconfig.json' } },
		},
		rules: {
			'import-x/no-cycle': ['error', { ignoreExternal: true }],
			'boundaries/dependencies': [
				'error',
				{
					default: 'disallow',
					policies: [
						{ allow: { to: { module: { origin: 'external' } } } },
						{ allow: { to: { module: { origin: 'core' } } } },
						...Object.entries(arrows).map(([from, to]) => ({
							from: { element: { type: from } },
							allow: { to: { element: { types: { anyOf: to } } } },
						})),
					],
				},
			],
		},
	},
	{
		files: ['core/**/*.ts'],
		rules: {
			'@typescript-eslint/no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: `^(?!\\.{1,2}(?:/|$)|(?:${coreLibraries.join('|')})$)`,
							message:
								'The core knows no n8n, HTTP, files, databases or vendors: such a thing comes in through a port.',
						},
					],
				},
			],
			'no-restricted-globals': [
				'error',
				...['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
					name,
					message: ambient,
				})),
			],
			'no-restricted-properties': [
				'error',
				{ object: 'Date', property: 'now', message: ambient },
				{ object: 'Math', property: 'random', message: ambient },
				{ object: 'DateTime', property: 'now', message: ambient },
				{ object: 'crypto', property: 'randomUUID', message: ambient },
			],
			'no-restricted-syntax': ['error', ...coreSyntax],
		},
	},
	{
		// The audit knows the nodes and hosts of vendors, since it reads workflows that use them; the catalogue of errors is
		// what a person reads, who looks for the vendor by its name.
		files: ['core/**/*.ts'],
		ignores: ['core/audit/**', 'core/errors/**'],
		rules: { 'no-restricted-syntax': ['error', ...coreSyntax, ...nameless] },
	},
	// Handlers of fastify are plain functions that its types declare as methods.
	{ files: support, rules: { 'no-console': 'off', '@typescript-eslint/unbound-method': 'off' } },
	// Tables of workflows, and of the mistakes in them.
	{
		files: [
			...['testbed/audit/foreign/*.ts', 'testbed/audit/safe/*.ts'],
			'testbed/audit/mutations/by-class.ts',
		],
		rules: { 'max-lines': ['error', { max: 600 }] },
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			'max-lines': ['warn', { max: 600 }],
			'no-console': 'off',
			// Matchers and parsed JSON are `any`; a wrong shape fails the assertion itself.
			// Tests evaluate what n8n evaluates, and load built files.
			'@typescript-eslint/no-implied-eval': 'off',
			'@typescript-eslint/no-require-imports': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
			'@typescript-eslint/unbound-method': 'off',
		},
	},
);
