import { describe, expect, it } from '@jest/globals';
import { templateFiles } from '../../testbed/template-files';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preset } from '../support/release';
import {
	coveragePage,
	doctrines,
	readCoverage,
	readSource,
	speakingLines,
} from '../../scripts/doctrine-coverage';

const root = join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	n8n?: { nodes?: string[] };
};

describe.each(doctrines)('the doctrine %s', (name) => {
	const policy = preset(name);
	const source = readSource(name);
	const { rules, context } = readCoverage(name);

	it('has every line that says something covered, or named as no rule', () => {
		const uncovered = speakingLines(source).filter((line) => !rules[line]?.length && !context[line]);
		expect(uncovered.map((line) => `${line}: ${source[line - 1]}`)).toEqual([]);
	});

	it('names only lines that say something, each once', () => {
		const speaking = new Set(speakingLines(source));
		for (const line of [...Object.keys(rules), ...Object.keys(context)])
			expect([line, speaking.has(Number(line))]).toEqual([line, true]);
		expect(Object.keys(rules).filter((line) => context[line])).toEqual([]);
	});

	it.each([...new Set(Object.values(rules).flat())])('is carried by %s, which exists', (ref) => {
		const [kind, what = ''] = ref.split(':');
		const exists: Record<string, () => boolean> = {
			policy: () =>
				what
					.split('.')
					.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], policy) !==
				undefined,
			check: () => policy.checks.some((check) => check.id === what),
			surface: () => policy.surfaces.some((surface) => surface.id === what),
			core: () =>
				['core', 'app'].some(
					(room) =>
						existsSync(join(root, room, `${what}.ts`)) || existsSync(join(root, room, what, 'index.ts')),
				),
			node: () =>
				(manifest.n8n?.nodes ?? []).some((file) =>
					file.toLowerCase().endsWith(`/${what.toLowerCase()}.node.js`),
				),
			template: () => templateFiles().some(({ id }) => `${id}.json` === what),
		};
		expect(exists[kind ?? '']?.()).toBe(true);
	});

	it('gives every pointer of the policy a line that says something', () => {
		const speaking = new Set([
			...speakingLines(source),
			...source.flatMap((text, index) => (/^#{2,4} /.test(text) ? [index + 1] : [])),
		]);
		const lines = [...JSON.stringify(policy).matchAll(/"line":(\d+)/g)].map((match) => Number(match[1]));
		expect(lines.length).toBeGreaterThan(20);
		expect(lines.filter((line) => !speaking.has(line))).toEqual([]);
	});
});

it('is written down in docs/reference/doctrine-coverage.md, which is current', () => {
	expect(readFileSync(join(root, 'docs/reference/doctrine-coverage.md'), 'utf8')).toBe(coveragePage());
});

it('quotes its sources unchanged where they stand beside the checkout', () => {
	const shared = join(root, '../shared/sources');
	if (!existsSync(shared)) return;
	const pairs = {
		'quiet-content-delivery': 'content-creator-release-process',
		'weekly-software-release': 'roleferry-release-process',
	};
	for (const [name, file] of Object.entries(pairs))
		expect(readSource(name).join('\n')).toBe(readFileSync(join(shared, `${file}.md`), 'utf8'));
});
