import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '../..');

interface Job {
	readonly permissions?: Readonly<Record<string, string>>;
	readonly needs?: string;
	readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> };
	readonly steps?: readonly { readonly run?: string; readonly uses?: string }[];
}

const jobsOf = (name: string): Readonly<Record<string, Job>> =>
	(parse(readFileSync(join(root, '.github/workflows', name), 'utf8')) as { jobs: Record<string, Job> }).jobs;

const commands = (name: string): string[] =>
	Object.values(jobsOf(name)).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => (run ? [run] : [])));

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	scripts: Record<string, string>;
};

describe.each(['test.yml', 'release.yml'])('the workflow %s', (name) => {
	it('runs only scripts and files that exist', () => {
		const text = commands(name).join('\n');
		const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? '');
		expect(named.filter((script) => !(script in scripts))).toEqual([]);
		const files = [...text.matchAll(/(?:^|\s)((?:\.ci|scripts|test)\/[\w./-]+)/gm)].map(
			([, file]) => file ?? '',
		);
		expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
	});
});

it('tests go over Node 22 and 24, and over several n8n', () => {
	const { node, n8n } = jobsOf('test.yml');
	expect(node?.strategy?.matrix.node).toEqual(['22', '24']);
	const versions = (n8n?.strategy?.matrix.include as { n8n: string }[]).map((entry) => entry.n8n);
	expect(new Set(versions).size).toBeGreaterThanOrEqual(3);
});

it('a release is tested first, and published with provenance', () => {
	const { publish } = jobsOf('release.yml');
	expect(publish?.needs).toBe('test');
	expect(publish?.permissions?.['id-token']).toBe('write');
	expect(commands('release.yml').filter((command) => command.startsWith('npm publish'))).toEqual([
		expect.stringContaining('--provenance'),
	]);
});
