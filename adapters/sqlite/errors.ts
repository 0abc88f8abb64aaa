import { gateError, ReleaseGateError } from '../../core/errors';

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const code = {
	perm: 3,
	busy: 5,
	locked: 6,
	readonly: 8,
	ioerr: 10,
	corrupt: 11,
	full: 13,
	cantopen: 14,
	notadb: 26,
};

/** How long SQLite waits for another process, in milliseconds. */
export const busyTimeoutMs = 15_000;

interface SqliteError {
	readonly errcode: number;
	readonly errstr?: string;
}

const isSqliteError = (error: unknown): error is SqliteError =>
	typeof error === 'object' && error !== null && typeof (error as { errcode?: unknown }).errcode === 'number';

/** Whether another process holds what was asked for. */
export const isBusy = (error: unknown): boolean =>
	isSqliteError(error) && [code.busy, code.locked].includes(error.errcode & 0xff);

/** The catalogue's error for what SQLite reported; other errors pass unchanged. */
export function sqliteError(error: unknown, file: string): unknown {
	if (error instanceof ReleaseGateError || !isSqliteError(error)) return error;
	switch (error.errcode & 0xff) {
		case code.busy:
		case code.locked:
			return gateError('ledger-busy', { seconds: busyTimeoutMs / 1000 }, error);
		case code.full:
			return gateError('ledger-full', {}, error);
		case code.corrupt:
		case code.notadb:
			return gateError('ledger-corrupt', { file }, error);
		case code.readonly:
		case code.cantopen:
		case code.perm:
			return gateError('ledger-no-rights', { file }, error);
		default:
			return gateError('ledger-failed', { cause: error.errstr ?? `SQLite code ${error.errcode}` }, error);
	}
}

/** What the file system says where a file or a folder cannot be made or opened. */
const denials = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST'];

/** The catalogue's error for what the file system or SQLite reported; other errors pass unchanged. */
export function fileError(error: unknown, file: string): unknown {
	const denied = denials.includes((error as { code?: string }).code ?? '');
	return denied ? gateError('ledger-no-rights', { file }, error) : sqliteError(error, file);
}
