import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../core/errors';
import { errorsFile, errorsPage, rooms } from '../../scripts/docs-errors';

it('is described as it is: run `npm run docs:errors` after a change', async () => {
	expect(readFileSync(errorsFile, 'utf8')).toBe(await errorsPage());
});

it('is in the catalogue whatever a room defines, under one code each', async () => {
	const codes = (await rooms()).flatMap(([, room]) => Object.keys(room));
	expect(codes.length).toBeGreaterThan(20);
	expect([...codes].sort()).toEqual(Object.keys(catalogue).sort());
});

it('has one code for one thing', () => {
	const plain = (text: string) =>
		text
			.replace(/\{\w+(?: \w+)?\}|[^a-z ]/gi, '')
			.toLowerCase()
			.trim();
	const messages = Object.values(catalogue).map(({ message }) => plain(message));
	expect(messages.filter((message, at) => messages.indexOf(message) !== at)).toEqual([]);
});

it.each(Object.entries(catalogue))('%s says what happened and how to get unstuck', (_code, entry) => {
	expect(entry.message.length).toBeGreaterThan(10);
	expect(entry.remedy).not.toBe('');
	expect(entry.remedy).not.toBe(entry.message);
});
