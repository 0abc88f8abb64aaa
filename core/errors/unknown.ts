import { gateError, ReleaseGateError } from '.';

/** Any thrown value as an error of the catalogue; what is none of ours keeps its cause and tells no contact data. */
export function toReleaseGateError(error: unknown): ReleaseGateError {
	if (error instanceof ReleaseGateError) return error;
	const reason = error instanceof Error ? error.name : 'unknown';
	return gateError('stability-source-failed', { reason }, error);
}
