import { expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/internals/promises.md'), 'utf8');

interface Proof {
	readonly promise: number;
	readonly file: string;
	readonly title: string;
}

/** The proofs of the page: `- [file](../file): title` below the heading of a promise. */
const proofs: readonly Proof[] = page.split(/^## /m).flatMap((section) => {
	const promise = Number(/^(\d+)\./.exec(section)?.[1]);
	return [...section.matchAll(/^- \[([^\]]+)\]\(\.\.\/\.\.\/([^)]+)\): (.+)$/gm)].map(
		([, name, file, title]) => {
			expect(file).toBe(name);
			return { promise, file: file ?? '', title: title ?? '' };
		},
	);
});

/** What a test file says, with the quotes of its strings undone. */
const said = (file: string): string => readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");

const all = Array.from({ length: 16 }, (_, at) => at + 1);

it('tells sixteen promises, in order', () => {
	const numbers = [...page.matchAll(/^## (\d+)\./gm)].map(([, number]) => Number(number));
	expect(numbers).toEqual(all);
});

/** What the page says plainly to be held by no test, or in part. */
const openly = (number: number): string | undefined =>
	/^\*\*(Not yet held|Held in part)\.\*\*/m.exec(
		page.split(`\n## ${number}.`)[1]?.split('\n## ')[0] ?? '',
	)?.[1];

it.each(all)('promise %d names a test that holds it, or says that none does', (number) => {
	const held = proofs.some(({ promise }) => promise === number);
	if (number <= 11) expect(openly(number)).toBeUndefined();
	expect(held).toBe(openly(number) !== 'Not yet held');
});

it.each(proofs)('promise $promise: $file holds "$title"', ({ file, title }) => {
	expect(existsSync(join(root, file))).toBe(true);
	expect(said(file)).toContain(title);
	expect(said(file)).not.toMatch(/\b(it|test|describe)\.(skip|todo|failing)\(/);
});
