import type { ClientBase } from 'pg';
import type { DatabaseFacts } from '../../app/doctor';
import { mayCreateSchema, schemaExists } from './migrate';
import { onOneConnection, type PostgresLedgerOptions, schemaOf } from './pool';

interface Server {
	readonly role: string;
	readonly superuser: boolean;
	readonly readOnly: boolean;
	readonly now: number;
	readonly serverMost: number;
	readonly serverUsed: number;
	readonly databaseMost: number;
	readonly databaseUsed: number;
	readonly roleMost: number;
	readonly roleUsed: number;
}

/** Counted by database, since sessions of others show nothing but their role (`pg_stat_activity`). -1 is no limit. */
const server = `SELECT current_user AS "role",
	(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "superuser",
	pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "readOnly",
	floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "now",
	current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
		- coalesce(current_setting('reserved_connections', true), '0')::int AS "serverMost",
	(SELECT coalesce(sum(numbackends), 0)::int FROM pg_stat_database) AS "serverUsed",
	(SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS "databaseMost",
	(SELECT numbackends FROM pg_stat_database WHERE datname = current_database()) AS "databaseUsed",
	(SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS "roleMost",
	(SELECT count(*)::int FROM pg_stat_activity WHERE usename = current_user) AS "roleUsed"`;

/** What is done to the tables while spines run; steps of the schema are written by who upgrades it. */
const missing = `SELECT needed.privilege AS "privilege", c.relname AS "table"
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed (privilege)
	WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
		AND (c.relname <> 'migrations' OR needed.privilege = 'SELECT')
		AND NOT has_table_privilege(c.oid, needed.privilege)
	ORDER BY c.relname, needed.privilege`;

const changing = `SELECT has_schema_privilege($1, 'USAGE') AS "usage", has_schema_privilege($1, 'CREATE')
	AND coalesce((SELECT bool_and(pg_has_role(c.relowner, 'USAGE')) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')), true) AS "changes"`;

async function rightsOn(
	client: ClientBase,
	schema: string,
): Promise<Pick<DatabaseFacts, 'lacks' | 'mayMigrate'>> {
	if (!(await schemaExists(client, schema))) return { lacks: [], mayMigrate: await mayCreateSchema(client) };
	const {
		rows: [may],
	} = await client.query<{ usage: boolean; changes: boolean }>(changing, [schema]);
	const { rows } = await client.query<{ privilege: string; table: string }>(missing, [schema]);
	const lacks = rows.map(({ privilege, table }) => `${privilege} on ${table}`);
	return {
		lacks: may?.usage === true ? lacks : [`USAGE on the schema ${schema}`, ...lacks],
		mayMigrate: may?.changes === true,
	};
}

/**
 * Asks a Postgres about itself and about the role that the ledger is used with: rights, room for connections, whether it takes
 * writes, its clock. Reads catalogues only and changes nothing.
 *
 * @throws `ledger-unreachable`, `ledger-refused`, `ledger-schema-too-long`
 */
export async function examinePostgres(options: PostgresLedgerOptions): Promise<DatabaseFacts> {
	const schema = schemaOf(options);
	return await onOneConnection(options, async (client) => {
		const sent = Date.now();
		const {
			rows: [found],
		} = await client.query<Server>(server);
		const read = Date.now();
		if (found === undefined) throw new Error('Postgres gave no row');
		const limited = [
			{ of: 'server', most: found.serverMost, used: found.serverUsed },
			{ of: 'database', most: found.databaseMost, used: found.databaseUsed },
			{ of: `role ${found.role}`, most: found.roleMost, used: found.roleUsed },
		];
		return {
			role: found.role,
			superuser: found.superuser,
			readOnly: found.readOnly,
			// A limit of a role or a database does not hold for a superuser.
			connections: limited.filter(({ of, most }) => most >= 0 && (of === 'server' || !found.superuser)),
			clockSkewMs: found.now - (sent + read) / 2,
			...(await rightsOn(client, schema)),
		};
	});
}
