import { postgresParser } from '../../../adapters/sql/parser';
import { gateError } from '../../../core/errors';
import { lintSql } from '../../../app/release/lint-sql';
import { fieldOf } from '../../../core/delivery/fields';
import { fieldParameter } from '../operations/json-field';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** The migration lint, with PostgreSQL's own parser. */
export const sql: EvidenceSource = {
	option: {
		name: 'SQL Migration Lint',
		value: 'sql',
		description: 'Judge a migration, or what "alembic upgrade --sql" prints; see what it adds and takes away',
	},
	description: [
		fieldParameter(
			'SQL Field',
			'sqlField',
			'sql',
			'Name of the field with the migration as text: the artifact “sql”',
			{ required: true },
		),
	],
	answer: async (context, release) => {
		const field = context.parameters.text('sqlField');
		const text = fieldOf(context.json, field);
		if (typeof text !== 'string')
			throw gateError('field-missing', { item: context.index, field, parameter: 'SQL Field' });
		return await looked(context, release, ({ body }, policy) =>
			lintSql(policy, body.manifest, postgresParser, text),
		);
	},
};
