import { parseDefinitions, schemaReport } from '../../../core/release/machines/schema-diff';
import { documentIn, fieldParameter, neededDocument } from '../operations/json-field';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** The diff of HubSpot property definitions: additive, up to date, with defaults. */
export const schema: EvidenceSource = {
	option: {
		name: 'HubSpot Schema Diff',
		value: 'schema',
		description: 'Compare property definitions before and after the release',
	},
	description: [
		fieldParameter(
			'Definitions Before Field',
			'definitionsBefore',
			'before',
			'Name of the field with the property definitions before the release, as HubSpot lists them',
			{ required: true },
		),
		fieldParameter(
			'Definitions After Field',
			'definitionsAfter',
			'after',
			'Name of the field with the definitions the release needs: the artifact “schema”',
			{ required: true },
		),
		fieldParameter(
			'Definitions Now Field',
			'definitionsNow',
			'now',
			'Name of the field with the definitions as HubSpot has them now; without it nobody knows whether it is updated',
		),
		{
			displayName: 'Defaults',
			name: 'defaults',
			type: 'json',
			default: '{}',
			description: 'Default value of each new property, as a JSON object by property name',
		},
	],
	answer: async (context, release) => {
		const before = parseDefinitions(
			neededDocument(context, 'definitionsBefore', 'Definitions Before Field'),
			'before',
		);
		const after = parseDefinitions(
			neededDocument(context, 'definitionsAfter', 'Definitions After Field'),
			'after',
		);
		const now = documentIn(context, 'definitionsNow', 'Definitions Now Field');
		const defaults = context.parameters.object('defaults', 'Defaults');
		const current = now === undefined ? {} : { current: parseDefinitions(now, 'now') };
		return await looked(context, release, () =>
			schemaReport({ before, after, ...current, defaults: defaults as Readonly<Record<string, string>> }),
		);
	},
};
