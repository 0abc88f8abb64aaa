import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { definitionsHash, diffDefinitions, type Definition } from '../../../../core/release/diff/definitions';
import { parseDefinitions, schemaReport } from '../../../../core/release/machines/schema-diff';

const text = (name: string, more: Partial<Definition> = {}): Definition => ({
	name,
	type: 'string',
	fieldType: 'text',
	...more,
});
const choice = (name: string, ...values: string[]): Definition => ({
	name,
	type: 'enumeration',
	fieldType: 'select',
	options: values.map((value) => ({ value, label: value, description: '', displayOrder: 0, hidden: false })),
});

describe('the diff of property definitions', () => {
	test.each<[string, Definition[], Definition[], boolean, RegExp]>([
		['a new property', [], [text('a')], true, /a \(string\) is new/],
		['a removed one', [text('a')], [], false, /a is removed/],
		['an archived one', [text('a')], [text('a', { archived: true })], false, /a is removed/],
		['another type', [text('a')], [text('a', { type: 'number' })], false, /type from string to number/],
		['a wider type', [text('a', { type: 'number' })], [text('a')], false, /readers must follow/],
		['a new option', [choice('s', 'on')], [choice('s', 'on', 'off')], true, /gets the options off/],
		['a lost option', [choice('s', 'on', 'off')], [choice('s', 'on')], false, /loses the options off/],
		['uniqueness', [text('a')], [text('a', { hasUniqueValue: true })], false, /becomes unique/],
		['a formula', [text('a')], [text('a', { calculated: true })], false, /becomes calculated/],
		['another control', [text('a')], [text('a', { fieldType: 'textarea' })], true, /edited by textarea/],
	])('tells %s', (_what, before, after, additive, says) => {
		const changes = diffDefinitions(before, after);
		expect(changes).toMatchObject([{ additive, what: expect.stringMatching(says) }]);
	});

	const definition = fc.record({
		name: fc.constantFrom('a', 'b', 'c', 'd'),
		type: fc.constantFrom('string', 'number', 'enumeration'),
		fieldType: fc.constantFrom('text', 'select'),
		hasUniqueValue: fc.boolean(),
		archived: fc.boolean(),
	});
	const definitions = fc.uniqueArray(definition, { selector: ({ name }) => name });

	test('is empty exactly when the hash is the same', () => {
		fc.assert(
			fc.property(definitions, definitions, (before, after) => {
				const same = definitionsHash(before) === definitionsHash(after);
				expect(diffDefinitions(before, before)).toEqual([]);
				if (same) expect(diffDefinitions(before, after)).toEqual([]);
			}),
		);
	});

	test('calls a change back additive only where the change was not', () => {
		fc.assert(
			fc.property(definitions, definitions, (before, after) => {
				const removed = diffDefinitions(before, after).filter(({ kind }) => kind === 'removed');
				const added = diffDefinitions(after, before).filter(({ kind }) => kind === 'added');
				expect(removed.map(({ property }) => property)).toEqual(added.map(({ property }) => property));
				expect(removed.some(({ additive }) => additive)).toBe(false);
			}),
		);
	});
});

describe('the answers of the schema diff', () => {
	const input = { before: [text('a')], after: [text('a'), text('tone')], defaults: {} };
	const answers = (change: object) =>
		Object.fromEntries(
			schemaReport({ ...input, ...change }).answers.map(({ check, status }) => [check, status]),
		);

	test('ask for a default of each new property', () => {
		expect(answers({})['defaults-defined']).toBe('fail');
		expect(answers({ defaults: { tone: 'warm' } })['defaults-defined']).toBe('pass');
	});

	test('know whether HubSpot is updated only when somebody looked', () => {
		expect(answers({})['schema-updated']).toBe('unknown');
		expect(answers({ current: [text('a')] })['schema-updated']).toBe('fail');
		expect(answers({ current: input.after })['schema-updated']).toBe('pass');
	});

	test('need definitions that can be read', () => {
		expect(() => parseDefinitions({ results: [{ label: 'x' }] }, 'after')).toThrow(/'after' cannot be read/);
		expect(() => parseDefinitions('nothing', 'after')).toThrow(/cannot be read/);
	});
});
