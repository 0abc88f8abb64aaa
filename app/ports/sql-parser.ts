import type { ParsedStatement } from '../../core/release/sql/tree';

/** PostgreSQL's own parser, as a port. Rejects with the catalogue error `sql-unreadable`. */
export interface SqlParser {
	parse(sql: string): Promise<readonly ParsedStatement[]>;
}
