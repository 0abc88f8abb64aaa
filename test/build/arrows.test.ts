import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

// Files of the project: type-aware rules only lint what the compiler knows.
const core = 'core/errors/error.ts';
const adapter = 'adapters/hubspot/options.ts';
const node = 'nodes/kit/envelope.ts';

const room = 'core/delivery/key.ts';
const useCase = 'app/ledger/batch.ts';
const bench = 'bench/harness/types.ts';
const testbed = 'testbed/look.ts';

const arrow = 'boundaries/dependencies';
const circle = 'import-x/no-cycle';
const library = '@typescript-eslint/no-restricted-imports';

type Case = readonly [title: string, file: string, text: string, rule: string | null];

const arrowCases: Case[] = [
	['refuses core to adapters', core, "export * from '../../adapters/hubspot/options';", arrow],
	['refuses core to nodes', core, "import '../../nodes/kit/envelope';", arrow],
	['refuses adapters to nodes', adapter, "import '../../nodes/kit/envelope';", arrow],
	[
		'refuses adapters to nodes, when used',
		adapter,
		"export const load = () => import('../../nodes/kit/envelope');",
		arrow,
	],
	['refuses core to app', core, "export * from '../../app/ledger/api';", arrow],
	['refuses a lower room of the core to a higher one', room, "export * from '../release/stages';", arrow],
	[
		'refuses a lower room of the use cases to a higher one',
		useCase,
		"export * from '../watch/trail';",
		arrow,
	],
	['refuses bench to tests', bench, "export * from '../../test/support/cli';", arrow],
	['refuses the testbed to scenarios', testbed, "export * from '../scenarios/play-story';", arrow],
	['refuses a circle', core, "export { gateError } from './index';", circle],
	['allows app to core', useCase, "import '../../core/errors/error';", null],
	['allows a higher room to a lower one', room, "import '../errors/error';", null],
	['allows nodes to core', node, "import '../../core/errors/error';", null],
	['allows nodes to adapters', node, "import '../../adapters/hubspot/options';", null],
	['allows adapters to core', adapter, "import '../../core/errors/error';", null],
];

const foreign = ['n8n-workflow', 'node:fs', 'node:http', 'pg', '@hubspot/api-client', 'axios'];
const friends = ['node:crypto', 'zod', 'luxon'];

const purityCases: Case[] = [
	...foreign.map((name): Case => [`refuses ${name}`, core, `import '${name}';`, library]),
	...friends.map((name): Case => [`allows ${name}`, core, `import '${name}';`, null]),
	['refuses the clock', core, 'export const at = () => Date.now();', 'no-restricted-properties'],
	['refuses the date of now', core, 'export const at = () => new Date();', 'no-restricted-syntax'],
	['refuses chance', core, 'export const dice = () => Math.random();', 'no-restricted-properties'],
	['refuses timers', core, 'export const wait = () => setTimeout(() => {}, 1);', 'no-restricted-globals'],
	['refuses to load later', core, "export const load = () => import('zod');", 'no-restricted-syntax'],
	['refuses to wait', core, 'export async function wait() {}', 'no-restricted-syntax'],
	['refuses to promise', core, 'export type Later = Promise<number>;', 'no-restricted-syntax'],
	[
		'refuses a type that nobody looked at',
		useCase,
		'export const read = (body: object) => body as unknown as number;',
		'no-restricted-syntax',
	],
	[
		'refuses markup that is not in a list',
		'core/page/page.ts',
		"import { html } from './html';\nexport const p = (name: string) => html`<p>$${name}</p>`;",
		'no-restricted-syntax',
	],
	[
		'refuses a value right after another',
		'core/page/page.ts',
		"import { html } from './html';\nexport const p = (name: string) => html`<p>${name}${name}</p>`;",
		'no-restricted-syntax',
	],
	[
		'allows one value',
		'core/page/page.ts',
		"import { html } from './html';\nexport const p = (name: string) => html`${name}`;",
		null,
	],
	[
		'refuses a vendor by name',
		room,
		"export const read = (mailbox: string) => mailbox === 'postmark';",
		'no-restricted-syntax',
	],
	['refuses a vendor in a name', room, 'export const sendGridEvents = 1;', 'no-restricted-syntax'],
	[
		'refuses a vendor in a sentence',
		room,
		'export const told = (what: string) => `GitHub lacks ${what}`;',
		'no-restricted-syntax',
	],
	[
		'refuses to wait in a room that names no vendor',
		room,
		'export async function wait() {}',
		'no-restricted-syntax',
	],
	[
		'allows a vendor in what the audit knows of nodes',
		'core/audit/catalogue/hosts.ts',
		"export const host = 'api.postmarkapp.com';",
		null,
	],
	['refuses any', core, 'export const loose: any = 1;', '@typescript-eslint/no-explicit-any'],
	['allows a date made from an instant', core, 'export const date = (at: number) => new Date(at);', null],
];

/** The rules each case offends, from one lint process: the config is an ES module, and starting it takes seconds. */
const lint = (cases: readonly Case[]): Map<string, string[]> => {
	const script = `
		const { ESLint } = require('eslint');
		const eslint = new ESLint({ cwd: ${JSON.stringify(root)} });
		(async () => {
			const found = [];
			for (const [title, file, text] of ${JSON.stringify(cases)}) {
				const [{ messages }] = await eslint.lintText(text, { filePath: ${JSON.stringify(root)} + '/' + file });
				found.push([title, messages.map(({ ruleId, message }) => ruleId ?? message)]);
			}
			console.log('FINDINGS ' + JSON.stringify(found));
		})();
	`;
	const out = execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
	return new Map(JSON.parse(out.slice(out.indexOf('FINDINGS ') + 9)) as Array<[string, string[]]>);
};

let found: Map<string, string[]>;

beforeAll(() => {
	found = lint([...arrowCases, ...purityCases]);
}, 120_000);

const check = (title: string, _file: string, _text: string, rule: string | null) => {
	if (rule === null) expect(found.get(title)).toEqual([]);
	else expect(found.get(title)).toContain(rule);
};

describe('the arrows of the design', () => {
	it.each(arrowCases)('%s', check);
});

describe('the purity of the core', () => {
	it.each(purityCases)('%s', check);
});
