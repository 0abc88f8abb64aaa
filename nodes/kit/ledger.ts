import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { gateError } from '../../core/errors';
import type { DatabaseFacts } from '../../app/doctor';
import type { Ledger } from '../../app/ledger/api';
import type { LedgerSight } from '../../adapters/sql/sight';
import { now } from './clock';
import { toGateError } from '../../core/errors/unknown';

/** Type name of the ledger's credential. */
export const LEDGER_CREDENTIAL = 'releaseGateLedgerApi';

/** Where a ledger is and how to reach it. */
export type LedgerConnection =
	| {
			readonly store: 'sqlite';
			readonly file: string;
			readonly encryptionKey?: string;
			readonly formerKeys?: string;
			readonly signingKey?: string;
			readonly recipients?: 'hashes';
	  }
	| {
			readonly store: 'postgres';
			/** `postgres://user:password@host:port/database` */
			readonly connectionString: string;
			readonly ssl: 'off' | 'require' | 'verify';
			readonly schema: string;
			readonly encryptionKey?: string;
			readonly formerKeys?: string;
			readonly signingKey?: string;
			readonly recipients?: 'hashes';
	  };

/** The file used without a credential: `release-gate.sqlite` in n8n's user folder. */
export function defaultFile(): string {
	return join(process.env.N8N_USER_FOLDER ?? homedir(), '.n8n', 'release-gate.sqlite');
}

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const urlOf = (data: ICredentialDataDecryptedObject): string => {
	const given = text(data.connectionSecret);
	if (data.connection === 'url') {
		if (given !== undefined && URL.canParse(given)) return given;
		throw gateError('ledger-credential-unreadable', { reason: 'the connection string is empty or no URL' });
	}
	const url = new URL('postgres://localhost');
	url.hostname = text(data.host) ?? 'localhost';
	url.port = typeof data.port === 'number' || typeof data.port === 'string' ? String(data.port) : '5432';
	url.pathname = `/${encodeURIComponent(text(data.database) ?? 'postgres')}`;
	url.username = encodeURIComponent(text(data.user) ?? '');
	url.password = encodeURIComponent(typeof data.password === 'string' ? data.password : '');
	return url.href;
};

/** Reads the credential's fields; without data, the default SQLite file. Throws `ledger-credential-unreadable`. */
export function connectionOf(data: ICredentialDataDecryptedObject | undefined): LedgerConnection {
	if (data === undefined) return { store: 'sqlite', file: defaultFile() };
	const key = text(data.encryptionSecret);
	const former = text(data.formerEncryptionSecret);
	const signing = text(data.signingSecret);
	const encryption = {
		...(key === undefined ? {} : { encryptionKey: key }),
		...(former === undefined ? {} : { formerKeys: former }),
		...(signing === undefined ? {} : { signingKey: signing }),
		...(data.recipients === 'hashes' ? { recipients: 'hashes' as const } : {}),
	};
	if (data.store === 'sqlite') {
		return { store: 'sqlite', file: text(data.file) ?? defaultFile(), ...encryption };
	}
	const ssl = data.ssl === 'require' || data.ssl === 'verify' ? data.ssl : 'off';
	const schema = text(data.schema) ?? 'release_gate';
	return { store: 'postgres', connectionString: urlOf(data), ssl, schema, ...encryption };
}

type Registry = Map<string, Promise<Ledger>>;

const registryKey = Symbol.for('n8n-nodes-release-gate.ledgers');

/** One per process, whichever bundle asks for it. */
const registry = (): Registry => {
	const holder = globalThis as { [registryKey]?: Registry };
	return (holder[registryKey] ??= new Map<string, Promise<Ledger>>());
};

/** What the stores need to know of a connection. */
const sqliteOptions = ({
	file,
	encryptionKey,
	formerKeys,
	signingKey,
	recipients,
}: Extract<LedgerConnection, { store: 'sqlite' }>) => ({
	file,
	encryptionKey,
	formerKeys,
	signingKey,
	recipients,
	clock: now,
	executionsMode: process.env.EXECUTIONS_MODE,
});
const postgresOptions = (connection: Extract<LedgerConnection, { store: 'postgres' }>) => {
	const { connectionString, ssl, schema, encryptionKey, formerKeys, signingKey, recipients } = connection;
	return {
		connection: connectionString,
		schema,
		encryptionKey,
		formerKeys,
		signingKey,
		recipients,
		...(ssl === 'off' ? {} : { ssl: ssl === 'verify' || { rejectUnauthorized: false } }),
	};
};

/** Opens a ledger of its own, which the caller closes; nodes use {@link withLedger}. */
export async function openConnection(connection: LedgerConnection): Promise<Ledger> {
	if (connection.store === 'sqlite') {
		const { openSqliteLedger } = await import('../../adapters/sqlite');
		return await openSqliteLedger(sqliteOptions(connection));
	}
	const { openPostgresLedger } = await import('../../adapters/postgres');
	return await openPostgresLedger(postgresOptions(connection));
}

/** Whether a ledger is there and how many spines it holds. Makes and changes nothing; throws what opening it would. */
export async function lookAtConnection(connection: LedgerConnection): Promise<LedgerSight> {
	if (connection.store === 'sqlite') {
		const { lookAtSqliteLedger } = await import('../../adapters/sqlite');
		return await lookAtSqliteLedger(sqliteOptions(connection));
	}
	const { lookAtPostgresLedger } = await import('../../adapters/postgres');
	return await lookAtPostgresLedger(postgresOptions(connection));
}

/** Asks the Postgres of a connection about itself. Changes nothing; throws what opening the ledger would. */
export async function examineConnection(
	connection: Extract<LedgerConnection, { store: 'postgres' }>,
): Promise<DatabaseFacts> {
	const { examinePostgres } = await import('../../adapters/postgres');
	return await examinePostgres(postgresOptions(connection));
}

/** The open ledger of a connection: one instance per process and connection, opened on first use. */
export async function ledgerAt(connection: LedgerConnection): Promise<Ledger> {
	const key = createHash('sha256').update(JSON.stringify(connection)).digest('hex');
	const ledgers = registry();
	const known = ledgers.get(key);
	if (known !== undefined) return await known;
	const opening = openConnection(connection);
	ledgers.set(key, opening);
	try {
		return await opening;
	} catch (error) {
		ledgers.delete(key);
		throw toGateError(error);
	}
}

/** Where the ledger of a node is: as its credential says, or the SQLite file in n8n's user folder. */
export async function connectionFor(
	ctx: Pick<IExecuteFunctions, 'getNode' | 'getCredentials'>,
): Promise<LedgerConnection> {
	const chosen = ctx.getNode().credentials?.[LEDGER_CREDENTIAL] !== undefined;
	const data = chosen ? await ctx.getCredentials(LEDGER_CREDENTIAL) : undefined;
	return connectionOf(data);
}

/**
 * The ledger of a node: that of its credential `releaseGateLedgerApi`, or, where none is chosen, the SQLite file in
 * n8n's user folder. Throws catalogue errors, among them the refusal of SQLite in queue mode.
 */
export async function withLedger(
	ctx: Pick<IExecuteFunctions, 'getNode' | 'getCredentials'>,
): Promise<Ledger> {
	return await ledgerAt(await connectionFor(ctx));
}

/** Closes every ledger of this process; for tests and for a clean end. */
export async function closeLedgers(): Promise<void> {
	const open = [...registry().values()];
	registry().clear();
	await Promise.all(open.map(async (ledger) => await (await ledger).close()));
}
