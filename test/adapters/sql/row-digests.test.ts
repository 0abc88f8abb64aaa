import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf, RowDigests } from '../../../adapters/sql/row-digests';

test('digests of rows in a row are those of each row alone, whatever they share and wherever they begin', () => {
	const cell = fc.oneof(
		fc.constantFrom(null, 1, 0, -0, 1.5, 'a', '"', '\\', '\u2028', '\ud800', 'é'),
		fc.string(),
		fc.integer(),
	);
	const row = fc.array(cell, { minLength: 4, maxLength: 4 });
	// Few rows, so that neighbours are often alike, or differ in one cell.
	const few = fc.uniqueArray(row, { minLength: 1, maxLength: 3 });
	const steps = fc.array(fc.record({ row: fc.nat(2), own: cell, from: fc.nat(2) }), { maxLength: 20 });
	fc.assert(
		fc.property(few, steps, (rows, taken) => {
			const digests = new RowDigests(4, 2);
			for (const { row: at, own, from } of taken) {
				const cells = [...(rows[at % rows.length] ?? [])];
				cells[2] = own;
				const before = Array.from({ length: from }, () => 'before');
				expect(digests.of([...before, ...cells, ...before], from)).toBe(digestOf(cells));
			}
		}),
		{ numRuns: 500 },
	);
});
