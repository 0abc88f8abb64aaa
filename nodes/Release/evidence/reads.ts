import { recordReads } from '../../../app/release';
import { fieldParameter, neededDocument } from '../operations/json-field';
import type { EvidenceSource } from './source';

/** Counts of how often what a migration takes away was still used; the gate judges them. */
export const reads: EvidenceSource = {
	option: {
		name: 'Reads of Old Columns',
		value: 'reads',
		description: 'Put on record how often a table or column that a migration takes away was still used',
	},
	description: [
		fieldParameter(
			'Reads Field',
			'readsField',
			'reads',
			'Name of the field with a count or a list of counts: name, value, window (such as P7D), at, source, and what (reads, or nulls for a column that becomes NOT NULL)',
			{ required: true },
		),
	],
	answer: async (context, release) => {
		const value = neededDocument(context, 'readsField', 'Reads Field');
		return { reads: await recordReads(context.ports, release, value, context.by) };
	},
};
