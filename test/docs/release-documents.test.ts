import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { releaseErrors } from '../../core/errors/release';
import { manifestSchema, parseManifest } from '../../core/release/manifest';
import { overridePolicy } from '../../core/release/policy/override';
import { parseReleaseFile } from '../../core/release/release-file';
import { releaseNodeOperations } from './release-operations';
import { preset } from '../support/release';

const read = (file: string): string => readFileSync(join(__dirname, '..', '..', 'docs', file), 'utf8');
const examples = (file: string): unknown[] =>
	[...read(file).matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? '') as unknown);

describe('what the documents show', () => {
	test('a manifest that is read, with every field explained', () => {
		const [example] = examples('reference/release-manifest.md');
		expect(parseManifest(example)).toMatchObject({ id: 'warmer-opening-line' });
		const text = read('reference/release-manifest.md');
		const unexplained = Object.keys(manifestSchema.shape).filter((field) => !text.includes(`\`${field}\``));
		expect(unexplained).toEqual([]);
	});

	test('a release file that is read, with every reading explained', () => {
		const [example] = examples('reference/release-file.md');
		const file = parseReleaseFile(example);
		expect(file.overrides).toEqual({ drill: { maxDuration: 'PT4M' } });
		const text = read('reference/release-file.md');
		expect(Object.keys(file.facts).filter((reading) => !text.includes(`\`${reading}\``))).toEqual([]);
		const [expansion, [count]] = [file.migrations.expansions[0], file.migrations.reads];
		const told = Object.keys({ ...expansion, ...count });
		expect(told.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
		expect(count?.at).toBe(Date.UTC(2026, 10, 20, 21));
	});

	test('overrides that make a valid policy', () => {
		const [example] = examples('reference/policies.md');
		const policy = overridePolicy(preset('quiet-content-delivery'), example);
		expect(policy.windows.deny).toHaveLength(1);
		expect(policy.checks.find(({ id }) => id === 'dry-run')?.freshFor).toBe('PT12H');
	});

	test('every document a remedy names', () => {
		const named = Object.values(releaseErrors).flatMap(
			({ remedy }) => remedy.match(/docs\/[\w/-]+\.md/g) ?? [],
		);
		expect(named.length).toBeGreaterThan(2);
		for (const file of named) expect(read(file.slice('docs/'.length)).length).toBeGreaterThan(500);
	});

	test('every operation of the resources Release and Policy', () => {
		const text = read('reference/nodes/release.md');
		for (const { resource, name } of releaseNodeOperations())
			expect(text).toMatch(new RegExp(`\\| ${resource} \\| [^|]*${name}`));
	});
});
