import { describe, expect, it } from '@jest/globals';
import { alg, Graph } from '@dagrejs/graphlib';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preProcessFile } from 'typescript';

const root = path.resolve(__dirname, '../..');

type Texts = ReadonlyMap<string, string>;

/** What a relative import may mean, nearest first. */
const endings = ['.ts', '/index.ts', ''];

/** Groups of files that import each other in a circle, types included: the lint's own rule does not follow types. */
function circles(texts: Texts): string[][] {
	const graph = new Graph();
	for (const [file, text] of texts) {
		for (const { fileName } of preProcessFile(text, true, true).importedFiles) {
			if (!fileName.startsWith('.')) continue;
			const base = path.posix.join(path.posix.dirname(file), fileName);
			const target = endings.map((ending) => base + ending).find((candidate) => texts.has(candidate));
			if (target !== undefined) graph.setEdge(file, target);
		}
	}
	return alg.findCycles(graph);
}

const tracked = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' }).trim().split('\n');

describe('circles of imports', () => {
	it('has none among all files, types included', () => {
		const files = tracked.filter((file) => existsSync(path.join(root, file)));
		const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
		expect(texts.size).toBeGreaterThan(500);
		expect(circles(texts)).toEqual([]);
	});

	it.each([
		["import type { B } from './b';", "import { type A } from './a';"],
		["export type * from './b';", "export * from '.';"],
		["import './b';", "type A = import('./a').A;"],
		["export const later = () => import('./b');", "import { a } from './a';"],
	])('sees the circle of %s and %s', (a, b) => {
		const texts = new Map([
			['room/a.ts', a],
			['room/b.ts', b],
			['room/index.ts', "export * from './a';"],
		]);
		expect(circles(texts)).toHaveLength(1);
	});

	it('sees none where arrows only point down', () => {
		const texts = new Map([
			['room/a.ts', "import type { B } from './b'; import { c } from './c';"],
			['room/b.ts', "import './c';"],
			['room/c.ts', "import fs from 'node:fs';"],
		]);
		expect(circles(texts)).toEqual([]);
	});
});
