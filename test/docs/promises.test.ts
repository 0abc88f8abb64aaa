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
	return [...section.matchAll(/^- \[([^\]]+)\]\(\.\.\/\.\.\/([^)]+)\): (.+)$/gm)].map(([, name, file, title]) => {
		expect(file).toBe(name);
		return { promise, file: file ?? '', title: title ?? '' };
	});
});

/** What a test file says, with the quotes of its strings undone. */
const said = (file: string): string => readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");

it('tells eleven promises, in order', () => {
	const numbers = [...page.matchAll(/^## (\d+)\./gm)].map(([, number]) => Number(number));
	expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('promise %d names a test that holds it', (number) => {
	expect(proofs.filter(({ promise }) => promise === number).length).toBeGreaterThan(0);
});

it.each(proofs)('promise $promise: $file holds "$title"', ({ file, title }) => {
	expect(existsSync(join(root, file))).toBe(true);
	expect(said(file)).toContain(title);
	expect(said(file)).not.toMatch(/\b(it|test|describe)\.(skip|todo|failing)\(/);
});
