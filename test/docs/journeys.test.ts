import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/internals/journeys.md'), 'utf8');

const walks = page
	.split(/^## /m)
	.slice(1)
	.map((text): [title: string, files: string[]] => [
		text.split('\n')[0] ?? '',
		[...text.matchAll(/`([\w.-]+\/[\w./-]+)`/g)].map(([, file]) => file ?? ''),
	]);

describe('the walks through the code', () => {
	it('are five', () => {
		expect(walks.map(([title]) => title)).toEqual([
			'A contact to its commit',
			"A change to the gate's decision",
			'An answer',
			'A value to its restore',
			'A parameter',
		]);
	});

	it.each(walks)('%s: passes only files that exist', (_title, files) => {
		expect(files.length).toBeGreaterThanOrEqual(7);
		expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
	});
});
