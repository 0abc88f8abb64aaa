import type { DatabaseFacts, Facts } from '../facts';
import type { Check } from '../finding';

/** Most connections that one process of n8n opens to the ledger (`adapters/postgres/pool.ts`). */
const FOR_ONE_PROCESS = 4;

/** A lease and a slot are judged by the database's clock; more moves them. */
const MOST_SKEW_MS = 60_000;

const WHERE = 'database';

const check = (
	id: string,
	looks: string,
	level: Check['level'],
	mend: string,
	say: (database: DatabaseFacts) => readonly string[],
): Check => ({
	id,
	looks,
	level,
	mend,
	sight: 'database',
	applies: ({ database }: Facts) => database !== null,
	find: ({ database }) =>
		database === null ? [] : say(database).map((sentence) => ({ where: WHERE, sentence })),
});

/** The Postgres of the ledger: rights of the role, room for connections, whether it can be written to, its clock. */
export const databaseChecks: readonly Check[] = [
	check(
		'database-rights',
		'the role of the ledger may read and write its tables',
		'trouble',
		'Grant what is missing to the role: USAGE on the schema; SELECT, INSERT, UPDATE and DELETE on its tables.',
		({ role, lacks }) =>
			lacks.length === 0 ? [] : [`The role ${role} may not do what the ledger needs: ${lacks.join(', ')}.`],
	),
	check(
		'database-read-only',
		'the database of the ledger can be written to',
		'trouble',
		'Name the primary in the credential, or lift default_transaction_read_only.',
		({ readOnly }) =>
			readOnly ? ['The database of the ledger takes no writes: it is a standby, or was made read-only.'] : [],
	),
	check(
		'database-connections',
		'the database has room for the connections of one more process',
		'trouble',
		'Raise the limit (max_connections, or CONNECTION LIMIT of the database or role), or put a pooler in between.',
		({ connections }) =>
			connections
				.filter(({ most, used }) => most - used < FOR_ONE_PROCESS)
				.map(
					({ of, most, used }) =>
						`${used} of the ${most} connections of the ${of} are in use: another process of n8n opens up to ${FOR_ONE_PROCESS}.`,
				),
	),
	check(
		'database-clock-off',
		'the clock of the database',
		'trouble',
		'Let the machine of the database keep time by NTP; then run Release: Mend Clock.',
		({ clockSkewMs }) =>
			Math.abs(clockSkewMs) > MOST_SKEW_MS
				? [
						`The clock of the database is ${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? 'ahead' : 'behind'}.`,
					]
				: [],
	),
	check(
		'database-upgrade',
		'an upgrade of the package may change the tables',
		'advice',
		'After each upgrade of the package run verify --postgres once as the role that owns the tables, before n8n starts.',
		({ role, mayMigrate }) =>
			mayMigrate
				? []
				: [`The role ${role} may use the tables of the ledger and not change them: it cannot upgrade them.`],
	),
	check(
		'database-superuser',
		'the role of the ledger has no more rights than it needs',
		'advice',
		'Make a role that owns the schema of the ledger and nothing else, and name it in the credential.',
		({ role, superuser }) =>
			superuser
				? [`The ledger is used as ${role}, a superuser: who gets at n8n has the whole database.`]
				: [],
	),
];
