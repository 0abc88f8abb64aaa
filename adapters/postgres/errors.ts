import { gateError, ReleaseGateError } from '../../core/errors';

/** Codes after which Postgres asks for the transaction again: deadlock, serialization, lock timeout. */
const again = new Set(['40P01', '40001', '55P03']);
const refused = new Set(['28000', '28P01', '3D000', '42501', '3F000']);
const networkCodes = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EPIPE',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'57P01',
	'57P02',
	'57P03',
	'57P05',
	'53300',
	'25P03',
]);

const codeOf = (error: unknown): string => {
	const code = (error as { code?: unknown } | null)?.code;
	return typeof code === 'string' ? code : '';
};

/** Whether the same transaction, run again, can succeed. */
export const isTransient = (error: unknown): boolean => again.has(codeOf(error));

const isLost = (error: unknown): boolean => {
	const code = codeOf(error);
	if (networkCodes.has(code) || code.startsWith('08')) return true;
	return (
		error instanceof Error &&
		/connection terminated|timeout exceeded when trying to connect|not queryable|server closed|Client has encountered/i.test(
			error.message,
		)
	);
};

/** The catalogue's error for what Postgres or the connection reported. Codes only: messages may quote values. */
export function postgresError(error: unknown): unknown {
	if (error instanceof ReleaseGateError) return error;
	const code = codeOf(error);
	if (isLost(error))
		return gateError('ledger-unreachable', { cause: code === '' ? 'connection lost' : code }, error);
	if (refused.has(code)) return gateError('ledger-refused', { cause: code }, error);
	if (code === '53100' || code === 'ENOSPC') return gateError('ledger-full', {}, error);
	if (code === '57014') return gateError('ledger-busy', { seconds: statementTimeoutMs / 1000 }, error);
	if (/^[0-9A-Z]{5}$/.test(code)) return gateError('ledger-failed', { cause: `SQLSTATE ${code}` }, error);
	return error;
}

/** Longest that one statement may take. */
export const statementTimeoutMs = 60_000;

/** Longest that a statement waits for a row that another process holds. */
export const lockTimeoutMs = 15_000;
